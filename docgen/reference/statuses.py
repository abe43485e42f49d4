"""Which status follows which, drawn from the vocabulary."""

import re
from collections.abc import Iterator
from itertools import pairwise

from connector.domain.gift import RequestState
from docgen.diagrams import Diagram
from docgen.markdown import code, page, table, text_of
from metagen.model.spec import Spec
from metagen.model.vocabulary import Stage, Vocabulary

_INTRO = """\
A gift has a *stage*, which only ever moves forward: webhooks that come late, twice or in disorder
change nothing else. What people see in Salesforce follows from the stage: the send status, the order
status and the member status."""
_FINAL = "#e2f2e5"
_WAITS = "#fff3d6"
# Who moves a request from one state to another. States are checked against the connector's own.
_REQUEST_MOVES = (
    ("awaiting_approval", "planned", "approved"),
    ("awaiting_approval", "refused", "rejected, or nobody decided in time"),
    ("planned", "sending", "a worker takes it, and writes that down first"),
    ("sending", "sent", "the platform took it"),
    ("sending", "failed", "the platform refused it for good"),
    ("sending", "parked", "an administrator must act"),
    ("sending", "planned", "it never left; tried again later"),
    ("sending", "unknown", "no answer came"),
    ("unknown", "sent", "found at the platform, or a webhook told"),
    ("unknown", "planned", "looked up, and not there"),
    ("parked", "planned", "the obstacle is gone"),
    ("failed", "planned", "a person tries again"),
)


def pages(spec: Spec) -> dict[str, str]:
    """reference/statuses.md."""
    words = spec.vocabulary
    lines = page("Statuses", "`spec/vocabulary.yml`", _INTRO)
    lines += ["## Stages", "", _picture("stages", "The stages of a gift, in their order"), ""]
    lines += _stages(words)
    lines += _projections(words)
    lines += _members(words)
    lines += _platforms(words)
    lines += _requests()
    return {"reference/statuses.md": text_of(lines)}


def diagrams(spec: Spec) -> dict[str, Diagram]:
    """The pictures of the page, by name."""
    words = spec.vocabulary
    return {
        "stages": _stage_diagram(words),
        "send-status": _chain("Send Status", [stage.send_status for stage in words.stages.values()], words),
        "order-status": _chain(
            "Order Status", [stage.order_status for stage in words.stages.values()], words
        ),
        "member-status": _chain(
            "Status of campaign members",
            [_default(words), *(s.member_status for s in words.stages.values())],
            words,
        ),
        "request-states": _request_diagram(),
    }


def _picture(name: str, words: str) -> str:
    return f"![{words}](diagrams/{name}.svg)"


def _stage_diagram(words: Vocabulary) -> Diagram:
    drawn = Diagram("The stages of a gift, in their order")
    going = [name for name, stage in words.stages.items() if not stage.final]
    final = [name for name, stage in words.stages.items() if stage.final]
    for name in (*going, *final):
        drawn.box(name, _spoken(name), colour=_FINAL if name in final else "")
    for first, second in pairwise(going):
        drawn.arrow(first, second)
    for name in final:
        drawn.arrow(
            going[-1], name, "" if name == final[-1] else "from any stage above", dashed=name != final[-1]
        )
    for first, second in pairwise(final):
        drawn.arrow(first, second, "if it is told later", dashed=True)
    return drawn


def _stages(words: Vocabulary) -> Iterator[str]:
    yield (
        "A gift may skip stages: a lost event is not waited for. It never goes back. *Final* stages end it,"
        " and a later final stage outranks an earlier one: what was delivered is delivered, whatever else was"
        " reported."
    )
    yield from table(
        ("Stage", "Send status", "Order status", "Member status", "Timeline entry", "Date field of Gift__c"),
        (
            (
                code(name) + (" (final)" if stage.final else ""),
                stage.send_status or "",
                stage.order_status or "",
                stage.member_status or "",
                words.milestones[stage.milestone] if stage.milestone else "",
                code(stage.gift_date or ""),
            )
            for name, stage in words.stages.items()
        ),
    )


def _projections(words: Vocabulary) -> Iterator[str]:
    for name, title, field, values in (
        ("send-status", "Send status", "Gift__c.Send_Status__c", words.send_statuses),
        ("order-status", "Order status", "Gift__c.Order_Status__c", words.order_statuses),
    ):
        yield from ("", f"## {title}", "", f"{code(field)}: {', '.join(values)}.", "")
        yield _picture(name, f"Which {title.lower()} follows which")


def _members(words: Vocabulary) -> Iterator[str]:
    yield from ("", "## Member status", "")
    yield (
        "`CampaignMember.Status`. Salesforce replaces a status that a Campaign does not know by its"
        " default and says nothing, so the package's flow and the connector both add these to a Campaign"
        " before any is written."
    )
    yield from table(
        ("Status", "", "Counts as response"),
        (
            (s.value, "default" if s.default else "", "yes" if s.responded else "")
            for s in words.member_statuses
        ),
    )
    yield _picture("member-status", "Which member status follows which")


def _platforms(words: Vocabulary) -> Iterator[str]:
    yield from ("", "## What the platforms say", "", "Each adapter maps its platform's words to these first.")
    yield from table(
        ("Reported", "Stage"), ((code(said), code(stage)) for said, stage in words.provider_statuses.items())
    )


def _requests() -> Iterator[str]:
    yield from ("", "## States of a request", "")
    yield (
        "Before a platform has a gift, the connector's ledger knows how far the request got."
        " `connector status` counts them, and the API calls it `requestState`. Why there are so many is in"
        " [Exactly once](../engine.md)."
    )
    yield from table(("State", "Meaning"), ((code(state.value), text) for state, text in _meanings().items()))
    yield _picture("request-states", "How a request moves from one state to another")


def _meanings() -> dict[RequestState, str]:
    """The docstring of the enum, a sentence or more for each of its members."""
    said = " ".join((RequestState.__doc__ or "").split())
    parts = re.split(r"\b([A-Z_]{4,}): ", said)[1:]
    found = dict(zip(parts[::2], parts[1::2], strict=True))
    return {state: (text := found[state.name].strip())[:1].upper() + text[1:] for state in RequestState}


def _request_diagram() -> Diagram:
    drawn = Diagram("How a request moves from one state to another")
    waits = {RequestState.AWAITING_APPROVAL, RequestState.UNKNOWN, RequestState.PARKED}
    for state in RequestState:
        drawn.box(state.value, _spoken(state.value), colour=_WAITS if state in waits else "")
    for start, end, words in _REQUEST_MOVES:
        drawn.arrow(RequestState(start).value, RequestState(end).value, words)
    return drawn


def _chain(title: str, values: list[str | None], words: Vocabulary) -> Diagram:
    """The values in the order in which stages bring them."""
    stages: list[Stage] = list(words.stages.values())
    final = {
        s
        for stage in stages
        if stage.final
        for s in (stage.send_status, stage.order_status, stage.member_status)
    }
    drawn = Diagram(title, direction="LR")
    seen = list(dict.fromkeys(value for value in values if value))
    last_going = [value for value in seen if value not in final]
    for value in seen:
        drawn.box(value, value, colour=_FINAL if value in final else "")
    for first, second in pairwise(last_going):
        drawn.arrow(first, second)
    for value in seen:
        if value in final:
            drawn.arrow(last_going[-1], value, "also from any before")
    return drawn


def _default(words: Vocabulary) -> str:
    return next(status.value for status in words.member_statuses if status.default)


def _spoken(name: str) -> str:
    return name.replace("_", " ")
