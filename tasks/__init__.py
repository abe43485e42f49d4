"""CumulusCI tasks. They run in CumulusCI's own environment and import nothing of the connector or the generator."""
