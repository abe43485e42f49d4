"""What both Bulk APIs have in common: rows to operations, outcomes to cells, queries that may run in bulk."""
