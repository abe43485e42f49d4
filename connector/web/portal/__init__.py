"""The administrator's portal."""
