"""Every word that people read is in every phrase book, and nothing else is."""

from collections.abc import Iterator, Sequence

from metagen.components.languages import phrases_of
from metagen.errors import Problem, did_you_mean
from metagen.model.objects import ObjectKind
from metagen.model.spec import Spec
from metagen.model.translations import Language

# Labels in Setup; longer ones are refused. Messages and statuses may be longer.
LABEL_LIMIT = 40
STATUS_LIMIT = 255


def problems_of(spec: Spec) -> Iterator[Problem]:
    """Phrases that are missing, that nothing uses, or that are too long."""
    phrases = list(dict.fromkeys(phrases_of(spec)))
    nouns = [o.name for o in spec.objects.values() if o.kind is not ObjectKind.STANDARD]
    field_labels = {str(f.label) for o in spec.objects.values() for f in o.fields.values()}
    for language in spec.languages.values():
        for phrase in phrases:
            if phrase not in language.phrases:
                yield Problem(phrase.where, f"{phrase!s} is missing in spec/languages/{language.name}.yml")
        for phrase, translation in language.phrases.items():
            if phrase not in phrases:
                hint = did_you_mean(phrase, phrases)
                yield Problem(phrase.where, f"the package says {phrase!s} nowhere{hint}")
            limit = LABEL_LIMIT if str(phrase) in field_labels else STATUS_LIMIT
            if len(translation) > limit:
                length = len(translation)
                yield Problem(translation.where, f"{translation} has {length} characters; {limit} fit")
        yield from _nouns(language, nouns)


def _nouns(language: Language, nouns: Sequence[str]) -> Iterator[Problem]:
    for noun in nouns:
        if noun not in language.objects:
            yield Problem(language.where, f"the name of {noun} is missing in {language.name}")
    for name in language.objects:
        if name not in nouns:
            yield Problem(name.where, f"{name} is no object of ours{did_you_mean(name, nouns)}")
