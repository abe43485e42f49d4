import pytest

pytest.register_assert_rewrite(
    "tests.connector.adapters.provider_contract", "tests.connector.adapters.salesforce_contract"
)
