"""One module per metadata type: what it checks, what it changes in the org."""
