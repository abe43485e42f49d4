"""Writing records the way Salesforce does: defaults, checks, rules, results."""
