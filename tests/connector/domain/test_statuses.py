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


def implies(later: GiftStage, earlier: GiftStage) -> bool:
    """Written out anew: what the rule says, not how it is computed."""
    return later in TRANSITIONS[earlier] and later.value not in {"expired", "canceled"}


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
def test_milestones_are_those_of_the_stages_reported_or_implied(reports: list[GiftNews]) -> None:
    progress = after(reports)

    assert set(progress.milestones) == {
        milestone
        for stage in GiftStage
        if (milestone := STAGE_EFFECTS[stage].milestone) is not None
        and any(report.stage is stage or implies(report.stage, stage) for report in reports)
    }


@given(several)
def test_a_milestone_is_dated_by_its_own_report_or_else_by_the_first_that_implies_it(
    reports: list[GiftNews],
) -> None:
    progress = after(reports)

    for stage in GiftStage:
        milestone = STAGE_EFFECTS[stage].milestone
        if milestone in progress.milestones:
            own = [report.occurred_at for report in reports if report.stage is stage]
            implying = [report.occurred_at for report in reports if implies(report.stage, stage)]
            assert progress.milestones[milestone] == min(own or implying)


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
    assert progress.milestones[Milestone.CLAIMED] == START + timedelta(days=1)


def test_a_delivered_gift_was_created_and_claimed_though_nobody_said_so() -> None:
    told = after(
        [
            GiftNews(GiftStage.SHIPPED, START + timedelta(days=2)),
            GiftNews(GiftStage.DELIVERED, START + timedelta(days=4)),
        ]
    )

    assert told.milestones == {
        Milestone.CREATED: START + timedelta(days=2),
        Milestone.CLAIMED: START + timedelta(days=2),
        Milestone.DELIVERED: START + timedelta(days=4),
    }


def test_a_gift_that_was_taken_back_need_not_have_been_claimed() -> None:
    for stage in (GiftStage.EXPIRED, GiftStage.CANCELED):
        told = after([GiftNews(GiftStage.SENT, START), GiftNews(stage, START + timedelta(days=9))])

        assert set(told.milestones) == {Milestone.CREATED}


def test_a_gift_without_reports_is_requested_and_not_final() -> None:
    progress = Progress()

    assert progress.stage is GiftStage.REQUESTED
    assert not progress.is_final
    assert progress.member_status is None


def test_ranks_follow_the_order_of_the_vocabulary() -> None:
    assert sorted(GiftStage, key=rank) == list(GiftStage)
