"""Components on record pages: shown as their rules say, named where the local org cannot."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.org import Org
from tests.localorg.lightning.conftest import BASE
from tests.localorg.lightning.shown import change_contact_page, record, texts


@pytest.mark.parametrize(
    ("rule", "is_shown"),
    [
        (
            "<leftValue>{!Record.LastName}</leftValue><operator>CONTAINS</operator><rightValue>byr</rightValue>",
            True,
        ),
        (
            "<leftValue>{!Record.LastName}</leftValue><operator>EQUAL</operator><rightValue>X</rightValue>",
            False,
        ),
        ("<leftValue>{!Record.Email}</leftValue><operator>NE</operator><rightValue></rightValue>", True),
        (
            (
                "<leftValue>{!Record.Lifetime_Gifting_Cost__c}</leftValue><operator>GT</operator>"
                "<rightValue>5</rightValue>"
            ),
            False,
        ),
        (
            (
                "<leftValue>{!$User.Username}</leftValue><operator>EQUAL</operator>"
                "<rightValue>admin@local.example</rightValue>"
            ),
            True,
        ),
    ],
)
def test_rules_about_the_record_and_the_user_are_evaluated(
    browser: FlaskClient, org: Org, contact: str, rule: str, is_shown: bool
) -> None:
    change_contact_page(org, lambda text: with_rule(text, f"<criteria>{rule}</criteria>"))

    places = record(browser, contact).xpath("//*[@data-component='giftPanel']")

    assert bool(places) is is_shown


@pytest.mark.parametrize(
    ("logic", "is_shown"),
    [("1 AND 2", False), ("1 OR 2", True), ("1 AND (2 OR NOT 2)", True), ("NOT 1", False)],
)
def test_filter_logic_combines_criteria(
    browser: FlaskClient, org: Org, contact: str, logic: str, is_shown: bool
) -> None:
    true, false = (
        f"<criteria><leftValue>{{!Record.FirstName}}</leftValue><operator>EQUAL</operator>"
        f"<rightValue>{value}</rightValue></criteria>"
        for value in ("Ada", "Bob")
    )
    rule = f"<booleanFilter>{logic}</booleanFilter>{true}{false}"
    change_contact_page(org, lambda text: with_rule(text, rule))

    places = record(browser, contact).xpath("//*[@data-component='giftPanel']")

    assert bool(places) is is_shown


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            "<criteria><leftValue>{!Record.Nothing__c}</leftValue><operator>EQUAL</operator></criteria>",
            "Nothing__c",
        ),
        (
            "<criteria><leftValue>{!$Client.FormFactor}</leftValue><operator>EQUAL</operator></criteria>",
            "$Client",
        ),
        ("<criteria><leftValue>{!Record.Name}</leftValue><operator>LIKES</operator></criteria>", "LIKES"),
        (
            (
                "<criteria><leftValue>{!Record.CreatedDate}</leftValue><operator>GT</operator>"
                "<rightValue>2026-01-01</rightValue></criteria>"
            ),
            "by size",
        ),
        ("<criteria><leftValue>Contact</leftValue><operator>EQUAL</operator></criteria>", "Contact in a"),
    ],
)
def test_a_rule_that_cannot_be_evaluated_is_named_in_the_components_place(
    browser: FlaskClient, org: Org, contact: str, rule: str, words: str
) -> None:
    change_contact_page(org, lambda text: with_rule(text, rule))

    told = texts(record(browser, contact), "//p[@class='stage-waiting']")

    assert any("The local org does not support" in text and words in text for text in told)


def with_rule(text: str, rule: str) -> str:
    """The page with the panel's rule replaced."""
    panel = text.index("giftPanel")
    inside = re.compile(r"<visibilityRule>.*?</visibilityRule>", re.DOTALL)
    return text[:panel] + inside.sub(f"<visibilityRule>{rule}</visibilityRule>", text[panel:], count=1)


def test_a_component_of_the_platform_that_is_not_drawn_is_named(
    browser: FlaskClient, org: Org, contact: str
) -> None:
    change_contact_page(org, lambda text: text.replace("force:detailPanel", "flexipage:richText"))

    assert "Not drawn on this stage: flexipage:richText" in texts(
        record(browser, contact), "//p[@class='stage-waiting']"
    )


def test_scripts_are_those_of_the_page_alone(gift_admin: FlaskClient, contact: str) -> None:
    answer = gift_admin.get(f"/lightning/r/Contact/{contact}/view", base_url=BASE)

    policy = answer.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([\w-]+)'", policy)
    assert nonce is not None
    assert f'<script nonce="{nonce[1]}">' in answer.text
    assert "script-src 'self'" in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


def test_without_the_compilers_packages_the_page_says_what_to_run(
    gift_admin: FlaskClient, contact: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "harness").mkdir()
    monkeypatch.setattr("emulators.salesforce.lightning.harness.HARNESS", tmp_path / "harness")

    shown = record(gift_admin, contact)

    assert any(
        "scripts/setup tests" in text for text in texts(shown, "//*[@data-component]//p[@role='alert']")
    )
    assert shown.xpath("//script") == []
    assert texts(shown, "//h1")[0].endswith("Ada <Byron>")
