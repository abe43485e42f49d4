"""Who may see and write what."""
