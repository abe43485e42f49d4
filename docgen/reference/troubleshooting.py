"""What goes wrong between connector and Salesforce, from the table that the page Diagnosis uses."""

from collections.abc import Iterable, Iterator

from connector.services.ailments.ailment import Ailment, Where
from connector.services.ailments.table import AILMENTS
from docgen.markdown import code, page, table, text_of

_INTRO = """\
Look for the message that you see. The portal's page *Diagnosis* finds these by itself and shows the
same words."""
_TITLES = {
    Where.TOKEN: (
        "The connector cannot sign in",
        "token",
        "Salesforce refused a token. The same code stands for several causes, so look at the text as well.",
    ),
    Where.SIGN_IN: (
        "A person cannot sign in",
        "sign-in",
        "Salesforce sent somebody back from its log-in page.",
    ),
    Where.CALL: (
        "A call is refused",
        "calls",
        "The connector is signed in, and the org refuses what it asks.",
    ),
    Where.CHECK: (
        "What the connector finds by looking",
        "checks",
        "Found by Diagnosis and on Home, before it hurts.",
    ),
}


def pages() -> dict[str, str]:
    """reference/troubleshooting.md."""
    lines = page("Messages, causes and cures", "`connector/services/ailments`", _INTRO)
    for where, (title, anchor, words) in _TITLES.items():
        lines += ["", f"## {title} {{: #{anchor} }}", "", words]
        lines += _rows([row for row in AILMENTS if row.where is where])
    return {"reference/troubleshooting.md": text_of(lines)}


def _rows(rows: Iterable[Ailment]) -> Iterator[str]:
    yield from table(("Message", "Cause", "Cure"), ((_message(row), row.cause, row.cure) for row in rows))


def _message(row: Ailment) -> str:
    said = " ".join(part for part in (str(row.status or ""), row.code) if part)
    return f"{code(said)} … {row.phrase} …" if row.phrase else code(said)
