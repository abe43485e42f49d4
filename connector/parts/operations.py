"""Watching a connection: accounts, diagnosis, notices."""

from abc import abstractmethod
from datetime import datetime

from connector.adapters.mail import SmtpMail
from connector.adapters.providers.registry import Providers
from connector.adapters.salesforce.connections import connect
from connector.adapters.salesforce.server_time import server_time
from connector.domain.connections import OrgConnection
from connector.parts.base import Parts
from connector.ports import SalesforceOrg
from connector.services.connections.account_state import ConnectAccount
from connector.services.connections.org_accounts import OrgAccounts
from connector.services.connections.retire_account import RetireAccount
from connector.services.connections.rotate_webhook_secret import RotateWebhookSecret
from connector.services.operations.diagnose import Diagnose
from connector.services.operations.look_at_org import LookAtOrgs
from connector.services.operations.mail_notices import MailNotices
from connector.services.operations.notices import Notices


class OperationParts(Parts):
    """What the pages Integrations and Diagnosis are made of."""

    @property
    @abstractmethod
    def providers(self) -> Providers: ...

    @property
    @abstractmethod
    def connect_account(self) -> ConnectAccount: ...

    @property
    @abstractmethod
    def rotate_webhook_secret(self) -> RotateWebhookSecret: ...

    @property
    def retire_account(self) -> RetireAccount:
        return RetireAccount(self.store, self.clock)

    @property
    def allow_loopback(self) -> bool:
        return self.settings.allow_loopback

    @property
    def org_accounts(self) -> OrgAccounts:
        return OrgAccounts(
            self.store,
            self.connect_account,
            self.rotate_webhook_secret,
            self.retire_account,
            self.clock,
        )

    @property
    def diagnose(self) -> Diagnose:
        return Diagnose(
            self.store,
            self._try_anew,
            self._server_time,
            self.open_provider,
            self.clock,
            self.settings.api_floor_calls,
        )

    @property
    def notices(self) -> Notices:
        return Notices(self.store, self.clock, self.settings.api_floor_calls)

    @property
    def look_at_orgs(self) -> LookAtOrgs:
        return LookAtOrgs(self.store, self.open_org)

    @property
    def mail_notices(self) -> MailNotices:
        return MailNotices(self.store, self.notices, self._mail, self.clock, self.settings.public_url)

    def _mail(self, subject: str, text: str) -> None:
        settings = self.settings
        mail = SmtpMail(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            username=settings.smtp_username,
            password=settings.smtp_password.get_secret_value(),
            sender=settings.smtp_from,
        )
        mail.send(tuple(settings.smtp_to.split()), subject, text)

    def _try_anew(self, connection: OrgConnection) -> SalesforceOrg:
        """With a token of its own, so that signing in is tried."""
        return connect(connection, self.org_settings, self.clock)

    def _server_time(self, connection: OrgConnection) -> datetime:
        return server_time(
            connection,
            ca_bundle=str(self.settings.ca_file or ""),
            allow_loopback=self.settings.allow_loopback,
        )
