"""The commands of `connector`, a module for each group.

Modules of the application are imported when a command runs, not when it is listed: help comes at once.
"""
