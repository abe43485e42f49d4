"""Renders the Salesforce package, and the connector's vocabulary, from the description in spec/."""
