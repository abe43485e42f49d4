"""The install-time metadata of the connector's app: right for one org, and never with a key in it."""

import ast
import importlib.util
import io
import sys
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile

import pytest
import yaml
from cryptography import x509
from lxml import etree

from demo.certificate import make_certificate

ROOT = Path(__file__).parents[2]
SETTINGS = "extlClntAppGlobalOauthSets/Gift_Connector_glbloauth.ecaGlblOauth"


def load_module() -> ModuleType:
    """tasks/ is no package of the application, so it is loaded from its file."""
    spec = importlib.util.spec_from_file_location("gifting_app_metadata", ROOT / "tasks/app_metadata.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


app_metadata = load_module()


@pytest.fixture(scope="module")
def key_and_certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    key, certificate = make_certificate(tmp_path_factory.mktemp("connector"))
    return key.read_text(), certificate.read_text()


@pytest.fixture(scope="module")
def files(key_and_certificate: tuple[str, str]) -> dict[str, bytes]:
    app = app_metadata.ConnectorApp(
        name="Gift_Connector",
        permission_sets="Gift_Integration, Gift_User, Gift_Admin",
        callback_url="https://gifts.example.com/oauth/callback",
        certificate_pem=key_and_certificate[1],
        api_version="66.0",
    )
    return app_metadata.metadata_files(app)  # type: ignore[no-any-return]  # loaded by path, so untyped


def value(content: bytes, name: str) -> str | None:
    return etree.fromstring(content).findtext(f"{{*}}{name}")


def test_the_manifest_names_every_file_and_no_other(files: dict[str, bytes]) -> None:
    manifest = etree.fromstring(files["package.xml"])

    members = {member.text for member in manifest.iterfind("{*}types/{*}members")}
    assert members == {path.split("/")[1].split(".")[0] for path in files if "/" in path}
    assert manifest.findtext("{*}version") == "66.0"


def test_the_certificate_is_the_one_that_was_given(
    files: dict[str, bytes], key_and_certificate: tuple[str, str]
) -> None:
    body = value(files[SETTINGS], "certificate")

    pem = f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"
    given = x509.load_pem_x509_certificate(key_and_certificate[1].encode())
    assert x509.load_pem_x509_certificate(pem.encode()) == given


def test_web_server_flow_needs_pkce_and_no_secret_that_would_have_to_leave_the_org(
    files: dict[str, bytes],
) -> None:
    settings = files[SETTINGS]

    assert value(settings, "callbackUrl") == "https://gifts.example.com/oauth/callback"
    assert value(settings, "isPkceRequired") == "true"
    assert value(settings, "isConsumerSecretOptional") == "true"
    assert value(settings, "consumerKey") is None


def test_only_users_with_a_permission_set_of_the_package_are_authorised(files: dict[str, bytes]) -> None:
    policies = files["extlClntAppOauthPolicies/Gift_Connector_oauthPlcy.ecaOauthPlcy"]

    assert value(policies, "permittedUsersPolicyType") == "AdminApprovedPreAuthorized"
    assert value(policies, "commaSeparatedPermissionSet") == "Gift_Integration, Gift_User, Gift_Admin"


def test_a_private_key_is_refused_even_beside_a_certificate(key_and_certificate: tuple[str, str]) -> None:
    with pytest.raises(app_metadata.AppMetadataInvalid, match="holds a private key"):
        app_metadata.certificate_body("".join(key_and_certificate))


@pytest.mark.parametrize("text", ["", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", "MIIC"])
def test_what_is_no_certificate_is_refused(text: str) -> None:
    with pytest.raises(app_metadata.AppMetadataInvalid, match="no PEM certificate"):
        app_metadata.certificate_body(text)


def test_a_mangled_certificate_is_refused() -> None:
    with pytest.raises(app_metadata.AppMetadataInvalid, match="not valid base64"):
        app_metadata.certificate_body("-----BEGIN CERTIFICATE-----\nMIIC=A\n-----END CERTIFICATE-----")


def retrieved(files: dict[str, str]) -> ZipFile:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as made:
        for path, content in files.items():
            made.writestr(path, content)
    return ZipFile(buffer)


def settings_of(app: str, key: str) -> str:
    body = f"<consumerKey>{key}</consumerKey><externalClientApplication>{app}</externalClientApplication>"
    return f'<X xmlns="{app_metadata.NAMESPACE}">{body}</X>'


def test_the_consumer_key_is_that_of_our_own_app() -> None:
    archive = retrieved(
        {
            "extlClntAppGlobalOauthSets/A_glbloauth.ecaGlblOauth": settings_of("A", "not ours"),
            SETTINGS: settings_of("Gift_Connector", "3MVG9"),
            "package.xml": "<Package/>",
        }
    )

    assert app_metadata.consumer_key(archive, "Gift_Connector") == "3MVG9"


@pytest.mark.parametrize("content", [settings_of("Gift_Connector", ""), settings_of("Another", "3MVG9")])
def test_an_org_that_keeps_the_key_back_is_explained_to_its_administrator(content: str) -> None:
    with pytest.raises(app_metadata.AppMetadataInvalid, match="administrator must allow access"):
        app_metadata.consumer_key(retrieved({SETTINGS: content}), "Gift_Connector")


def test_no_task_imports_the_application() -> None:
    for path in (ROOT / "tasks").glob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text())))
        imported = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
        imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        assert not {name.split(".")[0] for name in imported} & {"connector", "metagen", "emulators"}, path


def test_redeploying_never_tries_to_delete_a_standard_object() -> None:
    objects = [yaml.safe_load(path.read_text()) for path in (ROOT / "spec/objects").glob("*.yml")]
    tasks = yaml.safe_load((ROOT / "cumulusci.yml").read_text())["tasks"]

    standard = sorted(described["name"] for described in objects if described["kind"] == "standard")
    ignored = tasks["uninstall_packaged_incremental"]["options"]["ignore"]["CustomObject"]
    assert ignored == standard


def test_cumulusci_and_the_package_agree_on_name_and_api_version() -> None:
    package = yaml.safe_load((ROOT / "spec/package.yml").read_text())
    project = yaml.safe_load((ROOT / "cumulusci.yml").read_text())["project"]

    assert project["package"] == {"name": package["name"], "api_version": package["api_version"]}
