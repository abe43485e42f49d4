"""What a page of the portal is: a guarded blueprint with a place in the navigation."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, current_app, g, request
from flask.sansio.app import App
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from connector.domain.portal_session import PortalSession, Role
from connector.errors import AdminError, CallerError, ConnectorError, TemporaryError
from connector.web.portal.container import PortalContainer
from connector.web.portal.viewer import let_through, refusal

_EXTENSION = "portal_navigation"
# What a database's integer of four bytes holds.
_LAST_ROW = 2**31 - 1
_PLACE_STATUS: tuple[tuple[type[ConnectorError], int, str], ...] = (
    (CallerError, 422, "This cannot be done as it stands"),
    (AdminError, 409, "Somebody must act first"),
    (TemporaryError, 503, "This cannot be done right now"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the navigation.

    order: from left to right. icon: in SLDS's utility sprite. roles: whoever has one of them sees it.
    """

    label: str
    endpoint: str
    order: int
    icon: str
    roles: tuple[Role, ...]


class PortalPages(Blueprint):
    """Pages for people with a role. No view of it runs for others, nor for forms that are not ours.

    label, order, icon: where the navigation shows its view named index; without a label it does not.
    """

    def __init__(
        self,
        name: str,
        container: PortalContainer,
        *,
        role: Role | tuple[Role, ...],
        url_prefix: str,
        label: str = "",
        order: int = 0,
        icon: str = "",
        within: str = "",
    ) -> None:
        """role: whoever has one of several may. within: the page under which the navigation shows it."""
        super().__init__(name, __name__, url_prefix=url_prefix)
        roles = role if isinstance(role, tuple) else (role,)
        self.within = within or name
        self.place = Place(label, f"{name}.index", order, icon, roles) if label else None
        self.before_request(lambda: let_through(container, *roles))
        self.register_error_handler(ConnectorError, show_error)

    def register(self, app: App, options: dict[str, Any]) -> None:
        super().register(app, options)
        if self.place is not None:
            show_in_navigation(app, self.place)


def show_in_navigation(app: App, place: Place) -> None:
    """Of pages that are guarded otherwise."""
    app.extensions.setdefault(_EXTENSION, []).append(place)


def show_error(error: ConnectorError) -> Response:
    """An error raised on purpose, as a page. Messages carry ids and codes only, so they may be shown."""
    fitting = ((status, heading) for kind, status, heading in _PLACE_STATUS if isinstance(error, kind))
    status, heading = next(fitting, (422, "This cannot be done"))
    return refusal(status, heading, error.told, code=error.code)


def add_frame(app: Flask) -> None:
    """Give every template who looks at it, where they may go, and the token of their forms.

    And the filters with_code, for texts that name commands as terminals and letters show them, and counted.
    """
    app.add_template_filter(with_code)
    app.add_template_filter(counted)

    @app.context_processor
    def _frame() -> dict[str, Any]:
        session: PortalSession | None = g.get("viewer")
        places = sorted(current_app.extensions.get(_EXTENSION, []), key=lambda place: place.order)
        return {
            "viewer": session,
            "csrf_token": session.csrf_token if session else "",
            "places": [place for place in places if session and session.roles.intersection(place.roles)],
            "here": _here(),
        }


def row_number(text: str) -> int:
    """To read a parameter by. Raises ValueError for what is no number that a row could have."""
    number = int(text)
    if not 0 <= number <= _LAST_ROW:
        raise ValueError(text)
    return number


def with_code(text: object) -> Markup:
    """What stands between backticks as code; the text is escaped."""
    parts = str(text).split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    code = Markup("<code>{}</code>")
    return Markup("").join(code.format(part) if odd % 2 else part for odd, part in enumerate(parts))


def counted(number: object, noun: str) -> str:
    """A number with what it counts: 1 gift, 2 gifts. noun: one whose plural takes an s and nothing else."""
    return f"{number} {noun}" if str(number) == "1" else f"{number} {noun}s"


def _here() -> str:
    pages = current_app.blueprints.get(request.blueprint or "")
    return pages.within if isinstance(pages, PortalPages) else request.blueprint or ""
