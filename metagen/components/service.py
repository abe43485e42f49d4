"""How flows reach the connector: named credential, external credential and External Service.

The external credential names the principal and the header that carries its key; the key itself is entered
in the org. Source: Named Credentials Developer Guide, custom authentication.
"""

import json
from collections.abc import Iterator

from metagen.components.component import Component, component
from metagen.model.spec import Spec

# The parameter of the principal under which the org keeps the connector's API key.
API_KEY = "ApiKey"
BINDING = {
    "host": "",
    "basePath": "/",
    "allowedSchemes": [],
    "requestMediaTypes": [],
    "responseMediaTypes": [],
    "compatibleMediaTypes": {},
}


def components_of(spec: Spec) -> Iterator[Component]:
    """The service's three files."""
    service = spec.package.connector_service
    authorization = f"{{!'Bearer ' & $Credential.{service.credential}.{API_KEY}}}"
    yield component("namedCredentials", service.credential, "namedCredential", service=service)
    yield component(
        "externalCredentials",
        service.credential,
        "externalCredential",
        service=service,
        authorization=authorization,
    )
    yield component(
        "externalServiceRegistrations",
        service.name,
        "externalServiceRegistration",
        service=service,
        api=spec.api,
        binding=json.dumps(BINDING),
    )
