"""Finding a Campaign, linking it to a gift campaign, and changing the link."""

from collections import Counter
from collections.abc import Mapping, Sequence

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.domain.record_id import case_safe_id
from connector.errors import CallerError, ConnectorError, TemporaryError
from connector.ports import GiftCampaign
from connector.services.gift_sync.find_campaigns import CampaignPage
from connector.services.gift_sync.link_campaign import WantedGift
from connector.services.soql import quote
from connector.web.portal.pages import PortalPages
from connector.web.portal.sync.container import GiftSyncContainer
from connector.web.portal.sync.forms import CADENCES, HOURS, LinkForm, ScheduleForm, page_number
from connector.web.portal.viewer import viewer

_NEW = {"cadence": "daily", "hour": "6", "currency": "EUR"}


def add_views(pages: PortalPages, container: GiftSyncContainer) -> None:
    """Register them."""

    @pages.get("/campaigns")
    def campaigns() -> str:
        words, page = request.args.get("q", "").strip()[:80], page_number(request.args.get("page", ""))
        found, trouble = _find(container, words, page)
        whole = "HX-Request" not in request.headers
        name = "portal/sync/campaigns.html" if whole else "portal/sync/_campaigns.html"
        return render_template(name, found=found, words=words, trouble=trouble)

    @pages.get("/new")
    def new() -> str:
        name, trouble = _campaign_name(container, request.args.get("campaign", ""))
        values = {**_NEW, "campaign": request.args.get("campaign", "")}
        return _form(container, LinkForm(values), campaign_name=name, problem=trouble)

    @pages.post("/new")
    def create() -> Response | str:
        name, trouble = _campaign_name(container, request.form.get("campaign", ""))
        form, schedule = LinkForm.read(request.form), ScheduleForm.read(request.form)
        form.errors |= schedule.errors
        if form.errors or trouble:
            return _form(container, form, campaign_name=name, problem=trouble)
        try:
            link_id = _save(container, form, replaces=False)
        except ConnectorError as problem:
            return _form(container, form, campaign_name=name, problem=problem)
        return _scheduled(container, link_id, schedule)

    @pages.get("/<link_id>/edit")
    def edit(link_id: str) -> str:
        link = container.show_sync.link(viewer().org_id, link_id).link
        values = {
            "campaign": link.campaign_id,
            "gift_campaign": f"{link.account_id}|{link.gift_campaign_id}",
            "value": f"{link.value.amount:.{link.value.digits}f}",
            "currency": link.value.currency,
            "duplicates": "yes" if link.allow_duplicates else "",
            "variants": ", ".join(f"{item.variant_id}={item.quantity}" for item in link.line_items),
        }
        return _form(container, LinkForm(values), campaign_name=link.campaign_name, link_id=link_id)

    @pages.post("/<link_id>/edit")
    def change(link_id: str) -> Response | str:
        link = container.show_sync.link(viewer().org_id, link_id).link
        form = LinkForm.read({**request.form, "campaign": link.campaign_id})
        if form.errors:
            return _form(container, form, campaign_name=link.campaign_name, link_id=link_id)
        try:
            _save(container, form, replaces=True)
        except ConnectorError as problem:
            name = link.campaign_name
            return _form(container, form, campaign_name=name, link_id=link_id, problem=problem)
        return redirect(url_for("sync.link", link_id=link_id, done="changed"), 303)


def _find(container: GiftSyncContainer, words: str, page: int) -> tuple[CampaignPage, tuple[str, str] | None]:
    """A page of Campaigns, and why there is none."""
    try:
        return container.find_campaigns(viewer().org_id, words, page), None
    except ConnectorError as error:
        return CampaignPage([], page, has_more=False), _told(error)


def _campaign_name(container: GiftSyncContainer, campaign_id: str) -> tuple[str, ConnectorError | None]:
    """The name; where Salesforce does not tell it, the Id and why.

    Raises CallerError for what is no Campaign that the integration user sees.
    """
    missing = CallerError("There is no such Campaign.", code="no_link", remedy="Search for it.")
    safe_id = case_safe_id(campaign_id)
    if not safe_id.startswith("701"):
        raise missing
    soql = f"SELECT Name FROM Campaign WHERE Id = {quote(safe_id)}"  # noqa: S608 - quoted
    try:
        rows = list(container.open_org(viewer().org_id).query(soql))
    except ConnectorError as trouble:
        return f"Campaign {safe_id}", trouble
    if not rows:
        raise missing
    return str(rows[0]["Name"]), None


def _scheduled(container: GiftSyncContainer, link_id: str, schedule: ScheduleForm) -> Response:
    """To the new link. A schedule that could not be kept, for want of the org's time zone, is said there."""
    try:
        container.manage_link.schedule(
            viewer().org_id, link_id, schedule.cadence, schedule.at, actor=viewer().username
        )
    except ConnectorError:
        return redirect(url_for("sync.link", link_id=link_id, done="linked-unscheduled"), 303)
    return redirect(url_for("sync.link", link_id=link_id, done="linked"), 303)


def _save(container: GiftSyncContainer, form: LinkForm, *, replaces: bool) -> str:
    """The link's id."""
    return container.link_campaign(
        WantedGift(
            account_id=form.account_id,
            gift_campaign_id=form.gift_campaign_id,
            value=form.value,
            line_items=form.items,
            allow_duplicates=form.allow_duplicates,
        ),
        org_id=viewer().org_id,
        campaign=form.values["campaign"],
        replaces=replaces,
        actor=viewer().username,
    ).link_id


def _form(
    container: GiftSyncContainer,
    form: LinkForm,
    *,
    campaign_name: str,
    link_id: str = "",
    problem: ConnectorError | None = None,
) -> str:
    choice = container.gift_campaign_choice(viewer().org_id)
    return render_template(
        "portal/sync/form.html",
        form=form,
        campaign_name=campaign_name,
        link_id=link_id,
        options=[("", "Choose"), *_options(choice.campaigns)],
        silent=choice.silent,
        problem=_told(problem) if problem else (),
        hours=HOURS,
        cadences=CADENCES,
    )


def _options(campaigns_by_account: Mapping[str, Sequence[GiftCampaign]]) -> list[tuple[str, str]]:
    """Value and words of each gift campaign, by name.

    A platform may have several of one name: these are told apart by their ids.
    """
    found = [(account, each) for account, campaigns in campaigns_by_account.items() for each in campaigns]
    found.sort(key=lambda pair: (pair[1].name.casefold(), pair[0], pair[1].gift_campaign_id))
    times = Counter((account, each.name) for account, each in found)
    options = []
    for account, each in found:
        apart = f", {each.gift_campaign_id}" if times[account, each.name] > 1 else ""
        options.append((f"{account}|{each.gift_campaign_id}", f"{each.name} ({account}{apart})"))
    return options


def _told(error: ConnectorError) -> tuple[str, str]:
    """What is wrong, and what to do."""
    if not isinstance(error, TemporaryError):
        return str(error), error.remedy
    cure = error.remedy or "Try again in a few minutes; Diagnosis says what is wrong if it stays so."
    return "This cannot be done right now.", f"Nothing was changed. {cure} ({error})"
