"""Keys that come out the same however often they are made."""

from uuid import UUID, uuid5

_NAMESPACE = UUID("6f1f6a3c-52a5-5a0e-9a6c-3f1f0a9c7d21")


def gift_key(org_id: str, source: str, source_key: str) -> str:
    """Our key of a gift, 36 characters: the dedupe key at the provider and External_Id__c in Salesforce."""
    return _key("gift", org_id, source, source_key)


def timeline_key(gift: str, milestone: str) -> str:
    """Gift_Event_Key__c of the Task that tells of a milestone, 36 characters."""
    return _key("timeline", gift, milestone)


def campaign_source_key(member_id: str, gift_campaign_id: str) -> str:
    """One gift for each campaign member and gift campaign."""
    return f"{member_id}:{gift_campaign_id}"


def link_key(org_id: str, campaign_id: str) -> str:
    """One link for each Salesforce Campaign."""
    return _key("link", org_id, campaign_id)


def budget_key(org_id: str, holder: str, scope: str, period: str) -> str:
    """One gift budget for each holder and period."""
    return _key("budget", org_id, holder, scope, period)


def team_key(org_id: str, name: str) -> str:
    """One team for each name, however it is capitalised."""
    return _key("team", org_id, name.strip().casefold())


def job_id(kind: str, *parts: str) -> str:
    """An identifier for a piece of work, readable in front and unique behind."""
    return f"{kind}:{_key(kind, *parts)}"


def _key(*parts: str) -> str:
    # The separator cannot occur in the parts, so that ("ab", "c") and ("a", "bc") differ.
    return str(uuid5(_NAMESPACE, "\x1f".join(parts)))
