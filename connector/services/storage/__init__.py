"""What the services ask of the store. A unit is one transaction; its repositories are named by noun."""
