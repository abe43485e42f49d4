"""Planned gifts are asked for at the gifting platform, each exactly once."""
