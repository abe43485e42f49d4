"""What a deploy asks of a formula before it accepts it."""

from collections.abc import Iterator

from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.formula.functions import FUNCTIONS, SPECIAL, UNSUPPORTED
from emulators.salesforce.formula.kinds import Kind, require_result
from emulators.salesforce.formula.parser import Call, Expression, FieldReference, Literal, parse
from emulators.salesforce.schema.model import FieldType, SObjectType

_OF_A_WRITE = {"ISNEW", "ISCHANGED", "PRIORVALUE"}
_OF_THE_CLOCK = {"TODAY", "NOW"}
# Global variables whose value depends on who reads the record, or on settings outside of it.
_OF_THE_READER = ("$Organization.", "$Setup.", "$User.")
_PICKLISTS = {FieldType.PICKLIST, FieldType.MULTIPICKLIST}
_TAKES_PICKLIST = {"ISPICKVAL", "TEXT", "ISBLANK", "ISNULL", "CASE", "ISCHANGED", "PRIORVALUE", "BLANKVALUE"}


def check(text: str, sobject: SObjectType, wanted: Kind = Kind.ANY) -> None:
    """Refuse a formula that could not be evaluated for records of the object, or gives another kind of value.

    Raises SalesforceError with Salesforce's own texts for wrong syntax, unknown fields and functions, a wrong
    number or kind of arguments, and picklists outside the functions made for them; raises NotSupportedHere
    for what Salesforce knows and the local org does not.
    """
    _check(parse(text), sobject, parent="")
    require_result(parse(text), sobject, wanted)


def check_field(text: str, sobject: SObjectType, wanted: Kind = Kind.ANY) -> None:
    """Refuse a formula that a formula field of the object could not have. Raises as `check` does.

    Formulas that depend on the reader are taken, because a package may need them; see `depends_on_reader`.
    """
    _check(parse(text), sobject, parent="", of_the_reader=_OF_THE_READER)
    called = set(_called(parse(text)))
    for name in sorted(called & _OF_A_WRITE):
        raise _refused(f"Function {name} may not be used in this type of formula")
    for name in sorted(called & _OF_THE_CLOCK):
        raise NotSupportedHere(f"{name} in a formula field")
    require_result(parse(text), sobject, wanted)


def depends_on_reader(text: str) -> bool:
    """True for formulas that only a read can calculate; what is stored of their fields is nothing."""
    return any(path.startswith(_OF_THE_READER) for path in _paths(parse(text)))


def fields_in(text: str) -> set[str]:
    """The fields and paths that a formula refers to, as it writes them."""
    return set(_paths(parse(text)))


def _paths(expression: Expression) -> Iterator[str]:
    if isinstance(expression, FieldReference):
        yield expression.path
    elif isinstance(expression, Call):
        for argument in expression.arguments:
            yield from _paths(argument)


def _called(expression: Expression) -> Iterator[str]:
    if isinstance(expression, Call):
        yield expression.function
        for argument in expression.arguments:
            yield from _called(argument)


def _check(
    expression: Expression, sobject: SObjectType, parent: str, of_the_reader: tuple[str, ...] = ()
) -> None:
    match expression:
        case Literal():
            return
        case FieldReference(path):
            if not path.startswith(of_the_reader):
                _check_field(path, sobject, parent)
        case Call(name, arguments):
            _check_call(name, len(arguments))
            if name in {"ISCHANGED", "PRIORVALUE"} and not isinstance(arguments[0], FieldReference):
                raise _refused(f"Incorrect argument for function '{name}()'. Use a field reference only.")
            for argument in arguments:
                _check(argument, sobject, name, of_the_reader)


def _check_field(path: str, sobject: SObjectType, parent: str) -> None:
    if "." in path or path.startswith("$"):
        raise NotSupportedHere(f"formulas that refer to {path}")
    field = sobject.field_named(path)
    if field is None:
        raise _refused(f"Field {path} does not exist. Check spelling.")
    if field.type in _PICKLISTS and parent not in _TAKES_PICKLIST:
        raise _refused(
            f"Field {field.name} is a picklist field. "
            "Picklist fields are only supported in certain functions."
        )


def _check_call(name: str, given: int) -> None:
    if name in UNSUPPORTED:
        raise NotSupportedHere(f"the formula function {name}")
    if name in SPECIAL:
        least, most = SPECIAL[name]
    elif name in FUNCTIONS:
        least, most = FUNCTIONS[name].least, FUNCTIONS[name].most
    else:
        raise _refused(f"Unknown function {name}. Check spelling.")
    unpaired = name == "CASE" and given % 2
    if given < least or (most is not None and given > most) or unpaired:
        raise _refused(
            f"Incorrect number of parameters for function '{name}()'. Expected {least}, received {given}"
        )


def _refused(message: str) -> SalesforceError:
    return SalesforceError("FIELD_INTEGRITY_EXCEPTION", message)
