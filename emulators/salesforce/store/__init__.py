"""Where records live: one SQLite table for each object, shaped by the schema."""
