"""The pages of standard objects that a fresh org has."""
