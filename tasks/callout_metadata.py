"""The named credential that Flows call the connector through, with one org's address in it.

No CumulusCI, no org, no network. The package carries a placeholder: no address is right for every org.
"""

from pathlib import Path

from tasks.app_metadata import package_xml
from tasks.salesforce_xml import all_at, parse, text_at, to_bytes

NAMED_CREDENTIAL = "Gift_Connector"
SOURCE = f"**/namedCredentials/{NAMED_CREDENTIAL}.namedCredential-meta.xml"


class CredentialMissing(Exception):
    """The package has no such named credential, or it has no place for an address."""


def callout_files(package: Path, url: str, api_version: str) -> dict[str, bytes]:
    """A Metadata API folder, by path: the packaged named credential with this address, and package.xml.

    Raises CredentialMissing.
    """
    source = next(iter(package.glob(SOURCE)), None)
    if source is None:
        raise CredentialMissing(f"{package} has no named credential {NAMED_CREDENTIAL}")
    root = parse(source.read_bytes())
    addresses = [
        value
        for parameter in all_at(root, "namedCredentialParameters")
        if text_at(parameter, "parameterType") == "Url"
        for value in all_at(parameter, "parameterValue")
    ]
    if len(addresses) != 1:
        raise CredentialMissing(f"{source} should hold one address; it holds {len(addresses)}")
    addresses[0].text = url
    return {
        f"namedCredentials/{NAMED_CREDENTIAL}.namedCredential": to_bytes(root),
        "package.xml": package_xml({"NamedCredential": [NAMED_CREDENTIAL]}, api_version),
    }
