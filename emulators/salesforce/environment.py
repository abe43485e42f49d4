"""The environment variables by which clients in other processes reach and trust a local org."""

import json
from pathlib import Path

from emulators.salesforce.ci_app import ADMIN_USERNAME, CiApp
from emulators.salesforce.middleware import PATH_FORMS


def client_environment(
    base_url: str, ci_app: CiApp, *, bundle: Path, authority: Path, name: str = "local"
) -> dict[str, str]:
    """For CumulusCI (an org of that name, logged in to by JWT), sf, Python and node.

    bundle: the public authorities and the org's own. authority: the org's own alone. Both PEM.
    """
    # Without the last slash CumulusCI would log in beside the path form, and be told of the plain address.
    org = {"username": ADMIN_USERNAME, "instance_url": f"{base_url}{PATH_FORMS[0]}/"}
    return {
        f"CUMULUSCI_ORG_{name}": json.dumps(org),
        "SFDX_CLIENT_ID": ci_app.consumer_key,
        "SFDX_HUB_KEY": ci_app.private_key,
        "REQUESTS_CA_BUNDLE": str(bundle),
        "NODE_EXTRA_CA_CERTS": str(authority),
        "SF_AUDIENCE_URL": base_url,
        "SF_DISABLE_TELEMETRY": "true",
        "SF_AUTOUPDATE_DISABLE": "true",
        "SF_DISABLE_AUTOUPDATE": "true",
        "SF_SKIP_NEW_VERSION_CHECK": "true",
        "SF_TEMP_SHOW_SECRETS": "true",
    }
