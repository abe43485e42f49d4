from dataclasses import replace
from pathlib import Path

import pytest

from connector.domain.backoff import delay_seconds
from connector.domain.eligibility import REMEDIES, Candidate, SkipReason, skip_reason
from connector.domain.keys import campaign_source_key, gift_key, timeline_key
from connector.domain.recipient import Person, Recipient

ADA = Candidate("00v1", Person(contact_id="0031"), Recipient("Ada", "Byron", "ada@example.com"))


def test_a_member_with_name_and_address_gets_a_gift() -> None:
    assert skip_reason(ADA, already_gifted=False) is None


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        (replace(ADA, recipient=Recipient("Ada", "Byron", " ")), SkipReason.NO_EMAIL),
        (replace(ADA, recipient=Recipient("", "Byron", "a@example.com")), SkipReason.NAME_MISSING),
        (replace(ADA, recipient=Recipient("Ada", "", "a@example.com")), SkipReason.NAME_MISSING),
        (replace(ADA, email_opt_out=True), SkipReason.EMAIL_OPT_OUT),
        (replace(ADA, gift_opt_out=True), SkipReason.GIFT_OPT_OUT),
        (replace(ADA, lead_converted=True), SkipReason.LEAD_CONVERTED),
    ],
)
def test_everyone_else_is_skipped_with_a_reason(candidate: Candidate, reason: SkipReason) -> None:
    assert skip_reason(candidate, already_gifted=False) is reason


def test_the_manual_has_every_reason_with_the_words_that_pages_show_and_what_to_do() -> None:
    manual = (Path(__file__).parents[3] / "docs" / "engine.md").read_text()
    rows = [line for line in manual.splitlines() if line.startswith("| ")]

    for reason in SkipReason:
        assert f"| {reason.value} | {REMEDIES[reason]} |" in rows


def test_what_is_not_mapped_comes_before_what_is_missing_of_it() -> None:
    nothing_known = replace(ADA, recipient=Recipient("", "", ""), is_unmapped=True)

    assert skip_reason(nothing_known, already_gifted=False) is SkipReason.UNMAPPED
    assert skip_reason(nothing_known, already_gifted=True) is SkipReason.ALREADY_GIFTED


def test_nobody_gets_the_same_gift_twice() -> None:
    assert skip_reason(ADA, already_gifted=True) is SkipReason.ALREADY_GIFTED


def test_keys_are_the_same_each_time_and_differ_where_any_part_differs() -> None:
    key = gift_key("00D1", "Campaign", campaign_source_key("00v1", "g1"))

    assert key == gift_key("00D1", "Campaign", "00v1:g1")
    assert len({key, gift_key("00D2", "Campaign", "00v1:g1"), gift_key("00D1", "Campaign", "00v1:g2")}) == 3
    assert timeline_key(key, "Gift Created") != timeline_key(key, "Gift Claimed")
    assert len(key) == 36


def test_people_match_in_other_capitals_and_with_stray_blanks() -> None:
    assert (
        Recipient("Ada ", "BYRON", "Ada@Example.com").match_key
        == Recipient("ada", "Byron", "ada@example.com").match_key
    )


@pytest.mark.parametrize(("attempt", "least", "most"), [(1, 1, 2), (3, 4, 8), (50, 450, 900)])
def test_waits_grow_to_a_cap_and_vary_by_half(attempt: int, least: float, most: float) -> None:
    assert delay_seconds(attempt, jitter=0.0) == least
    assert least < delay_seconds(attempt, jitter=0.99) < most
