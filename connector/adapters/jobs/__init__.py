"""Job engines: durable (DBOS), and immediate for tests."""
