"""What clients that draw screens of their own ask for: layouts, list views, tabs, recently viewed records."""
