"""Gifts in the ledger: how they come in, on what terms, what is heard of them, what people do with one."""
