"""Lightning-shaped pages: a stage for browser tests, made from the deployed layouts. Not Lightning."""
