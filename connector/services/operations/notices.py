"""What an org's managers should know before it hurts, each with what to do. Read from the store alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from connector.domain.circuit import CircuitState
from connector.domain.connections import ConnectionMode, OrgConnection
from connector.domain.gift import RequestState
from connector.ports import Clock
from connector.services.connections.package_version import FINDING, InstalledPackage, Standing
from connector.services.gifts.held_gifts import affected
from connector.services.storage.store import Store, Unit

CERTIFICATE_WARNING = timedelta(days=30)
WORKER_SILENT = timedelta(minutes=5)
NO_WORKER = "worker:silent"
# Of the day's allocation, beyond what is kept for others.
_LOW_SHARE = 0.1


class Gravity(StrEnum):
    """ERROR: something does not work now. WARNING: something will not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Notice:
    """code: names the kind and, after a colon, what it is about. path: the page that helps."""

    code: str
    gravity: Gravity
    text: str
    advice: str
    path: str = ""


@dataclass(frozen=True)
class Notices:
    """floor_calls: API calls that are kept for others."""

    store: Store
    clock: Clock
    floor_calls: int

    def __call__(self, org_id: str) -> list[Notice]:
        """The gravest first. Of an org that is not connected only what waits for it."""
        now = self.clock()
        with self.store.read() as unit:
            org = unit.connections.org(org_id)
            if org is None:
                return list(_held(unit, org_id))
            found = [
                *self._trouble(unit, org_id),
                *_certificate(org, now),
                *self._quota(unit, org_id),
                *_worker(unit, now),
                *_accounts(unit, org_id),
                *_parked(unit, org_id),
                *_package(unit, org_id),
                *_flows(unit, org_id),
            ]
        return sorted(found, key=lambda notice: notice.gravity is not Gravity.ERROR)

    def _trouble(self, unit: Unit, org_id: str) -> Iterator[Notice]:
        if trouble := unit.org_troubles.get(org_id):
            since = f"{trouble.since:%d %B %Y, %H:%M} UTC"
            yield Notice(
                f"reauthenticate:{trouble.code}",
                Gravity.ERROR,
                f"Salesforce has not let the connector in since {since}: {trouble.message}",
                trouble.remedy,
                "/integrations/salesforce",
            )

    def _quota(self, unit: Unit, org_id: str) -> Iterator[Notice]:
        usage = unit.health.usage(org_id)
        if usage is None:
            return
        used, allocation = usage
        left = allocation - used - self.floor_calls
        if left <= 0:
            yield Notice(
                "quota:reached",
                Gravity.ERROR,
                f"{used:,} of {allocation:,} API calls are used; work pauses to leave the rest to others.",
                "It goes on by itself as calls become free again. Setup, System Overview, API Usage shows who"
                " uses them.",
                "/diagnosis",
            )
        elif left < allocation * _LOW_SHARE:
            yield Notice(
                "quota:low",
                Gravity.WARNING,
                f"{used:,} of {allocation:,} API calls of the last 24 hours are used.",
                "Setup, System Overview, API Usage shows who uses them; run large GiftSyncs later.",
                "/diagnosis",
            )


def _certificate(org: OrgConnection, now: datetime) -> Iterator[Notice]:
    ends_at = org.certificate_ends_at
    if org.mode is not ConnectionMode.JWT or ends_at is None or ends_at - now > CERTIFICATE_WARNING:
        return
    over = ends_at <= now
    yield Notice(
        "certificate:over" if over else "certificate:ending",
        Gravity.ERROR if over else Gravity.WARNING,
        f"The connector's certificate {'ended' if over else 'ends'} on {ends_at:%d %B %Y}.",
        "Replace it: make a new one, upload it to the app in Salesforce, and connect. The old one works"
        " meanwhile.",
        "/integrations/salesforce/connect/jwt",
    )


def _worker(unit: Unit, now: datetime) -> Iterator[Notice]:
    beat = unit.health.last_beat()
    if beat is None or now - beat > WORKER_SILENT:
        yield Notice(
            NO_WORKER,
            Gravity.ERROR,
            "No worker is running, so no gift is sent and nothing is written to Salesforce.",
            "Start `connector run` or `connector worker` on the connector's machine. Nothing is lost.",
        )


def _accounts(unit: Unit, org_id: str) -> Iterator[Notice]:
    for account in unit.connections.accounts_of(org_id):
        state = unit.circuits.get(account.account_id)
        path = f"/integrations/platforms/{account.account_id}"
        if state.state is CircuitState.PARKED:
            yield Notice(
                f"account:{account.account_id}",
                Gravity.ERROR,
                f"The gifting platform refuses the credentials of account {account.account_id}.",
                "Enter a new token. Gifts that wait for it are sent then.",
                path,
            )
        if len(account.webhook_secret.split()) > 1:
            yield Notice(
                f"rotation:{account.account_id}",
                Gravity.WARNING,
                f"Two webhook secrets of account {account.account_id} are accepted.",
                "Once the platform signs with the new one, finish the rotation.",
                path,
            )


def _parked(unit: Unit, org_id: str) -> Iterator[Notice]:
    parked = unit.gifts.counts(org_id).get(RequestState.PARKED, 0)
    if parked:
        yield Notice(
            "gifts:parked",
            Gravity.WARNING,
            f"{parked} gift{'s wait' if parked != 1 else ' waits'} until an administrator has acted.",
            "The Diagnosis page names what is wrong; they are sent once it is mended.",
            "/diagnosis",
        )


def _held(unit: Unit, org_id: str) -> Iterator[Notice]:
    if held := affected(unit, org_id):
        yield Notice(
            "gifts:held",
            Gravity.ERROR,
            f"{held} gift{'s are' if held != 1 else ' is'} held: the org {org_id} was disconnected.",
            "Run `connector setup-link` on the connector's machine and open the link: connect the org again,"
            " and they are sent; or cancel them there.",
        )


def _package(unit: Unit, org_id: str) -> Iterator[Notice]:
    package = package_of(unit, org_id)
    if package is None or package.standing is Standing.NEWEST:
        return
    if package.standing is Standing.NEWER:
        yield Notice(
            f"package:newer:{package.version}",
            Gravity.WARNING,
            f"The org has version {package.version} of the package; this connector was made with"
            f" {package.newest}.",
            "Update the connector: it does not know what came after its own version.",
            "/integrations",
        )
        return
    has = f"version {package.version}" if package.version else "a version that does not tell its number"
    yield Notice(
        f"package:older:{package.version or 'untold'}",
        Gravity.WARNING,
        f"The org has {has} of the package; the newest is {package.newest}.",
        "Upgrade it: run `cci flow run upgrade --org <name>` where the package was installed from. It"
        " removes nothing.",
        "/integrations",
    )


def package_of(unit: Unit, org_id: str) -> InstalledPackage | None:
    """As it was when the org was last looked at; None before the first time."""
    found = (finding for finding in unit.org_findings.of(org_id) if finding.code == FINDING)
    return next((InstalledPackage(finding.subject) for finding in found), None)


def _flows(unit: Unit, org_id: str) -> Iterator[Notice]:
    for finding in unit.org_findings.of(org_id):
        if finding.code == "flow_inactive":
            yield Notice(
                f"flow:{finding.subject}",
                Gravity.WARNING,
                f"The flow {finding.subject} is switched off in Salesforce.",
                f"Setup, Flows, {finding.subject}, Activate; or leave it off if that is what you want.",
                "/diagnosis",
            )
