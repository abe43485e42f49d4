"""People who use Salesforce, found by name: asked with the rights of whoever looks for them."""

from collections.abc import Sequence

from connector.ports import SalesforceOrg
from connector.services.soql import contains, id_batches, quoted_list

_MOST = 20


def find_users(org: SalesforceOrg, words: str) -> dict[str, str]:
    """Id to name of active users whose name or username holds the words; the first 20. One API call."""
    like = contains(words.strip())
    soql = (
        "SELECT Id, Name, Username FROM User WHERE IsActive = true "  # noqa: S608 - quoted
        f"AND (Name LIKE {like} OR Username LIKE {like}) ORDER BY Name LIMIT {_MOST}"
    )
    return {row["Id"]: f"{row['Name']} ({row['Username']})" for row in org.query(soql)}


def named_users(org: SalesforceOrg, user_ids: Sequence[str]) -> dict[str, str]:
    """Id to name of those that the org has, in that order."""
    found: dict[str, str] = {}
    for batch in id_batches(list(dict.fromkeys(user_ids))):
        rows = org.query(f"SELECT Id, Name FROM User WHERE Id IN {quoted_list(batch)}")  # noqa: S608 - quoted
        found |= {row["Id"]: row["Name"] for row in rows}
    return {user_id: found[user_id] for user_id in user_ids if user_id in found}
