"""The whole product on one machine: an org, a gifting platform, the connector, and the life of some gifts."""
