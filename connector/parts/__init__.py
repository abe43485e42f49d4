"""Parts of the composition root, each for one area; connector.app puts them together."""
