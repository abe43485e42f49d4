"""Bulk API 2.0: one upload or one query for each job, CSV throughout.

Jobs are worked off when their upload is complete; the protocol still answers UploadComplete first.
Source: Bulk API 2.0 and Bulk API Developer Guide; recorded answers.
"""
