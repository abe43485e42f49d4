"""Local stand-ins for the two remote systems. They import nothing of the connector or the generator."""
