"""Referees for the rendered package: everything that can be known, without an org, of what an org would refuse.

A package of its own, beside the generator and the local org: it reads only the files that are deployed, and
shares no code with either (the direction of imports is checked), so that a mistake in one of them cannot hide
itself here. Facts come from others: element types from Salesforce's `@salesforce/types`, standard objects and
fields from the `sobject-types` that Salesforce Code Analyzer brings, rules from Flow scanner and PMD.

    python -m packagecheck            all referees over force-app; exit code 1 when one complains
    python -m packagecheck --table    write the table of who catches what into docs/package-checks.md
"""
