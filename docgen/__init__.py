"""What makes the manual: its reference pages from the description and the code, its site, and its checks.

Reads connector, emulators and metagen, and none of them knows it. Nothing here is part of the wheel.
"""
