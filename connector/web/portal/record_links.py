"""The way back into Salesforce."""

from urllib.parse import urlsplit

from connector.domain.portal_session import PortalSession


def record_url(viewer: PortalSession, sobject: str, record_id: str) -> str:
    """A record's page in the viewer's own org; empty where that is not known.

    Source: the addresses that Lightning Experience itself uses, /lightning/r/<object>/<Id>/view.
    """
    org = viewer.tokens.instance_url if viewer.tokens is not None else ""
    if urlsplit(org).scheme != "https":
        return ""
    return f"{org}/lightning/r/{sobject}/{record_id}/view"
