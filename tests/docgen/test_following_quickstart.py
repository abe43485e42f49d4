"""Somebody follows the quickstart word by word."""

from pathlib import Path

import pytest

from tests.docgen.guides import QUICKSTART


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_whoever_follows_the_quickstart_has_every_gift_delivered(
    tmp_path: Path,
) -> None:
    QUICKSTART.follow(tmp_path)
