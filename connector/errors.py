"""Every error the connector raises on purpose, split by who must act.

ConnectorError
  CallerError              the request cannot be fulfilled as it stands; the caller changes it
    SignatureInvalid       a webhook that the provider did not sign; answer 401
  AdminError               an administrator must act; the work is parked until then
    AuthenticationFailed   credentials refused: re-authenticate
    PermissionMissing      the connected user may not do this: assign a permission set
    ConfigurationError     a setting is missing or wrong
    QuotaReached           the org's daily API allocation is at the floor
  TemporaryError           nobody must act; the work is retried later
    ProviderPaused         the request was not sent: the platform asked to wait, or keeps failing
    RequestTooLate         the request was not sent: its time was over when it was about to leave
    OutcomeUnknown         the request may or may not have been carried out; look before repeating
  PermanentError           the remote system refuses this one item for good; it is recorded as failed
    LookUpUnsupported      the provider offers no way to find a gift again
"""


class ConnectorError(Exception):
    """Base of all errors raised on purpose.

    Messages carry ids and codes, never bodies, tokens or a recipient's data.
    """

    def __init__(
        self, message: str, *, code: str = "", remedy: str = "", retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.remedy = remedy
        self.retry_after_seconds = retry_after_seconds

    @property
    def told(self) -> str:
        """What is wrong, and what to do about it."""
        return " ".join(filter(None, (str(self), self.remedy)))


class CallerError(ConnectorError):
    """The caller must change the request."""


class SignatureInvalid(CallerError):
    """The bytes were not signed by the provider, or too long ago. The sender must not retry."""


class AdminError(ConnectorError):
    """An administrator must act."""


class AuthenticationFailed(AdminError):
    """The remote system refused the credentials."""


class PermissionMissing(AdminError):
    """The connected user lacks a permission."""


class ConfigurationError(AdminError):
    """A setting is missing or wrong."""


class QuotaReached(AdminError):
    """The org's daily API allocation is used up to the floor that the admin set."""


class TemporaryError(ConnectorError):
    """Try again later."""


class ProviderPaused(TemporaryError):
    """Nothing was sent: the platform asked us to wait, or failed too often to be asked now."""


class RequestTooLate(TemporaryError):
    """Nothing was sent: somebody else may do this by now. Says nothing about the platform."""


class OutcomeUnknown(TemporaryError):
    """The request left us and no answer came back."""


class PermanentError(ConnectorError):
    """This one item will never be accepted as it is."""


class LookUpUnsupported(PermanentError):
    """The provider documents no way to find an earlier gift request."""
