from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from connector.domain.statuses import Details, GiftNews, Progress, Verdict, apply, rank
from connector.domain.vocabulary import STAGE_EFFECTS, TRANSITIONS, GiftStage, Milestone

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

moments = st.integers(min_value=0, max_value=50).map(lambda hours: START + timedelta(hours=hours))
details = st.builds(
    Details, carrier=st.sampled_from(["", "Post", "Courier"]), tracking_number=st.sampled_from(["", "1"])
)
news = st.builds(GiftNews, st.sampled_from(GiftStage), moments, details)
several = st.lists(news, max_size=12)


def after(reports: list[GiftNews]) -> Progress:
    progress = Progress()
    for report in reports:
        progress, _ = apply(progress, report)
    return progress


@given(several, st.randoms())
def test_the_order_of_events_does_not_matter(reports: list[GiftNews], random: object) -> None:
    shuffled = list(reports)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types its Random as object

    assert after(shuffled) == after(reports)


@given(several, news)
def test_an_event_applied_twice_equals_once(reports: list[GiftNews], report: GiftNews) -> None:
    once = after([*reports, report])

    twice, verdict = apply(once, report)

    assert twice == once
    assert verdict is Verdict.REPEATED
    assert not verdict.applied


@given(several, news)
def test_a_gift_never_moves_to_an_earlier_stage(reports: list[GiftNews], report: GiftNews) -> None:
    before = after(reports)

    now, _ = apply(before, report)

    assert now.stage is before.stage or now.stage in TRANSITIONS[before.stage] or not before.stages


@given(several)
def test_each_stage_keeps_its_earliest_moment(reports: list[GiftNews]) -> None:
    progress = after(reports)

    for stage, moment in progress.stages.items():
        assert moment == min(report.occurred_at for report in reports if report.stage is stage)


@given(several)
def test_milestones_are_those_of_the_stages_reached(reports: list[GiftNews]) -> None:
    progress = after(reports)

    called_for = {STAGE_EFFECTS[report.stage].milestone for report in reports} - {None}
    assert set(progress.milestones) == called_for


@given(several, news)
def test_a_verdict_of_no_effect_is_given_exactly_where_nothing_changed(
    reports: list[GiftNews], report: GiftNews
) -> None:
    before = after(reports)

    now, verdict = apply(before, report)

    told_something = (now.stages, now.details) != (before.stages, before.details)
    assert verdict.applied == told_something


def test_a_late_claim_fills_in_its_date_and_leaves_the_stage() -> None:
    shipped = after([GiftNews(GiftStage.SHIPPED, START + timedelta(days=2))])

    progress, verdict = apply(shipped, GiftNews(GiftStage.CLAIMED, START + timedelta(days=1)))

    assert verdict is Verdict.DATED
    assert progress.stage is GiftStage.SHIPPED
    assert progress.milestones == {Milestone.CLAIMED: START + timedelta(days=1)}


def test_a_gift_without_reports_is_requested_and_not_final() -> None:
    progress = Progress()

    assert progress.stage is GiftStage.REQUESTED
    assert not progress.is_final
    assert progress.member_status is None


def test_ranks_follow_the_order_of_the_vocabulary() -> None:
    assert sorted(GiftStage, key=rank) == list(GiftStage)
