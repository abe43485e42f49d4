"""connector/domain/vocabulary.py, derived from spec/ so that code and picklists cannot drift apart."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from metagen.errors import RenderFailed
from metagen.model.vocabulary import Stage, Vocabulary

MODULE_PATH = "connector/domain/vocabulary.py"
TEMPLATE = "vocabulary.py.jinja"


def render_vocabulary_module(vocabulary: Vocabulary, templates: Path) -> bytes:
    """The module's bytes, formatted as `ruff format` leaves them.

    templates: the folder that holds the Python templates. Raises RenderFailed.
    """
    environment = Environment(
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  # the output is Python: HTML escapes would corrupt it
    )
    environment.filters["literal"] = _literal
    try:
        text = environment.get_template(TEMPLATE).render(_context(vocabulary))
    except TemplateError as error:
        raise RenderFailed(f"{MODULE_PATH}: {error.message or type(error).__name__}") from error
    return text.encode()


def member_name(value: str) -> str:
    """The enum member for a word: `Out For Delivery` is OUT_FOR_DELIVERY."""
    return re.sub(r"\W+", "_", value).strip("_").upper()


def _literal(text: str) -> str:
    """A Python string in double quotes, or where it holds some, in whatever takes fewer escapes."""
    return repr(str(text)) if '"' in text else json.dumps(text, ensure_ascii=False)


def _context(vocabulary: Vocabulary) -> dict[str, object]:
    stages, members = vocabulary.stages, vocabulary.member_statuses
    return {
        "enums": [*_enums(vocabulary)],
        "stages": [
            {"name": member_name(name), "arguments": [*_arguments(stage, vocabulary)]}
            for name, stage in stages.items()
        ],
        "finals": [member_name(name) for name, stage in stages.items() if stage.final],
        "taken_back": [member_name(name) for name, stage in stages.items() if stage.taken_back],
        "provider_statuses": [
            (status, member_name(stage)) for status, stage in vocabulary.provider_statuses.items()
        ],
        "default_member_status": next(member_name(m.value) for m in members if m.default),
        "responded_member_statuses": [member_name(m.value) for m in members if m.responded],
    }


def _enums(vocabulary: Vocabulary) -> Iterable[dict[str, object]]:
    yield _enum("SendStatus", "How far the invitation got (Send_Status__c).", vocabulary.send_statuses)
    yield _enum("OrderStatus", "How far the order got (Order_Status__c).", vocabulary.order_statuses)
    yield _enum(
        "MemberStatus",
        "Where a campaign member stands (CampaignMember.Status).",
        [member.value for member in vocabulary.member_statuses],
    )
    milestones = [{"name": member_name(key), "value": text} for key, text in vocabulary.milestones.items()]
    yield {"name": "Milestone", "doc": "Subjects of the timeline Tasks.", "members": milestones}
    yield _enum("GiftSource", "What asked for the gift (Gift__c.Source__c).", vocabulary.sources)
    yield _enum(
        "ApprovalStatus",
        "Whether a gift was agreed to (Gift__c.Approval_Status__c).",
        vocabulary.approval_statuses,
    )
    yield _enum(
        "RecipientAttribute",
        "What platforms may be told of a recipient (Gift_Field_Mapping__mdt).",
        vocabulary.recipient_attributes,
    )
    yield _enum("GiftStage", "The life cycle, earliest stage first.", vocabulary.stages)


def _enum(name: str, doc: str, values: Iterable[str]) -> dict[str, object]:
    return {"name": name, "doc": doc, "members": [{"name": member_name(v), "value": v} for v in values]}


def _arguments(stage: Stage, vocabulary: Vocabulary) -> Iterable[str]:
    if stage.send_status:
        yield f"send_status=SendStatus.{member_name(stage.send_status)}"
    if stage.order_status:
        yield f"order_status=OrderStatus.{member_name(stage.order_status)}"
    if stage.member_status:
        yield f"member_status=MemberStatus.{member_name(stage.member_status)}"
    if stage.milestone in vocabulary.milestones:
        yield f"milestone=Milestone.{member_name(stage.milestone)}"
    if stage.gift_date:
        yield f'gift_date_field="{stage.gift_date}"'
