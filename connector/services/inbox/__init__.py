"""What the platform says of a gift: webhooks taken in and applied, silent gifts asked about."""
