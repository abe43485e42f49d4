"""What is put onto a page can be taken off again, to the byte, and nothing else moves."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.package_parts import PageParts, PartsMissing, objects_with_parts, parts_for
from tasks.page_patches import (
    NoPlace,
    describes,
    objects_without_page,
    put_on_layout,
    put_on_lists,
    put_on_page,
    search_layout_of,
    take_off_layout,
    take_off_lists,
    take_off_page,
)

ROOT = Path(__file__).parents[2]

PARTS = PageParts(
    sobject="Contact",
    web_links=("Send_a_Gift",),
    quick_actions=("Contact.Send_a_Gift_Now",),
    related_lists=("Gift__c.Contact__c",),
    columns=("NAME", "Send_Status__c"),
    components=("giftPanel",),
)
ACTION = """        <platformActionListItems>
            <actionName>{name}</actionName>
            <actionType>StandardButton</actionType>
            <sortOrder>{order}</sortOrder>
        </platformActionListItems>
"""


def layout(
    *,
    buttons: list[str],
    actions: list[str] | None,
    related: list[str],
    label: str,
    declaration: str = '<?xml version="1.0" encoding="UTF-8"?>',
) -> bytes:
    lines = [declaration, '<Layout xmlns="http://soap.sforce.com/2006/04/metadata">']
    lines += [f"    <customButtons>{name}</customButtons>" for name in buttons]
    lines += ["    <layoutSections>", f"        <label>{label}</label>", "    </layoutSections>"]
    if actions is not None:
        items = "".join(ACTION.format(name=name, order=order) for order, name in enumerate(actions))
        lines += ["    <platformActionList>", "        <actionListContext>Record</actionListContext>"]
        lines += [items.rstrip("\n")] if items else []
        lines += ["    </platformActionList>"]
    for name in related:
        lines += ["    <relatedLists>", f"        <relatedList>{name}</relatedList>", "    </relatedLists>"]
    return ("\n".join([*lines, "    <showEmailCheckbox>false</showEmailCheckbox>", "</Layout>", ""])).encode()


names = st.lists(st.sampled_from(["Alpha", "Merge", "Zeta"]), unique=True)
layouts = st.builds(
    layout,
    buttons=names,
    actions=st.none() | names,
    related=names,
    label=st.sampled_from(["Plain", "Jane&apos;s &quot;own&quot;", 'Jane\'s "own"', "a &amp; b", "ö"]),
    declaration=st.sampled_from(
        ['<?xml version="1.0" encoding="UTF-8"?>', "<?xml version='1.0' encoding='UTF-8'?>"]
    ),
)


@given(layouts)
def test_taking_off_a_layout_undoes_putting_on_to_the_byte(original: bytes) -> None:
    patched = put_on_layout(original, PARTS)

    assert patched != original
    assert put_on_layout(patched, PARTS) == patched
    assert take_off_layout(patched, PARTS) == original


@given(layouts)
def test_putting_on_only_adds_lines(original: bytes) -> None:
    patched = put_on_layout(original, PARTS).splitlines()

    remaining = iter(patched)
    assert all(line in remaining for line in original.splitlines())


def test_a_part_that_is_there_stays_as_the_administrator_shaped_it() -> None:
    own = layout(buttons=[], actions=None, related=["Gift__c.Contact__c"], label="x")

    patched = put_on_layout(own, PARTS)

    assert patched.count(b"<relatedList>Gift__c.Contact__c</relatedList>") == 1
    assert b"<fields>" not in patched


def test_a_layout_without_actions_of_its_own_gets_none() -> None:
    original = layout(buttons=[], actions=None, related=[], label="x")

    assert b"platformActionList" not in put_on_layout(original, PARTS)


def test_a_quick_action_stands_for_the_button_of_its_name() -> None:
    parts = PageParts("Contact", web_links=("Send_a_Gift",), quick_actions=("Contact.Send_a_Gift",))

    patched = put_on_layout(layout(buttons=[], actions=[], related=[], label="Plain"), parts).decode()

    assert patched.count("<actionName>Contact.Send_a_Gift</actionName>") == 1
    assert "<actionType>QuickAction</actionType>" in patched
    assert "<customButtons>Send_a_Gift</customButtons>" in patched


def test_actions_behind_a_removed_one_move_up() -> None:
    original = layout(buttons=[], actions=["Alpha"], related=[], label="x")
    later = put_on_layout(original, PARTS).replace(
        b"    </platformActionList>",
        ACTION.format(name="Later", order=3).encode() + b"    </platformActionList>",
    )

    cleaned = take_off_layout(later, PARTS)

    assert cleaned == layout(buttons=[], actions=["Alpha", "Later"], related=[], label="x")


OBJECT = """<?xml version="1.0" encoding="UTF-8"?>
<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">
    <fields>
        <fullName>Mine__c</fullName>
    </fields>
{search}    <sharingModel>Private</sharingModel>
</CustomObject>
"""
SEARCH = """    <searchLayouts>
        <listViewButtons>Merge</listViewButtons>
        <lookupDialogsAdditionalFields>FULL_NAME</lookupDialogsAdditionalFields>
    </searchLayouts>
