from collections.abc import Iterator

import pytest

from emulators.salesforce.testing import LocalOrg, start_local_org
from tests.connector.adapters.org_stands import LocalOrgStand

pytest.register_assert_rewrite(
    "tests.connector.adapters.provider_contract", "tests.connector.adapters.salesforce_contract"
)


@pytest.fixture(scope="module")
def local_org() -> Iterator[LocalOrg]:
    with start_local_org() as running:
        yield running


@pytest.fixture
def local_stand(local_org: LocalOrg) -> LocalOrgStand:
    local_org.reset()
    return LocalOrgStand(local_org)
