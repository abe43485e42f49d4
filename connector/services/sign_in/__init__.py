"""Who may use the pages and the API."""
