"""Gifts that wait for a person: agree or not, and say which gifts wait."""

from dataclasses import replace
from typing import Protocol

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from connector.domain.approval import ApprovalRules
from connector.domain.gift import RequestState
from connector.domain.money import Money, MoneyInvalid
from connector.domain.portal_session import Role
from connector.errors import CallerError, ConnectorError
from connector.ports import GiftProvider
from connector.services.gifts.decide_approval import DecideApprovals, Decided, Decider
from connector.services.gifts.set_terms import SetTerms
from connector.services.storage.gift_pages import GiftFilter
from connector.services.storage.store import Store
from connector.web.portal.container import PortalContainer
from connector.web.portal.gifts.filters import place_after, place_in
from connector.web.portal.pages import PortalPages
from connector.web.portal.viewer import viewer

_PAGE = 50
_LONGEST_DAYS = 365


class ApprovalsContainer(PortalContainer, Protocol):
    """What these pages need."""

    @property
    def store(self) -> Store: ...
    @property
    def decide_approvals(self) -> DecideApprovals: ...
    @property
    def set_terms(self) -> SetTerms: ...
    def open_provider(self, account_id: str) -> GiftProvider: ...


def blueprint(container: ApprovalsContainer) -> Blueprint:
    """/approvals, for managers."""
    views = PortalPages(
        "approvals",
        container,
        role=Role.MANAGER,
        url_prefix="/approvals",
        label="Approvals",
        order=35,
        icon="approval",
    )

    @views.get("/")
    def index() -> str:
        return _list(container)

    @views.post("/")
    def decide() -> Response | str:
        """decision: approve or refuse, all the gifts that are checked."""
        session, keys = viewer(), request.form.getlist("key")
        note, by = request.form.get("note", "").strip(), Decider(session.user_id, session.username)
        try:
            if request.form.get("decision") == "approve":
                decided = container.decide_approvals.approve(session.org_id, keys, by, note)
            else:
                decided = container.decide_approvals.refuse(session.org_id, keys, by, note)
        except CallerError as error:
            return _list(container, error=str(error), chosen=keys, note=note)
        if decided.not_done:
            return _list(container, decided=decided)
        return redirect(url_for("approvals.index", done=len(decided.done)), code=303)

    @views.get("/rules")
    def rules() -> str:
        with container.store.read() as unit:
            return _rules_form(container, _as_form(unit.approval_rules.of_org(viewer().org_id)))

    @views.post("/rules")
    def set_rules() -> Response | str:
        with container.store.read() as unit:
            known = unit.approval_rules.of_org(viewer().org_id)
        wanted, errors = _read_rules(request.form, known, _gift_campaigns(container, known))
        if errors:
            return _rules_form(container, request.form, errors)
        container.set_terms.approval_rules(wanted, viewer().username)
        return redirect(url_for("approvals.rules", done="set"), code=303)

    return views


def _list(
    container: ApprovalsContainer,
    *,
    decided: Decided | None = None,
    error: str = "",
    chosen: list[str] | None = None,
    note: str = "",
) -> str:
    session = viewer()
    waiting = GiftFilter(org_id=session.org_id, states=(RequestState.AWAITING_APPROVAL,))
    place = place_in(request.args.get("after", ""))
    with container.store.read() as unit:
        gifts = unit.gift_pages.page(waiting, after=place, limit=_PAGE + 1)
        rules = unit.approval_rules.of_org(session.org_id)
        count = unit.gift_pages.awaiting_approval(session.org_id)
        named = unit.gifts.named(list(decided.not_done) if decided else [])
    return render_template(
        "portal/approvals/list.html",
        gifts=gifts[:_PAGE],
        count=count,
        own={g.key for g in gifts if rules.keeps_out(session.user_id, g.request.sender_user_id)},
        next_page=place_after(gifts[_PAGE - 1]) if len(gifts) > _PAGE else "",
        decided=decided,
        named=named,
        error=error,
        chosen=chosen or [],
        note=note,
        done=request.args.get("done", type=int),
    )


def _rules_form(
    container: ApprovalsContainer, given: MultiDict[str, str], errors: dict[str, str] | None = None
) -> str:
    with container.store.read() as unit:
        known = unit.approval_rules.of_org(viewer().org_id)
    return render_template(
        "portal/approvals/rules.html",
        given=given,
        errors=errors or {},
        gift_campaigns=_gift_campaigns(container, known),
        chosen=given.getlist("gift_campaign"),
        done="done" in request.args and not errors,
    )


def _gift_campaigns(container: ApprovalsContainer, known: ApprovalRules) -> dict[str, tuple[str, str, str]]:
    """As the form names them: account, gift campaign and its name.

    Those that rules speak of are there although their platform cannot be asked just now.
    """
    with container.store.read() as unit:
        accounts = unit.connections.accounts_of(known.org_id)
    found = dict(known.gift_campaigns)
    for account in accounts:
        try:
            offered = list(container.open_provider(account.account_id).gift_campaigns())
        except ConnectorError:
            continue
        found |= {(account.account_id, campaign.gift_campaign_id): campaign.name for campaign in offered}
    return {
        f"{account_id} {gift_campaign_id}": (account_id, gift_campaign_id, name)
        for (account_id, gift_campaign_id), name in sorted(found.items(), key=lambda item: item[1])
    }


def _as_form(rules: ApprovalRules) -> MultiDict[str, str]:
    above = rules.above
    pairs = [
        ("above", f"{above.amount:.{above.digits}f}" if above else ""),
        ("currency", above.currency if above else ""),
        ("days", str(rules.days)),
        *([("four_eyes", "1")] if rules.four_eyes else []),
        *(("gift_campaign", f"{account} {campaign}") for account, campaign in rules.gift_campaigns),
    ]
    return MultiDict(pairs)


def _read_rules(
    given: MultiDict[str, str], known: ApprovalRules, offered: dict[str, tuple[str, str, str]]
) -> tuple[ApprovalRules, dict[str, str]]:
    errors: dict[str, str] = {}
    above, days = None, given.get("days", type=int) or 0
    if given.get("above", "").strip():
        try:
            above = Money.parse(given["above"], given.get("currency", ""))
        except MoneyInvalid as error:
            errors["above"] = str(error)
    if not 1 <= days <= _LONGEST_DAYS:
        errors["days"] = f"Between 1 and {_LONGEST_DAYS} days."
    chosen = [offered[name] for name in given.getlist("gift_campaign") if name in offered]
    return replace(
        known,
        above=above,
        gift_campaigns={(account, campaign): name for account, campaign, name in chosen},
        four_eyes=given.get("four_eyes") == "1",
        days=days,
    ), errors
