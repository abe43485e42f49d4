"""Privacy and the audit log."""

from connector.parts.base import Parts
from connector.services.audit import VerifyAudit
from connector.services.privacy.forget_old_data import ForgetOldData
from connector.services.privacy.privacy import Privacy


class PrivacyParts(Parts):
    """What is kept of people, and who changed what."""

    @property
    def privacy(self) -> Privacy:
        return Privacy(self.store, self.open_org, self.clock)

    @property
    def keep_personal_days(self) -> float:
        return self.settings.keep_personal_days

    @property
    def forget_old_data(self) -> ForgetOldData:
        return ForgetOldData(self.store, self.clock, self.settings.keep_personal_days)

    @property
    def verify_audit(self) -> VerifyAudit:
        return VerifyAudit(self.store)
