"""sfdx-project.json, derived from the package so that its version is said once."""

import json

from metagen.model.package import Package

PROJECT_PATH = "sfdx-project.json"


def render_sfdx_project(package: Package) -> bytes:
    """The project file of Salesforce's own tools, ready for an unlocked package."""
    folder = {
        "path": "force-app",
        "default": True,
        "package": package.name,
        "versionName": package.version,
        "versionNumber": f"{package.version}.NEXT",
        "versionDescription": package.description,
    }
    project = {
        "packageDirectories": [folder],
        "namespace": "",
        "sfdcLoginUrl": "https://login.salesforce.com",
        "sourceApiVersion": package.api_version,
    }
    return (json.dumps(project, indent=2) + "\n").encode()
