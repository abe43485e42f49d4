"""Reading a Campaign's members, page by page, from where the last run ended."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, islice

import structlog

from connector.domain.campaign_link import CampaignLink
from connector.domain.eligibility import Candidate
from connector.errors import PermissionMissing
from connector.ports import Record, SalesforceOrg
from connector.services.gifts.candidates import PeopleReader, last_change
from connector.services.jobs import CHUNK
from connector.services.mapping.check_mapping import Descriptions, check_mapping
from connector.services.storage.terms import Watermark

log = structlog.get_logger(__name__)

# Members planned in one transaction, so that webhooks and workers wait for milliseconds only; what they get
# makes one job.
_PAGE = CHUNK
# A record of a long transaction is stamped when it is saved and seen when the transaction ends.
_OVERLAP = timedelta(minutes=10)
_NO_SUCH_FIELD = "INVALID_FIELD"


class Reading:
    """How far the rows of a run reach."""

    def __init__(self, terms: str, at: datetime | None) -> None:
        """terms: fingerprint of what decides who gets which gift. at: how far the run before reached."""
        self._terms = terms
        self._at = at

    @property
    def since(self) -> datetime | None:
        """What changed since then is read; None for everything."""
        return None if self._at is None else self._at - _OVERLAP

    def take(self, rows: Iterable[Record]) -> None:
        """These were read."""
        changes = [last_change(row) for row in rows]
        self._at = max([*changes, *([self._at] if self._at else [])], default=None)

    @property
    def watermark(self) -> Watermark | None:
        """By the org's own clock; None before the first row."""
        return None if self._at is None else Watermark(self._at, self._terms)


def read_members(
    org: SalesforceOrg, link: CampaignLink, reader: PeopleReader, reading: Reading
) -> Iterator[tuple[list[Candidate], bool]]:
    """Members by the page, and whether each page is the last. Notes how far they reach."""
    reader, rows = _rows(org, link, reader, reading.since)
    for page, is_last in _pages(rows):
        reading.take(page)
        yield [reader.member(row) for row in page], is_last


def _rows(
    org: SalesforceOrg, link: CampaignLink, reader: PeopleReader, since: datetime | None
) -> tuple[PeopleReader, Iterator[Record]]:
    """The members, and who reads them: without the mapped fields of objects where the org knows one not.

    One describe for each object is spent to find these, once the org has refused the query.
    """
    rows = org.query(
        reader.member_query("CampaignId", link.campaign_id, changed_since=since), with_deleted=True
    )
    try:
        first = list(islice(rows, 1))
    except PermissionMissing as refusal:
        seen = Descriptions(org)
        broken = {
            sobject
            for sobject, mapping in reader.mappings.items()
            if any(each.problem is not None for each in check_mapping(mapping, seen))
        }
        if refusal.code != _NO_SUCH_FIELD or not broken - reader.unmapped:
            raise
        log.warning("mapping_unusable", org_id=link.org_id, sobjects=sorted(broken))
        return _rows(org, link, replace(reader, unmapped=reader.unmapped | broken), since)
    return reader, chain(first, rows)


def _pages(rows: Iterable[Record]) -> Iterator[tuple[list[Record], bool]]:
    """Pages, and whether each is the last; one empty page where there are no rows."""
    page: list[Record] = []
    for row in rows:
        if len(page) == _PAGE:
            yield page, False
            page = []
        page.append(row)
    yield page, True
