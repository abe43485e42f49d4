"""One use case in each module; the packages are the subjects."""
