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
        self.options["url"] = connector_url(self.options["url"])

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


def connector_url(text: str) -> str:
    """The address without a trailing slash. Raises TaskOptionsError when it is no http(s) address."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise TaskOptionsError(f"{text} is no address; it should look like https://gifts.example.com")
    return text.rstrip("/")
