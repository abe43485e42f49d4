import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.adapters.providers.addresses import accepted_base_url
from connector.adapters.salesforce.addresses import accepted_org_url, audiences_of
from connector.errors import ConfigurationError


@pytest.mark.parametrize(
    "url",
    [
        "https://login.salesforce.com",
        "https://test.salesforce.com/",
        "https://acme.my.salesforce.com",
        "https://acme--uat.sandbox.my.salesforce.com",
        "https://acme-dev-ed.develop.my.salesforce.com",
        "https://na139.salesforce.com",
    ],
)
def test_the_shapes_that_salesforce_uses_are_accepted(url: str) -> None:
    assert accepted_org_url(url, allow_loopback=False) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://acme.my.salesforce.com",
        "https://acme.my.salesforce.com.evil.example",
        "https://evil.example/acme.my.salesforce.com",
        "https://user@acme.my.salesforce.com",
        "https://acme.my.salesforce.com:8443",
        "https://acme.my.salesforce.com/path",
        "https://acme.my.salesforce.com?x=1",
        "https://evilmy.salesforce.com.",
        "https://a.b.my.salesforce.com",
        "https://acme.lightning.force.com",
        "https://localhost:8443",
        "https://127.0.0.1",
        "https://[",
        "",
    ],
)
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        accepted_org_url(url, allow_loopback=False)

    assert "My Domain" in refused.value.remedy


@pytest.mark.parametrize(
    "url",
    [
        "https://Acme.My.Salesforce.com/",
        " HTTPS://acme.my.salesforce.com",
        "https://acme.my.salesforce.com?",
        "https://acme.my.sales\nforce.com#",
    ],
)
def test_an_address_is_kept_as_salesforce_writes_it(url: str) -> None:
    """An id token, for one, says it in small letters."""
    assert accepted_org_url(url, allow_loopback=True) == "https://acme.my.salesforce.com"


def test_what_is_no_address_is_none_of_a_platform_either() -> None:
    with pytest.raises(ConfigurationError) as refused:
        accepted_base_url("https://[", ["https://api.example"], allow_loopback=True)

    assert "the address" in str(refused.value)


@given(st.from_regex(r"https://[a-z0-9.@:/-]{1,60}", fullmatch=True))
def test_what_is_accepted_ends_in_a_host_of_salesforce(url: str) -> None:
    try:
        accepted = accepted_org_url(url, allow_loopback=False)
    except ConfigurationError:
        return

    assert accepted.endswith(".salesforce.com")
    assert "/" not in accepted.removeprefix("https://")


@pytest.mark.parametrize(
    "url", ["https://localhost:8443/emu.my.salesforce.com", "https://emu.my.salesforce.com.localhost:8443"]
)
def test_loopback_is_accepted_while_developing(url: str) -> None:
    assert accepted_org_url(url, allow_loopback=True) == url


LOGIN, TEST = "https://login.salesforce.com", "https://test.salesforce.com"


@pytest.mark.parametrize(
    ("login_url", "documented"),
    [
        (LOGIN, []),
        (TEST, []),
        ("https://acme.my.salesforce.com", [LOGIN, TEST]),
        ("https://acme--uat.sandbox.my.salesforce.com", [TEST, LOGIN]),
        ("https://acme-dev.scratch.my.salesforce.com", [TEST, LOGIN]),
    ],
)
def test_the_address_itself_is_the_first_audience_and_then_what_its_kind_of_org_takes(
    login_url: str, documented: list[str]
) -> None:
    assert audiences_of(login_url) == (login_url, *documented)
