"""The part of the Tooling API that installers read before and after a deploy."""
