"""Who may call: sessions, client apps and the OAuth 2.0 endpoints that hand sessions out."""
