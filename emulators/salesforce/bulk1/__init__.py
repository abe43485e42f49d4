"""Bulk API 1.0: jobs and batches in XML or JSON, rows in CSV or JSON.

Batches are worked off while they are uploaded; the protocol still shows them queued first.
Source: Bulk API Developer Guide, "Bulk API Reference"; recorded answers.
"""
