"""Sign in with Salesforce, there and back, with a fake at the other end."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.domain.portal_session import Role
from connector.errors import AuthenticationFailed, CallerError, ConfigurationError
from connector.services.sign_in.portal_sessions import PortalSessions
from connector.services.sign_in.sign_in import SignedIn, SignIn
from tests.connector.fake_authorization import FakeAuthorization
from tests.connector.world import World, new_store


class Door:
    """The use cases, over fakes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.server = FakeAuthorization(world.org_id)
        self.sign_in = SignIn(world.store, world.open_org, self.server, world.clock, session_hours=12)
        self.sessions = PortalSessions(world.store, self.server, world.clock, idle_minutes=60)

    def permit(self, *names: str) -> None:
        """The person has these custom permissions, by a permission set."""
        org = self.world.org
        held = org.add("PermissionSet")
        org.add("PermissionSetAssignment", PermissionSetId=held, AssigneeId=self.server.user_id)
        for name in names:
            permission = org.add("CustomPermission", DeveloperName=name)
            org.add(
                "SetupEntityAccess",
                SetupEntityType="CustomPermission",
                SetupEntityId=permission,
                ParentId=held,
            )

    def go_and_come_back(self) -> SignedIn:
        sent = self.sign_in.begin("", "/gifts")
        pending = self.sign_in.welcome_back(self.server.asked[-1].state, sent.browser_secret)
        return self.sign_in.finish(pending, self.server.agree())


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    world = World(new_store(tmp_path))
    yield Door(world)
    world.store.close()


@pytest.mark.parametrize(
    ("permissions", "roles"),
    [
        (["Send_Gifts"], {Role.SENDER}),
        (["Send_Gifts", "Manage_Gifting"], {Role.SENDER, Role.MANAGER}),
    ],
)
def test_the_roles_are_the_persons_custom_permissions(
    door: Door, permissions: list[str], roles: set[Role]
) -> None:
    door.permit(*permissions)

    done = door.go_and_come_back()

    known = door.sessions.recognise(done.session_secret)
    assert known is not None
    assert known.roles == roles
    assert done.next_path == "/gifts"


def test_somebody_elses_permissions_are_not_the_persons(door: Door) -> None:
    door.permit("Manage_Gifting")
    door.server.user_id = "005000000000002AAA"

    with pytest.raises(AuthenticationFailed) as refused:
        door.go_and_come_back()

    assert refused.value.code == "no_role"
    assert door.server.revoked == ["refresh of code-0"]


def test_an_answer_is_taken_once(door: Door) -> None:
    door.permit("Send_Gifts")
    sent = door.sign_in.begin("", "/")
    state = door.server.asked[-1].state
    door.sign_in.welcome_back(state, sent.browser_secret)

    with pytest.raises(CallerError):
        door.sign_in.welcome_back(state, sent.browser_secret)


@pytest.mark.parametrize(
    "spoil",
    [
        {"browser_secret": "another browser's"},
        {"state": "another"},
        {"minutes": 11},
    ],
    ids=lambda spoil: next(iter(spoil)),
)
def test_an_answer_that_fits_no_question_lets_nobody_in(door: Door, spoil: dict[str, Any]) -> None:
    sent = door.sign_in.begin("", "/")
    answer = {"state": door.server.asked[-1].state, "browser_secret": sent.browser_secret} | spoil
    door.world.clock.move(minutes=answer.pop("minutes", 0))

    with pytest.raises(CallerError) as refused:
        door.sign_in.welcome_back(**answer)

    assert refused.value.code == "sign_in_unknown"


def test_every_question_has_secrets_of_its_own(door: Door) -> None:
    for _ in range(3):
        door.sign_in.begin("", "/")

    secrets = [
        word for asked in door.server.asked for word in (asked.state, asked.nonce, asked.code_verifier)
    ]
    assert len(set(secrets)) == 9
    assert min(map(len, secrets)) >= 43


def test_people_of_another_org_are_turned_away_and_their_tokens_given_back(door: Door) -> None:
    door.permit("Send_Gifts")
    door.server.org_id = "00D000000000009EAA"

    with pytest.raises(AuthenticationFailed) as refused:
        door.go_and_come_back()

    assert refused.value.code == "other_org"
    assert door.server.revoked != []


def test_an_id_token_for_another_question_is_not_believed(door: Door) -> None:
    door.permit("Send_Gifts")
    sent = door.sign_in.begin("", "/")
    pending = door.sign_in.welcome_back(door.server.asked[-1].state, sent.browser_secret)
    door.server.nonce_in_token = "of another question"

    with pytest.raises(AuthenticationFailed) as refused:
        door.sign_in.finish(pending, door.server.agree())

    assert refused.value.code == "id_token_untrusted"
    assert door.server.revoked == ["refresh of code-0"]


def test_before_an_org_is_connected_the_setup_link_is_named(tmp_path: Path, door: Door) -> None:
    (tmp_path / "empty").mkdir()
    empty = new_store(tmp_path / "empty")
    sign_in = SignIn(empty, door.world.open_org, door.server, door.world.clock, session_hours=12)

    with pytest.raises(ConfigurationError, match="No Salesforce org") as refused:
        sign_in.begin("", "/")
    empty.close()

    assert "setup-link" in refused.value.remedy


def test_a_setup_link_works_once_and_the_newest_alone(door: Door) -> None:
    older, newer = door.sessions.make_setup_link(), door.sessions.make_setup_link()

    operator = door.sessions.recognise(door.sessions.open_setup_link(newer))

    assert operator is not None
    assert operator.roles == {Role.OPERATOR}
    for spent in (older, newer):
        with pytest.raises(AuthenticationFailed):
            door.sessions.open_setup_link(spent)


def test_a_setup_link_is_good_for_a_day(door: Door) -> None:
    link = door.sessions.make_setup_link()
    door.world.clock.now += timedelta(hours=24)

    with pytest.raises(AuthenticationFailed):
        door.sessions.open_setup_link(link)


def test_everyone_signs_in_again_after_the_sessions_hours(door: Door) -> None:
    door.permit("Send_Gifts")
    done = door.go_and_come_back()

    for _ in range(12 * 60 // 30):
        assert door.sessions.recognise(done.session_secret) is not None
        door.world.clock.move(minutes=30)

    assert door.sessions.recognise(done.session_secret) is None


def test_what_is_over_is_forgotten_with_its_tokens(door: Door) -> None:
    door.permit("Send_Gifts")
    done = door.go_and_come_back()
    door.world.clock.move(hours=2)

    door.sessions.forget_ended()

    with door.world.store.read() as unit:
        assert unit.portal_sessions.get(done.session.digest) is None
