"""The one way into the ledger: whatever plans a gift comes by here, so that none passes approval by."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from connector.domain.approval import ApprovalRules
from connector.domain.gift import Gift, RequestState
from connector.services.gifts.hearing import dirtied
from connector.services.jobs import plan_chunks
from connector.services.storage.store import Unit


def admit(unit: Unit, gifts: Sequence[Gift], *, now: datetime) -> None:
    """Add new rows in a write unit: to be sent by jobs of their own, or to wait for a person first.

    Budgets are the caller's to ask before (budget_check.fitting), in the same unit. A row that waits counts
    as reserved, has no job, and Salesforce is told of it.
    """
    rules = {org_id: unit.approval_rules.of_org(org_id) for org_id in {g.request.org_id for g in gifts}}
    rows = [_under(rules[gift.request.org_id], gift, now) for gift in gifts]
    unit.gifts.add(rows)
    plan_chunks(unit, [gift for gift in rows if gift.state is RequestState.PLANNED])


def _under(rules: ApprovalRules, gift: Gift, now: datetime) -> Gift:
    request = gift.request
    reason = rules.why(request.account_id, request.gift_campaign_id, request.value)
    if not reason:
        return gift
    waiting = replace(
        gift,
        state=RequestState.AWAITING_APPROVAL,
        next_attempt_at=None,
        approval=rules.ask(reason, now),
    )
    return dirtied(waiting, now=now)
