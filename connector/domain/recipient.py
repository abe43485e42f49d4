"""Whom a gift is for: a record in Salesforce, and the words that a provider needs."""

from dataclasses import dataclass


def mailbox_of(email: str) -> str:
    """Where mail to an address arrives: equal in whatever capitals and with stray blanks; empty for none."""
    return email.strip().casefold()


@dataclass(frozen=True, slots=True)
class Recipient:
    """The person as the gifting platform sees them."""

    first_name: str
    last_name: str
    email: str

    @property
    def mailbox(self) -> str:
        """Where the invitation arrives: equal for people who share an e-mail address; empty for none."""
        return mailbox_of(self.email)

    @property
    def match_key(self) -> tuple[str, str, str]:
        """Equal for the same person written in other capitals or with stray blanks.

        Used only to find our own request again at a provider, never to bind a gift to a person.
        """
        first, last, email = (
            part.strip().casefold() for part in (self.first_name, self.last_name, self.email)
        )
        return (first, last, email)


@dataclass(frozen=True, slots=True)
class Person:
    """The Salesforce record that the gift is bound to: a Contact, or else a Lead.

    A lead that was converted after its gift keeps lead_id beside the new contact_id.
    """

    contact_id: str = ""
    lead_id: str = ""

    @property
    def sobject(self) -> str:
        return "Contact" if self.contact_id else "Lead"

    @property
    def record_id(self) -> str:
        return self.contact_id or self.lead_id
