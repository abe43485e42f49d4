"""Referees for the rendered package: what can be known, without an org, of what an org would refuse.

A package of its own, beside the generator and the local org: it reads only the files that are deployed, and
shares no code with either (the direction of imports is checked), so that a mistake in one of them cannot hide
itself here. Facts come from others: element types from Salesforce's `@salesforce/types`, standard objects and
fields from the `sobject-types` that Salesforce Code Analyzer brings, rules from Flow scanner and PMD.

    python -m packagecheck     every referee that needs no org, over force-app
    make check-package         all of them, and the proof that each planted mistake is caught
"""
