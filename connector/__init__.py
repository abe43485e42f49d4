"""The connector: the service on the gifting side that keeps an org and a gifting platform in step."""
