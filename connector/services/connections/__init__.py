"""Orgs and accounts at gifting platforms: connected, kept, disconnected."""
