"""SOQL: text to tokens, tokens to a tree, the tree to SQLite, rows to Salesforce's JSON."""
