"""The package's custom setting."""

from urllib.parse import urlsplit

from cumulusci.core.exceptions import TaskOptionsError
from cumulusci.tasks.salesforce import BaseSalesforceApiTask
from simple_salesforce import format_soql

SETTING = "Gifting_Settings__c"
FIELD = "Connector_URL__c"


class SetConnectorUrl(BaseSalesforceApiTask):
    """Writes the org-wide default of the setting; running it again changes the one record there is."""

    task_options = {  # noqa: RUF012  # CumulusCI declares it so
        "url": {
            "description": "Address of the connector, such as https://gifts.example.com.",
            "required": True,
        }
    }

    def _init_options(self, kwargs: dict[str, object]) -> None:
        super()._init_options(kwargs)
        self.options["url"] = address(self.options["url"])

    def _run_task(self) -> None:
        values = {FIELD: self.options["url"]}
        query = f"SELECT Id FROM {SETTING} WHERE SetupOwnerId = {{org_id}}"  # noqa: S608  # both parts are constants
        found = self.sf.query(format_soql(query, org_id=self.org_config.org_id))["records"]
        setting = getattr(self.sf, SETTING)
        if found:
            setting.update(found[0]["Id"], values)
        else:
            setting.create({**values, "SetupOwnerId": self.org_config.org_id})
        self.logger.info("%s.%s is %s", SETTING, FIELD, self.options["url"])


def address(text: str) -> str:
    """The address without blanks around it and a slash at its end, for paths to be put behind it.

    Raises TaskOptionsError when it is no http(s) address, or when something else stands behind or before it.
    """
    stripped = str(text).strip()
    parts = urlsplit(stripped)
    is_address = parts.scheme in ("http", "https") and parts.hostname
    if not is_address or "@" in parts.netloc or set(stripped) & set("?# \\"):
        raise TaskOptionsError(f"{text} is no address; it should look like https://gifts.example.com")
    return stripped.rstrip("/")
