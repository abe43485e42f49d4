"""The local org: a Salesforce-shaped server that applies what is deployed to it."""
