"""Somebody follows the page on the local org word by word."""

from pathlib import Path

import pytest

from tests.docgen.guides import LOCAL_ORG


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_whoever_follows_the_page_on_the_local_org_gets_what_it_says(
    tmp_path: Path,
) -> None:
    LOCAL_ORG.follow(tmp_path)
