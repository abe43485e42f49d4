"""The connector's External Client App: header and OAuth settings.

Key, certificate and policies are not here: they belong to one org, and tasks/ renders them at install time.
Source: Metadata API Developer Guide, ExternalClientApplication and ExtlClntAppOauthSettings.
"""

from collections.abc import Iterator

from metagen.components.component import Component, component
from metagen.model.spec import Spec


def components_of(spec: Spec) -> Iterator[Component]:
    """The app's two files."""
    app = spec.package.connector_app
    yield component("externalClientApps", app.name, "eca", app=app)
    yield component("extlClntAppOauthSettings", f"{app.name}_oauth", "ecaOauth", app=app)