"""


@pytest.mark.parametrize("search", ["", SEARCH])
def test_a_list_gets_the_button_and_nothing_else_of_the_object_is_sent(search: str) -> None:
    parts = replace(PARTS, list_buttons=("Send_Gifts",))
    reduced = search_layout_of(OBJECT.format(search=search).encode())

    patched = put_on_lists(reduced, parts)

    assert b"Mine__c" not in patched
    assert patched.count(b"<listViewButtons>Send_Gifts</listViewButtons>") == 1
    assert put_on_lists(patched, parts) == patched
    assert b"Send_Gifts" not in take_off_lists(patched, parts)
    if search:
        assert take_off_lists(patched, parts) == reduced


def test_a_package_without_list_buttons_leaves_lists_alone() -> None:
    reduced = search_layout_of(OBJECT.format(search="").encode())

    assert put_on_lists(reduced, PARTS) == reduced


def page(*regions: str, sobject: str = "Contact") -> bytes:
    parts = [
        f"    <flexiPageRegions>\n        <name>{name}</name>\n        <type>Region</type>\n"
        "    </flexiPageRegions>"
        for name in regions
    ]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<FlexiPage xmlns="http://soap.sforce.com/2006/04/metadata">',
        *parts,
        "    <masterLabel>Page</masterLabel>",
        f"    <sobjectType>{sobject}</sobjectType>",
        "    <type>RecordPage</type>",
        "</FlexiPage>",
        "",
    ]
    return "\n".join(lines).encode()


def page_with_actions(*names: str, configures: str = "true") -> bytes:
    """A page whose highlights panel names its actions."""
    entries = "".join(
        f"""                        <valueListItems>
                            <value>{name}</value>
                        </valueListItems>
"""
        for name in names
    )
    panel = f"""        <itemInstances>
            <componentInstance>
                <componentInstanceProperties>
                    <name>actionNames</name>
                    <valueList>
{entries}                    </valueList>
                </componentInstanceProperties>
                <componentInstanceProperties>
                    <name>enableActionsConfiguration</name>
                    <value>{configures}</value>
                </componentInstanceProperties>
                <componentName>force:highlightsPanel</componentName>
                <identifier>force_highlightsPanel</identifier>
            </componentInstance>
        </itemInstances>
"""
    header = "    <flexiPageRegions>\n"
    return page("header", "sidebar").decode().replace(header, header + panel, 1).encode()


def test_actions_are_added_where_the_page_chooses_them_for_those_who_may_send() -> None:
    parts = replace(PARTS, permission="Send_Gifts")
    original = page_with_actions("Edit", "Clone")

    patched = put_on_page(original, parts)

    text = patched.decode()
    actions = text[text.index("<valueList>") : text.index("</valueList>")]
    assert [line for line in actions.splitlines() if "<value>" in line][-1].strip() == (
        "<value>Contact.Send_a_Gift_Now</value>"
    )
    assert actions.count("{!$Permission.CustomPermission.Send_Gifts}") == 2
    assert text.count("<visibilityRule>") == 3
    assert put_on_page(patched, parts) == patched
    assert take_off_page(patched, parts) == original


def test_actions_are_left_to_the_layout_where_the_page_leaves_them_to_it() -> None:
    patched = put_on_page(page_with_actions("Edit", configures="false"), PARTS)

    assert b"Send_a_Gift_Now" not in patched
    assert b"giftPanel" in patched


@pytest.mark.parametrize("regions", [("main", "sidebar"), ("sidebar",), ("main",)])
def test_a_record_page_gets_the_component_and_gives_it_back(regions: tuple[str, ...]) -> None:
    original = page(*regions)

    patched = put_on_page(original, PARTS)

    assert patched.count(b"<componentName>giftPanel</componentName>") == 1
    assert put_on_page(patched, PARTS) == patched
    assert take_off_page(patched, PARTS) == original


def test_a_page_without_a_region_for_components_is_left_to_a_person() -> None:
    with pytest.raises(NoPlace, match=r"its regions: header.*place it by hand"):
        put_on_page(page("header"), PARTS)


def test_an_object_without_a_page_of_its_own_is_told() -> None:
    lead = PageParts(sobject="Lead", components=("giftPanel",))
    campaign = PageParts(sobject="Campaign", related_lists=("Gift__c.Campaign__c",))

    assert objects_without_page([page("main")], [PARTS, lead, campaign]) == ["Lead"]
    assert objects_without_page([], [PARTS, lead, campaign]) == ["Contact", "Lead"]


def test_contacts_and_leads_get_button_action_list_and_panel() -> None:
    for sobject in ("Contact", "Lead"):
        parts = parts_for(sobject, ROOT / "force-app")

        assert "giftPanel" in parts.components
        assert f"{sobject}.Send_a_Gift" in parts.quick_actions
        assert parts.permission == "Send_Gifts"
        assert (parts.web_links, parts.list_buttons) == (("Send_a_Gift",), ("Send_Gifts",))
        assert parts.related_lists == (f"Gift__c.{sobject}__c",)


def test_a_component_needs_nothing_entered_when_it_is_put_on_a_page() -> None:
    for path in (ROOT / "force-app").glob("**/lwc/*/*.js-meta.xml"):
        assert 'required="true"' not in path.read_text(), path


def test_only_record_pages_of_the_object_are_its_pages() -> None:
    assert describes(page("main"), "Contact")
    assert not describes(page("main", sobject="Lead"), "Contact")


def test_the_package_itself_says_what_it_has_for_an_object() -> None:
    parts = parts_for("Contact", ROOT / "force-app")

    assert "Send_a_Gift" in parts.web_links
    assert parts.related_lists == ("Gift__c.Contact__c",)
    assert parts.columns[0] == "NAME"
    assert {"Contact", "Lead"} <= set(objects_with_parts(ROOT / "force-app"))


def test_an_object_for_which_the_package_has_nothing_is_named() -> None:
    # Without components, which may leave the choice of object to the administrator.
    told = "nothing for the pages of Case; it has for Campaign, Contact, Lead"
    with pytest.raises(PartsMissing, match=told):
        parts_for("Case", ROOT / "force-app/main/generated/objects")


def test_a_component_that_names_no_objects_is_offered_to_any() -> None:
    parts = parts_for("Case", ROOT / "force-app")

    assert parts.components
    assert not parts.related_lists
