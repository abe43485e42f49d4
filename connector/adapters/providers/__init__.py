"""Gifting platforms, one module each, behind ports.GiftProvider."""
