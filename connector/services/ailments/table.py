"""The one table of failures: adapters raise errors by it, the page Diagnosis and the manual show it.

Rows are tried from the top, so that a phrase comes before the code alone. A code that is in no
row fails closed.
"""

from collections.abc import Iterator

from connector.errors import AuthenticationFailed
from connector.services.ailments.ailment import Ailment, Where
from connector.services.ailments.calls import CALL_AILMENTS
from connector.services.ailments.checks import CHECK_AILMENTS
from connector.services.ailments.sign_in import SIGN_IN_AILMENTS
from connector.services.ailments.token import TOKEN_AILMENTS

AILMENTS = TOKEN_AILMENTS + SIGN_IN_AILMENTS + CALL_AILMENTS + CHECK_AILMENTS
UNKNOWN_TOKEN_AILMENT = Ailment(
    where=Where.TOKEN,
    code="",
    raised=AuthenticationFailed,
    cause="Salesforce refused the credentials for a reason that is not in our table.",
    cure="Setup, Users, the integration user, Login History shows the reason of this attempt.",
)


def ailment_of(where: Where, code: str, text: str = "") -> Ailment | None:
    """The first row that fits. text: Salesforce's, in any case."""
    return next((row for row in AILMENTS if row.where is where and row.fits(code, text)), None)


def call_ailments(status: int) -> Iterator[Ailment]:
    """Rows for calls that were answered so."""
    return (row for row in AILMENTS if row.where is Where.CALL and row.status == status)


def token_ailment(code: str, text: str) -> Ailment:
    """For a token that was refused."""
    return ailment_of(Where.TOKEN, code, text) or UNKNOWN_TOKEN_AILMENT
