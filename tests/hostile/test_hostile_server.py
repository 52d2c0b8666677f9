"""A server that lies to one phone, in Chromium."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from device import jose
from models.database import rows
from models.tables import RosterId
from tests.client.conftest import accord, phone_of, territory_file
from tests.client.phones import Phone
from tests.client.test_vault_join import ask, invite

if TYPE_CHECKING:
    from playwright.sync_api import Route

__all__ = ["accord", "phone_of", "territory_file"]


def test_the_request_that_was_compared_is_the_one_that_is_signed(phone_of: Callable[..., Phone]) -> None:
    """T83: the true request is shown and compared; another, with the server's keys, is served when it is admitted."""
    chloe, nadia = phone_of("chloe"), phone_of()
    ask(nadia, invite(chloe))
    [shown] = chloe.run("return vault.admissionRequests()")
    assert shown["verified"] is True
    public = jose.public_of(jose.generate_pair())

    def swap(route: Route) -> None:
        answer = route.fetch()
        told: dict[str, Any] = answer.json()
        for posted in told["requests"]:
            request = json.loads(posted["request"])
            request["member"] |= {"signing": public, "encryption": public}
            posted["request"] = json.dumps(request)
        route.fulfill(response=answer, json=told)

    chloe.page.route("**/api/invitations/*", swap)
    refusal = chloe.run(
        """return refused(() => vault.admit({ invitation, member, role: "volunteer", profile: "F",
             teams: vault.me().teams.map((one) => one.id), permissions: [] }))""",
        invitation=shown["invitation"], member=shown["member"],
    )  # fmt: skip
    chloe.sync()
    assert refusal == "not_found"
    assert rows(RosterId.select(RosterId.id).where(RosterId.id == shown["member"])) == []


def test_a_server_that_hid_a_page_once_is_read_again_from_there(phone_of: Callable[..., Phone]) -> None:
    """A cursor sent far ahead would hide everything, even once the server is honest again."""
    chloe, amina = phone_of("chloe"), phone_of("amina")
    amina.run("await newDossier('Zoé'); await sync.syncNow()")

    def hide(route: Route) -> None:
        answer = route.fetch()
        told: dict[str, Any] = answer.json()
        told["streams"] = {
            name: {"entries": [], "next": 10**9, "more": False} if name.startswith("circle:") else part
            for name, part in told["streams"].items()
        }
        route.fulfill(response=answer, json=told)

    chloe.page.route("**/api/feed?*", hide)
    chloe.sync()
    chloe.page.unroute("**/api/feed?*")
    chloe.sync()
    assert chloe.run("return vault.people('zoe').length") == 1
