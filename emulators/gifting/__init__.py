"""The local gifting platform: &Open's public API, version 2026-05, and Brilliant's Storefront API, here.

What is copied are the facts of the public documentation (developers.andopen.co/docs/2026-05, pages intro,
authentication, environments, versioning, errors, campaigns, campaigns/show, gift-requests/create,
gift-requests/show, webhooks and migration/2025-10-to-2026-05). Each module names the page that a rule comes
from and says where the documentation is silent and this platform had to choose.

Nothing leaves the machine: the server binds loopback and webhooks go to loopback addresses only.
"""
