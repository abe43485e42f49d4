"""What objects and fields the org has: standard facts plus everything deployed."""
