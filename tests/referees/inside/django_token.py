"""Log-in to the local org with a token that is there already."""

from salesforce.auth import StaticGlobalAuth


class TokenAuth(StaticGlobalAuth):
    """Takes the setting PASSWORD for the access token."""

    required_fields = ("HOST", "PASSWORD")

    def authenticate(self) -> dict[str, str]:
        return {
            "access_token": self.settings_dict["PASSWORD"],
            "instance_url": self.settings_dict["HOST"],
        }
