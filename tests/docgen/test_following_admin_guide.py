"""Somebody follows the admin guide, and the runbook after it word by word."""

from pathlib import Path

import pytest

from tests.docgen.guides import ADMIN_GUIDE


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_whoever_follows_the_admin_guide_connects_an_org_and_sends_each_member_one_gift(
    tmp_path: Path,
) -> None:
    ADMIN_GUIDE.follow(tmp_path)
