"""Somebody takes an org from the first look to the removal, by the release guide word by word."""

from pathlib import Path

import pytest

from tests.docgen.guides import RELEASE_GUIDE


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_whoever_follows_the_release_guide_installs_upgrades_and_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    RELEASE_GUIDE.follow(tmp_path)
