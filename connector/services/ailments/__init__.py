"""Failures of signing in to Salesforce and of calling it: their looks, their causes, and what mends them."""
