"""The Metadata API: what is deployed is checked, applied to the schema, kept, and given back."""
