import pytest

from tests.connector.adapters.org_stands import FakeOrgStand, LocalOrgStand
from tests.connector.adapters.salesforce_contract import SalesforceOrgContract


class TestLocalOrg(SalesforceOrgContract):
    @pytest.fixture
    def stand(self, local_stand: LocalOrgStand) -> LocalOrgStand:
        return local_stand


class TestLocalOrgReadInBulk(SalesforceOrgContract):
    """Every query that finds a record is answered by a job of the Bulk API."""

    @pytest.fixture
    def stand(self, local_stand: LocalOrgStand) -> LocalOrgStand:
        local_stand.org = local_stand.connect(bulk_query_above=0)
        return local_stand

    def test_a_bulk_query_spends_a_few_calls_however_many_records_there_are(
        self, stand: LocalOrgStand
    ) -> None:
        self.contact(stand)
        list(stand.org.query("SELECT LastName FROM Contact"))
        before = stand.api_calls()

        rows = list(stand.org.query("SELECT LastName FROM Contact"))

        # The first page, the job, a look at it, its result; the object's description is known by then.
        assert len(rows) == 1
        assert stand.api_calls() - before == 4


class TestFakeSalesforceOrg(SalesforceOrgContract):
    @pytest.fixture
    def stand(self) -> FakeOrgStand:
        return FakeOrgStand()
