"""Whether an org can take the package: what was found out, and what follows from it. No org, no network.

A finding blocks only where the installation would fail. What was not found out is said and blocks nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

# Editions whose API is on. Professional has it as an add-on; the editions below it do not have it.
EDITIONS_WITH_API = frozenset(
    {
        "Enterprise Edition",
        "Unlimited Edition",
        "Performance Edition",
        "Developer Edition",
        "Partner Developer Edition",
    }
)
EDITIONS_WITH_API_ADD_ON = frozenset({"Professional Edition"})
# Instances were part of the address before My Domain: na12, eu3, cs44.
WITHOUT_MY_DOMAIN = re.compile(r"^https?://(?:na|eu|ap|cs|um|gs)\d+\.salesforce\.com", re.IGNORECASE)
# Requests that an installation takes at most, with patched pages and an export of some thousand gifts.
CALLS_NEEDED = 500
CALLS_COMFORTABLE = 5_000


class Level(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    WARNING = "warning"
    UNKNOWN = "unknown"
    BLOCKS = "blocks"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. remedy: what somebody must do, and where; empty when nothing."""

    level: Level
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"[{self.level}] {self.what}" + (f" {self.remedy}" if self.remedy else "")


@dataclass(frozen=True, slots=True)
class OrgFacts:
    """What is known of an org and of the installing user; None where it could not be asked.

    permissions: API names (PermissionsX without the prefix) with whether the user has them.
    calls_left, calls_a_day: API requests. consumer_secret_access: the setting of that name.
    objects: API names of all objects the user sees.
    """

    edition: str | None = None
    api_versions: tuple[str, ...] = ()
    instance_url: str = ""
    is_sandbox: bool | None = None
    marketing_user: bool | None = None
    calls_left: int | None = None
    calls_a_day: int | None = None
    permissions: dict[str, bool] | None = None
    consumer_secret_access: bool | None = None
    objects: frozenset[str] = field(default_factory=frozenset)


# What the installation does with each: nothing but these is asked of the installing user.
NEEDED_PERMISSIONS = {
    "CustomizeApplication": "objects, fields and layouts are created",
    "ModifyMetadata": "metadata is deployed",
    "AssignPermissionSets": "permission sets are assigned",
}
NEEDED_OBJECTS = ("Contact", "Lead", "Campaign", "CampaignMember", "Task")


def findings(facts: OrgFacts, *, api_version: str) -> list[Finding]:
    """Everything looked at, what blocks first."""
    checks: tuple[Callable[[], Iterable[Finding]], ...] = (
        lambda: _edition(facts),
        lambda: _api_version(facts, api_version),
        lambda: _my_domain(facts),
        lambda: _objects(facts),
        lambda: _permissions(facts),
        lambda: _marketing_user(facts),
        lambda: _quota(facts),
        lambda: _consumer_secret(facts),
    )
    found = [finding for check in checks for finding in check()]
    order = (Level.BLOCKS, Level.WARNING, Level.UNKNOWN, Level.OK)
    return sorted(found, key=lambda finding: order.index(finding.level))


def _edition(facts: OrgFacts) -> Iterator[Finding]:
    if facts.edition is None:
        yield Finding(Level.UNKNOWN, "The edition could not be read.", "See Setup, Company Information.")
    elif facts.edition in EDITIONS_WITH_API:
        yield Finding(Level.OK, f"{facts.edition} has the API.")
    elif facts.edition in EDITIONS_WITH_API_ADD_ON:
        remedy = (
            "Confirm with Salesforce that Web Services API is on; it answered this question, so it is likely."
        )
        yield Finding(Level.WARNING, f"{facts.edition} has the API as an add-on only.", remedy)
    else:
        remedy = "Gifting needs Enterprise, Unlimited, Performance or Developer Edition."
        yield Finding(Level.BLOCKS, f"{facts.edition} has no API.", remedy)


