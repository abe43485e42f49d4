"""Brilliant's Storefront API, version V2, beside &Open's on the same local platform.

What is copied are the facts of the public documentation (api.brilliantmade.com: authentication, store, fetch
store orders, fetch an order, create an order). It leaves open: the words of `status` after "created" and of
`ship_status` (here: the order statuses that Brilliant's Salesforce guide lists, in snake case), what a
webhook's body holds beside `custom_data` (here: the order as it is fetched), the HTTP status of a refused
order (here a setting), retries and rate limits. The documented answer to a new order has no id; the order is
found by paging and by its custom_data.
"""
