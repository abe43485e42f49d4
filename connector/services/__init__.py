"""One use case in each module."""
