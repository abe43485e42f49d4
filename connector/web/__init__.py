"""The web server: thin views over the services."""
