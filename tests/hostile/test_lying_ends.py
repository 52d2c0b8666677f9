"""An end that a lying server announces, and keys asked for on the word of a chain in doubt."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.conftest import accord, phone_of, territory_file
from tests.client.phones import Phone

if TYPE_CHECKING:
    from playwright.sync_api import Route

__all__ = ["accord", "phone_of", "territory_file"]

PhoneOf = Callable[..., Phone]
YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
STATED = """
  const { signObject, importSigningKey } = await import(`${base}app/crypto/index.js`);
  const { current } = await import(`${base}app/vault/session.js`);
  const { headOf } = await import(`${base}app/vault/rosters.js`);
  const { book, member, organisation, keys } = current();
  const stream = `organisation:${organisation}`;
  const [number, prev] = headOf(book, stream);
  const at = new Date().toISOString().slice(0, 16) + "Z";
  const payload = { v: 1, suite: "P256-A256GCM", type, stream, number: number + 1, prev, at,
    heads: { network: headOf(book, "network") }, ...members };
  return (await signObject("accord.statement", member, payload, keys.signingKey)).jws"""


def stated(phone: Phone, type: str, **members: Any) -> str:
    """A statement next in the chain, signed by this phone's member and sent to nobody."""
    jws: str = phone.run(STATED, type=type, members=members)
    return jws


def described(phone: Phone, member: str, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = phone.run(
        """const { current } = await import(`${base}app/vault/session.js`);
           const { members } = current().book.organisations.get(current().organisation);
           const { added, ended, endsOn, ...one } = members[id];
           return Object.fromEntries(Object.entries(one).filter(([, value]) => value !== null))""",
        id=member,
    )
    return found | changes


def told(phone: Phone, cause: str | None) -> Any:
    """What this phone holds ended, once the server answers its next session so."""
    body = {"code": "member_ended", "message": "x", "retry": False} | ({"cause": cause} if cause else {})

    def end(route: Route) -> None:
        route.fulfill(status=403, content_type="application/problem+json", body=json.dumps(body))

    phone.page.route("**/api/session/device", end)
    phone.run(
        """const { dropToken } = await import(`${base}app/vault/token.js`);
           await dropToken(); await sync.syncNow()"""
    )
    phone.page.unroute("**/api/session/device")
    return phone.run("const { current } = await import(`${base}app/vault/session.js`); return current().ended || null")


@pytest.fixture
def amina(phone_of: PhoneOf) -> Phone:
    return phone_of("amina")


def device_of(phone: Phone) -> str:
    device: str = phone.run(
        "const { current } = await import(`${base}app/vault/session.js`); return current().device.id"
    )
    return device


def test_an_end_is_believed_from_who_may_say_it(amina: Phone, phone_of: PhoneOf) -> None:
    """Amina's own end, signed by a volunteer, by another organisation, about another, or not at all: nothing closes."""
    chloe, helene, marcs = phone_of("chloe"), phone_of("helene"), "019b8d2b-8c00-7000-8000-000000000000"
    mine = {"member": amina.member}
    for cause in (
        None,
        "x",
        stated(amina, "member.ended", **mine),
        stated(helene, "member.ended", **mine),
        stated(chloe, "member.ended", member=chloe.member),
        stated(chloe, "device.revoked", device=marcs),
        stated(amina, "member.role_set", member=described(amina, amina.member, ends_on=YESTERDAY)),
        stated(chloe, "member.role_set", member=described(chloe, amina.member, ends_on="2999-01-01")),
        stated(chloe, "member.role_set", member=described(chloe, amina.member)),
    ):
        assert told(amina, cause) is None
    assert told(amina, stated(chloe, "member.ended", **mine)) == "member"


def test_a_revoked_device_says_so(amina: Phone, phone_of: PhoneOf) -> None:
    chloe = phone_of("chloe")
    assert told(amina, stated(chloe, "device.revoked", device=device_of(amina))) == "device"
    assert "Cet appareil" in " ".join(amina.run("return vault.syncStatus().notes"))
    amina.sync()
    assert amina.run("return vault.syncStatus().notes.length") > 0  # a token does not bring a device back


def test_a_last_day_that_passed_closes_until_it_is_moved(amina: Phone, phone_of: PhoneOf) -> None:
    chloe = phone_of("chloe")
    past = stated(chloe, "member.role_set", member=described(chloe, amina.member, ends_on=YESTERDAY))
    assert told(amina, past) == "date"
    amina.sync()
    assert amina.run("return vault.syncStatus().notes") == []


def test_no_key_is_given_or_changed_while_the_chain_is_in_doubt_and_a_removal_still_is(
    amina: Phone, phone_of: PhoneOf
) -> None:
    chloe = phone_of("chloe")
    circle = chloe.run(
        """await active('Centre des Halles');
           return vault.roster().circles.find((one) => one.team === vault.me().team).id"""
    )
    acts = {
        "rotate": "vault.rotateCircle(circle)",
        "grant": "vault.grantCircle({ circle, member })",
        "create": "vault.createCircle({ team: vault.me().team, class: 'bound', members: [member] })",
    }
    doubt = """const { current } = await import(`${base}app/vault/session.js`);
      const stream = kind === "network" ? "network" : kind === "circle" ? `circle:${circle}`
        : `organisation:${current().organisation}`;
      current().suspended = { [stream]: code };"""
    for kind, code in (("circle", "unknown_key"), ("network", "rollback"), ("organisation", "fork")):
        given = {"circle": circle, "member": amina.member, "kind": kind, "code": code}
        for name, act in acts.items():
            if (name, kind) != ("create", "circle"):
                assert chloe.run(f"{doubt} return refused(() => {act})", **given) == "fork"
    assert chloe.run(f"{doubt} return refused(() => vault.endMember(member))", **given) is None
    types = chloe.run("return (await rows(id, 'outbox')).map((row) => row.payload.type)", id=chloe.member)
    assert types == ["member.ended"]  # its circles await their rotation
