"""Calls from the org to other systems, through named credentials and over the loopback interface only."""
