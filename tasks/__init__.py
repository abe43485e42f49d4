"""CumulusCI tasks, for CumulusCI's own environment. They import nothing of the connector or the generator."""
