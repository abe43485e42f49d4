"""An authorization server of ten lines: whoever comes is who the test says."""

from dataclasses import dataclass, field

from connector.errors import AuthenticationFailed
from connector.services.sign_in.web_flow import Challenge, ClientApp, TokenAnswer, TokenState, WhoSignedIn


@dataclass
class FakeAuthorization:
    """Opened for any app. codes: verifier expected with each code; spent codes are gone."""

    org_id: str
    user_id: str = "005000000000001AAA"
    codes: dict[str, str] = field(default_factory=dict)
    revoked: list[str] = field(default_factory=list)
    asked: list[Challenge] = field(default_factory=list)
    refreshed: int = 0
    nonce_in_token: str = ""
    states: dict[str, TokenState] = field(default_factory=dict)

    def __call__(self, app: ClientApp) -> "FakeAuthorization":
        del app
        return self

    def authorize_url(self, challenge: Challenge, *, scopes: tuple[str, ...], log_in: bool = False) -> str:
        del scopes, log_in
        self.asked.append(challenge)
        return "https://example.my.salesforce.com/services/oauth2/authorize"

    def agree(self) -> str:
        """The person agreed to what was asked last; the code that comes back."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = self.asked[-1].code_verifier
        return code

    def redeem(self, code: str, challenge: Challenge) -> TokenAnswer:
        if self.codes.pop(code, None) != challenge.code_verifier:
            raise AuthenticationFailed("no such code", code="invalid_grant")
        return TokenAnswer(
            access_token=f"access of {code}",
            refresh_token=f"refresh of {code}",
            instance_url="https://example.my.salesforce.com",
            id_token=self.nonce_in_token or challenge.nonce,
        )

    def who(self, answer: TokenAnswer, *, nonce: str) -> WhoSignedIn:
        if answer.id_token != nonce:
            raise AuthenticationFailed("another nonce", code="id_token_untrusted")
        return WhoSignedIn(
            org_id=self.org_id, user_id=self.user_id, username="ada@example.com", display_name="Ada Byron"
        )

    def refresh(self, refresh_token: str) -> TokenAnswer:
        self.refreshed += 1
        return TokenAnswer(
            access_token=f"access {self.refreshed} of {refresh_token}",
            refresh_token=f"refresh {self.refreshed}",
            instance_url="https://example.my.salesforce.com",
        )

    def introspect(self, token: str) -> TokenState:
        return self.states.get(token, TokenState(is_good=False))

    def revoke(self, token: str) -> None:
        self.revoked.append(token)
