from dataclasses import dataclass

from connector.domain.connections import OrgConnection, OrgTokens
from connector.errors import TemporaryError
from connector.services.connections.disconnect_org import DisconnectOrg
from tests.connector.fake_authorization import FakeAuthorization
from tests.connector.world import World


@dataclass
class OnceSilent(FakeAuthorization):
    """Does not answer the first time that a token is taken back."""

    is_silent: bool = True

    def revoke(self, token: str) -> None:
        if self.is_silent:
            self.is_silent = False
            raise TemporaryError("no answer", code="no_answer")
        super().revoke(token)


def test_a_token_that_is_not_taken_back_leaves_no_other_alive(world: World) -> None:
    signed_out = list[OrgConnection]()
    with world.store.write() as unit:
        tokens = OrgTokens(
            access_token="a", refresh_token="r", instance_url="https://x", obtained_at=world.clock()
        )
        unit.org_tokens.put(world.org_id, tokens)

    DisconnectOrg(world.store, OnceSilent(world.org_id), signed_out.append, world.clock)(
        world.org_id, actor="ada@example.com"
    )

    assert [org.org_id for org in signed_out] == [world.org_id]
