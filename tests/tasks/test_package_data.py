"""What the package keeps in an org, and whether an export holds it."""

from pathlib import Path

from tasks.package_data import exported_to, package_fields, unexported

ROOT = Path(__file__).parents[2]


def test_data_is_kept_in_objects_of_ours_and_in_fields_on_those_of_the_org() -> None:
    fields = package_fields(ROOT / "force-app")

    assert {"Gift__c", "Gift_Event__c", "Gift_Budget__c", "Gifting_Settings__c", "Contact"} <= fields.keys()
    assert fields["Task"] == fields["Event"] == {"Gift_Event_Key__c"}
    assert not any(name.endswith("__mdt") for name in fields)


def test_an_object_that_was_not_exported_to_the_end_is_missing(tmp_path: Path) -> None:
    exported_to(tmp_path, "Contact").write_text("Id\n")
    exported_to(tmp_path, "Gift__c").with_suffix(".unfinished").write_text("Id\na01\n")

    assert unexported(tmp_path, ["Gift__c", "Contact", "Gift_Event__c"]) == ["Gift_Event__c", "Gift__c"]
