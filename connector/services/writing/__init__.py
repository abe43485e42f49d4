"""What the ledger knows is written to Salesforce, in the fewest calls."""
