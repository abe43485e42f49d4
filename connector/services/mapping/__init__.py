"""From which fields the attributes of recipients are read."""
