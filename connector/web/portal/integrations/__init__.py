"""Integrations: the org on one side, gifting platforms on the other."""
