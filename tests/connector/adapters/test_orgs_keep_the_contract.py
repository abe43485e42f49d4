import pytest

from tests.connector.adapters.org_stands import FakeOrgStand, LocalOrgStand
from tests.connector.adapters.salesforce_contract import SalesforceOrgContract


class TestLocalOrg(SalesforceOrgContract):
    @pytest.fixture
    def stand(self, local_stand: LocalOrgStand) -> LocalOrgStand:
        return local_stand


class TestFakeSalesforceOrg(SalesforceOrgContract):
    @pytest.fixture
    def stand(self) -> FakeOrgStand:
        return FakeOrgStand()