def _api_version(facts: OrgFacts, wanted: str) -> Iterator[Finding]:
    if not facts.api_versions:
        yield Finding(Level.UNKNOWN, "The org's API versions could not be read.")
    elif wanted in facts.api_versions:
        yield Finding(Level.OK, f"The org speaks API version {wanted}.")
    else:
        newest = max(facts.api_versions, key=float)
        remedy = (
            "Wait for the org's next release (trust.salesforce.com shows when), or install an older version."
        )
        yield Finding(
            Level.BLOCKS, f"The package needs API version {wanted}; the org's newest is {newest}.", remedy
        )


def _my_domain(facts: OrgFacts) -> Iterator[Finding]:
    if WITHOUT_MY_DOMAIN.match(facts.instance_url):
        remedy = "Deploy one in Setup, My Domain; Lightning components and External Client Apps need it."
        yield Finding(Level.BLOCKS, f"{facts.instance_url} is no My Domain.", remedy)
    else:
        yield Finding(Level.OK, "My Domain is there.")


def _objects(facts: OrgFacts) -> Iterator[Finding]:
    missing = [name for name in NEEDED_OBJECTS if name not in facts.objects] if facts.objects else []
    if missing:
        remedy = "Use a user who sees them; Campaigns need a licence that has them."
        yield Finding(Level.BLOCKS, f"The installing user does not see {', '.join(missing)}.", remedy)


def _permissions(facts: OrgFacts) -> Iterator[Finding]:
    if facts.permissions is None:
        yield Finding(
            Level.UNKNOWN,
            "The installing user's permissions could not be read.",
            "It needs those of a System Administrator.",
        )
        return
    for name, reason in NEEDED_PERMISSIONS.items():
        if name not in facts.permissions:
            yield Finding(Level.UNKNOWN, f"Whether the installing user has {name} could not be read.")
        elif not facts.permissions[name]:
            remedy = f"Grant it with a permission set, or install as a System Administrator: {reason}."
            yield Finding(Level.BLOCKS, f"The installing user lacks {name}.", remedy)
        else:
            yield Finding(Level.OK, f"The installing user has {name}.")


def _marketing_user(facts: OrgFacts) -> Iterator[Finding]:
    if facts.marketing_user is None:
        yield Finding(Level.UNKNOWN, "Whether the user is a Marketing User could not be read.")
    elif facts.marketing_user:
        yield Finding(Level.OK, "The user is a Marketing User, who may change Campaigns.")
    else:
        remedy = "Tick Marketing User on the users who run gift Campaigns, and on the integration user."
        yield Finding(Level.WARNING, "The user is no Marketing User and cannot change Campaigns.", remedy)


def _quota(facts: OrgFacts) -> Iterator[Finding]:
    if facts.calls_left is None:
        yield Finding(Level.UNKNOWN, "The API quota could not be read.", "See Setup, Company Information.")
    elif facts.calls_left < CALLS_NEEDED:
        remedy = f"An installation takes up to {CALLS_NEEDED}; wait until the 24 hours are over, or buy more."
        yield Finding(Level.BLOCKS, f"{facts.calls_left} API requests are left today.", remedy)
    elif facts.calls_left < CALLS_COMFORTABLE:
        remedy = "Enough to install, and tight for a first GiftSync over a large Campaign."
        yield Finding(
            Level.WARNING, f"{facts.calls_left} of {facts.calls_a_day} API requests are left today.", remedy
        )
    else:
        yield Finding(Level.OK, f"{facts.calls_left} of {facts.calls_a_day} API requests are left today.")


def _consumer_secret(facts: OrgFacts) -> Iterator[Finding]:
    where = "Setup, External Client App Settings, Allow access to consumer secrets via REST API"
    if facts.consumer_secret_access is None:
        remedy = f"configure_connector needs it: {where}."
        yield Finding(Level.UNKNOWN, "Whether consumer keys can be retrieved could not be read.", remedy)
    elif facts.consumer_secret_access:
        yield Finding(Level.OK, "The connector's consumer key can be retrieved.")
    else:
        remedy = f"Switch it on before configure_connector: {where}. Or copy the key by hand."
        yield Finding(Level.WARNING, "The org does not give out consumer keys through its API.", remedy)
