"""The API that an org's flows call, described so that External Services can read it."""
