"""Salesforce's own schema as a referee: element names, types, enumerations and cardinality of every file.

The schema is the Metadata API's WSDL, version 63, which the simple-salesforce distribution carries. It is a
sequence; the Metadata API itself takes children in any order, so they are put into the schema's order before
the check. It knows nothing of references, lengths or labels.
"""

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest
import simple_salesforce
from lxml import etree

ROOT = Path(__file__).parents[2]
NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
XS = "{http://www.w3.org/2001/XMLSchema}"
WSDL = Path(simple_salesforce.__file__).parent / "metadata.wsdl"


class Referee:
    """Judges one document at a time."""

    def __init__(self) -> None:
        wsdl = etree.parse(WSDL).getroot()
        schema = next(s for s in wsdl.iter(f"{XS}schema") if s.get("targetNamespace") == NAMESPACE)
        self.types = {found.get("name"): found for found in schema.iter(f"{XS}complexType")}
        names = [name for name in self.types if name]
        schema.extend(etree.Element(f"{XS}element", name=name, type=f"tns:{name}") for name in names)
        self.schema = etree.XMLSchema(etree.fromstring(etree.tostring(schema)))

    def complaints(self, content: bytes) -> list[str]:
        root = etree.fromstring(content)
        self._sort(root, etree.QName(root).localname)
        self.schema.validate(root)
        return [f"line {error.line}: {error.message}" for error in self.schema.error_log]

    def _sort(self, element: etree._Element, type_name: str) -> None:
        parts = self._parts(type_name)
        order = list(parts)
        known = sorted(
            element,
            key=lambda child: order.index(name) if (name := etree.QName(child).localname) in order else -1,
        )
        element[:] = known
        for child in element:
            self._sort(child, parts.get(etree.QName(child).localname, ""))

    def _parts(self, type_name: str) -> Mapping[str, str]:
        described = self.types.get(type_name)
        if described is None:
            return {}
        extension = described.find(f".//{XS}extension")
        inherited = {} if extension is None else self._parts(extension.get("base", "").split(":")[-1])
        own = {
            part.get("name", ""): part.get("type", "").split(":")[-1]
            for part in described.iter(f"{XS}element")
        }
        return {**inherited, **own}


@pytest.fixture(scope="module")
def referee() -> Referee:
    return Referee()


def install_time_files() -> dict[str, bytes]:
    spec = importlib.util.spec_from_file_location("app_metadata_for_schema", ROOT / "tasks/app_metadata.py")
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    app = module.ConnectorApp(
        name="Gift_Connector",
        permission_sets="Gift_Integration",
        callback_url="https://gifts.example.com/oauth/callback",
        certificate_pem="-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----",
        api_version="66.0",
    )
    return dict(module.metadata_files(app))


def test_every_rendered_file_follows_salesforces_schema(referee: Referee) -> None:
    roots = ("force-app/main/generated", "unpackaged")
    files = sorted(path for root in roots for path in (ROOT / root).rglob("*.xml"))

    complaints = {path.name: told for path in files if (told := referee.complaints(path.read_bytes()))}

    assert len(files) > 300
    assert complaints == {}


def test_the_install_time_metadata_follows_salesforces_schema(referee: Referee) -> None:
    complaints = {
        path: told for path, body in install_time_files().items() if (told := referee.complaints(body))
    }

    assert complaints == {}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("<type>Text</type>", "<type>Texte</type>", "not an element of the set"),
        ("<unique>true</unique>", "<unique>yes</unique>", "not a valid value of the atomic type"),
        ("<length>64</length>", "<lenght>64</lenght>", "not expected"),
        ("<label>External Id</label>", "<label>A</label><label>B</label>", "not expected"),
    ],
)
def test_the_referee_sees_a_mistake(referee: Referee, old: str, new: str, complaint: str) -> None:
    good = (
        ROOT / "force-app/main/generated/objects/Gift__c/fields/External_Id__c.field-meta.xml"
    ).read_text()

    told = referee.complaints(good.replace(old, new).encode())

    assert any(complaint in line for line in told)
