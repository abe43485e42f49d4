"""A run begins with an empty folder, and takes nobody's files for those of a run."""

from pathlib import Path

import pytest

from demo.servers import DemoFailed, emptied


def test_what_a_run_left_is_removed_wherever_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "runs/one"

    emptied(folder, tmp_path / "checkout")
    (folder / "old.log").touch()
    emptied(folder, tmp_path / "checkout")

    assert not (folder / "old.log").exists()


@pytest.mark.parametrize("name", [".local/demo", "robot/Gifting/results"])
def test_folders_of_the_checkout_that_hold_runs_alone_are_emptied(tmp_path: Path, name: str) -> None:
    old = tmp_path / name / "old.log"
    old.parent.mkdir(parents=True)
    old.touch()

    emptied(tmp_path / name, tmp_path)

    assert not old.exists()


@pytest.mark.parametrize("name", ["Documents", "checkout", "checkout/connector", "checkout/.local/.."])
def test_a_folder_with_other_files_is_refused_and_kept(tmp_path: Path, name: str) -> None:
    checkout = tmp_path / "checkout"
    (checkout / ".local").mkdir(parents=True)
    letter = tmp_path / name / "letter.txt"
    letter.parent.mkdir(parents=True, exist_ok=True)
    letter.touch()

    with pytest.raises(DemoFailed, match="name an empty folder"):
        emptied(tmp_path / name, checkout)

    assert letter.exists()
