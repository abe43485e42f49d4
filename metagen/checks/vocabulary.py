"""The vocabulary agrees with itself, with Gift__c and with Salesforce's limits."""

from collections.abc import Iterable, Iterator

from metagen.errors import Problem, did_you_mean
from metagen.model.objects import FieldType
from metagen.model.spec import Spec
from metagen.model.vocabulary import Stage, Vocabulary
from metagen.nodes import Text
from metagen.vocabulary_module import member_name

# CampaignMember.Status and picklist values of restricted sets; Task.Subject.
STATUS_LIMIT = 40
SUBJECT_LIMIT = 255
GIFT = "Gift__c"


def problems_of(spec: Spec) -> Iterator[Problem]:
    """Words too long or given twice, stages that name unknown words, a life cycle that does not end."""
    vocabulary = spec.vocabulary
    members = [status.value for status in vocabulary.member_statuses]
    for kind, words in {
        "send_statuses": vocabulary.send_statuses,
        "order_statuses": vocabulary.order_statuses,
        "member_statuses": members,
        "sources": vocabulary.sources,
        "approval_statuses": vocabulary.approval_statuses,
        "recipient_attributes": vocabulary.recipient_attributes,
        "stages": vocabulary.stages,
        "milestones": vocabulary.milestones,
    }.items():
        if not words:
            yield Problem(vocabulary.where, f"{kind} needs a word")
        yield from _word_list(words)
    yield from _milestones(vocabulary)
    yield from _member_statuses(vocabulary)
    for stage in vocabulary.stages.values():
        yield from _stage(stage, spec)
    yield from _taken_back(vocabulary)
    yield from _final_stages_last(vocabulary)
    for name in vocabulary.provider_statuses.values():
        yield from _known(name, vocabulary.stages, "stage")


def _word_list(words: Iterable[Text]) -> Iterator[Problem]:
    seen: dict[str, Text] = {}
    for word in words:
        if len(word) > STATUS_LIMIT:
            yield Problem(word.where, f"{word} has {len(word)} characters; a status holds {STATUS_LIMIT}")
        name = member_name(word)
        if not name.isidentifier():
            yield Problem(word.where, f"{word} makes no name in Python; begin it with a letter")
        elif name in seen:
            same = seen[name].casefold() == word.casefold()
            why = "is given twice" if same else f"and {seen[name]} make the same name in Python, {name}"
            yield Problem(word.where, f"{word} {why}")
        seen[name] = word


def _milestones(vocabulary: Vocabulary) -> Iterator[Problem]:
    for subject in vocabulary.milestones.values():
        if len(subject) > SUBJECT_LIMIT:
            yield Problem(subject.where, f"a Task's subject holds {SUBJECT_LIMIT} characters")


def _member_statuses(vocabulary: Vocabulary) -> Iterator[Problem]:
    defaults = [status.value for status in vocabulary.member_statuses if status.default]
    if len(defaults) != 1:
        yield Problem(vocabulary.where, "exactly one of member_statuses must be the default")
    if not any(status.responded for status in vocabulary.member_statuses):
        yield Problem(vocabulary.where, "at least one of member_statuses must count as a response")


def _stage(stage: Stage, spec: Spec) -> Iterator[Problem]:
    vocabulary = spec.vocabulary
    members = [status.value for status in vocabulary.member_statuses]
    yield from _known(stage.send_status, vocabulary.send_statuses, "send status")
    yield from _known(stage.order_status, vocabulary.order_statuses, "order status")
    yield from _known(stage.member_status, members, "member status")
    yield from _known(stage.milestone, vocabulary.milestones, "milestone")
    gift_fields = spec.objects[GIFT].fields if GIFT in spec.objects else {}
    dates = [name for name, described in gift_fields.items() if described.type is FieldType.DATE_TIME]
    yield from _known(stage.gift_date, dates, f"date-time field of {GIFT}")


def _known(name: Text | None, known: Iterable[str], what: str) -> Iterator[Problem]:
    known = list(known)
    if name is not None and name not in known:
        yield Problem(name.where, f"there is no {what} {name}{did_you_mean(name, known)}")


def _taken_back(vocabulary: Vocabulary) -> Iterator[Problem]:
    for name, stage in vocabulary.stages.items():
        if stage.taken_back and not stage.final:
            yield Problem(name.where, f"{name} is taken back, so it must be final as well")


def _final_stages_last(vocabulary: Vocabulary) -> Iterator[Problem]:
    finals = [stage.final for stage in vocabulary.stages.values()]
    if finals != sorted(finals) or not any(finals):
        yield Problem(vocabulary.where, "stages must end with the final ones, and there must be one")
