"""Coming in and going out: founding, invitations, admission, passkeys, the end of a membership."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from device.primitives import b64u
from models import schema
from tests.client.phones import Phone, passphrase
from tests.conftest import Live
from web.cli import new_id

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Route

PhoneOf = Callable[..., Phone]
PHRASE = "cormoran farine lanterne ruisseau bruyère tabouret soleil"


def invite(phone: Phone, kind: str = "member") -> list[str]:
    """The parts of the link: invitation, secret, genesis."""
    link: str = phone.run("return (await vault.createInvitation({ kind, uses: 3 })).link", kind=kind)
    return link.split("#join/")[1].split("/")


def ask(phone: Phone, link: list[str], account: str = "nadia", name: str = "Nadia Test", **more: Any) -> str:
    code: str = phone.run(
        """const [invitation, secret, genesis, kind = "member"] = link;
           return (await vault.join({ invitation, secret, genesis, kind, account, name, passphrase,
             shared: false, ...more })).code""",
        link=link, account=account, name=name, passphrase=PHRASE, more=more,
    )  # fmt: skip
    return code


def admit(phone: Phone, request: dict[str, Any], role: str = "volunteer") -> None:
    phone.run(
        """await vault.admit({ invitation, member, role, profile: "F", teams: vault.me().teams.map((one) =>
          one.id), permissions: [] });
           await sync.syncNow()""",
        invitation=request["invitation"], member=request["member"], role=role,
    )  # fmt: skip


@pytest.fixture
def chloe(phone_of: PhoneOf) -> Phone:
    return phone_of("chloe")


def test_a_newcomer_is_compared_admitted_and_reads_what_the_team_may_read(chloe: Phone, phone_of: PhoneOf) -> None:
    """J5."""
    chloe.run("await newDossier('Zoé'); await sync.syncNow()")
    nadia = phone_of()
    code = ask(nadia, invite(chloe))
    assert nadia.run("return vault.pollJoin()") == "waiting"
    [request] = chloe.run("return vault.admissionRequests()")
    assert (request["code"], request["verified"], request["name"], request["state"]) == (
        code,
        True,
        "Nadia Test",
        "waiting",
    )
    admit(chloe, request)
    assert chloe.run("return (await vault.admissionRequests())[0].state") == "admitted"
    assert nadia.run("return vault.pollJoin()") == "admitted"
    nadia.sync()
    me = nadia.run("return vault.me()")
    assert (me["name"], me["role"], [team["name"] for team in me["teams"]]) == (
        "Nadia Test",
        "volunteer",
        ["Centre des Halles", "Centre du Port"],
    )
    assert nadia.run("return vault.people('zoe').length") == 1
    assert nadia.run("return vault.pendingJoin()") is None
    nadia.run("await visit({ text: 'un colis' })")
    assert nadia.sync()["accepted"] == 1


def test_the_joining_page_may_be_closed_while_one_waits(chloe: Phone, phone_of: PhoneOf) -> None:
    nadia = phone_of()
    ask(nadia, invite(chloe))
    nadia.open()
    assert nadia.run("return vault.pendingJoin()")["locked"] is True
    assert nadia.run("return refused(() => vault.pollJoin())") == "vault_locked"
    assert nadia.run("return refused(() => vault.resumeJoin({ passphrase: 'faux' }))") == "sign_in"
    nadia.run("await vault.resumeJoin({ passphrase })", passphrase=PHRASE)
    [request] = chloe.run("return vault.admissionRequests()")
    admit(chloe, request)
    assert nadia.run("return vault.pollJoin()") == "admitted"


def test_a_device_enrolled_whose_answer_was_lost_is_enrolled_once(chloe: Phone, phone_of: PhoneOf) -> None:
    """T1."""
    nadia = phone_of()
    ask(nadia, invite(chloe))
    [request] = chloe.run("return vault.admissionRequests()")
    admit(chloe, request)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    nadia.page.route("**/api/events", lose, times=1)
    assert nadia.run("return refused(() => vault.pollJoin())") == "unavailable"
    assert nadia.run("return vault.pollJoin()") == "admitted"
    chloe.sync()
    devices = [one for one in chloe.run("return vault.enrolments()") if one["name"] == "Nadia Test"]
    assert len(devices) == 1


def test_keys_changed_on_the_way_do_not_verify(chloe: Phone, phone_of: PhoneOf) -> None:
    """T83. Whoever carries the request, the server first, may put other keys in it: not without the secret."""
    nadia = phone_of()
    link = invite(chloe)

    def substitute(route: Route) -> None:
        sent = json.loads(route.request.post_data or "{}")
        request = json.loads(sent["request"])
        request["member"]["encryption"]["x"], request["member"]["encryption"]["y"] = (
            request["member"]["signing"]["x"],
            request["member"]["signing"]["y"],
        )
        route.continue_(post_data=json.dumps({**sent, "request": json.dumps(request)}))

    nadia.page.route(f"**/api/invitations/{link[0]}", substitute)
    code = ask(nadia, link)
    [request] = chloe.run("return vault.admissionRequests()")
    assert request["verified"] is False
    assert request["code"] != code


def test_a_supervisor_invites_members_not_organisations(chloe: Phone) -> None:
    act = "vault.createInvitation({ kind: 'organisation', uses: 1 })"
    assert chloe.run(f"return refused(() => {act})") == "forbidden"


def test_an_invitation_unknown_or_used_up_is_not_found(chloe: Phone, phone_of: PhoneOf) -> None:
    invitation, secret, genesis = invite(chloe)
    nobody = phone_of()
    act = """vault.join({ invitation, secret, genesis, kind: "member", account: "nadia", name: "Nadia",
                          passphrase, shared: false })"""
    unknown = {"invitation": "019b0000-0000-7000-8000-000000000000", "secret": secret, "genesis": genesis}
    assert nobody.run(f"return refused(() => {act})", passphrase=PHRASE, **unknown) == "not_found"
    weak = {"invitation": invitation, "secret": secret, "genesis": genesis}
    assert nobody.run(f"return refused(() => {act})", passphrase="azerty", **weak) == "weak_passphrase"


def test_an_end_of_membership_rotates_closes_and_holds_what_was_not_sent(chloe: Phone, phone_of: PhoneOf) -> None:
    """T20."""
    amina = phone_of("amina")
    chloe.run(
        "const gone = vault.roster().members.find((one) => one.name === 'Amina Ouali'); await "
        "vault.endMember(gone.id); await sync.syncNow()"
    )
    assert chloe.run("return vault.toCorrect()") == []
    circles = chloe.run(
        "return vault.roster().circles.map((one) => [one.epoch, one.holders.length, one.awaitsRotation])"
    )
    assert circles == [[3, 2, False], [3, 2, False]]
    amina.run("await visit({ text: 'un colis' })")
    counts = amina.sync()
    assert (counts["held"], counts["accepted"]) == (1, 0)
    assert "pris fin" in " ".join(amina.run("return vault.syncStatus().notes"))
    [held] = amina.run("return vault.toCorrect()")
    assert (held["state"], held["code"]) == ("held", "ended_member")


def test_two_people_who_change_the_roster_at_once_both_succeed(phone_of: PhoneOf, browser: Browser) -> None:
    """T97. A statement overtaken by another is signed anew."""
    chloe = phone_of("chloe")
    again = Phone(browser.new_context(), chloe.live).sign_in("chloe")
    for phone, name in ((chloe, "Épicerie"), (again, "Maraude")):
        phone.run("await vault.createTeam({ name })", name=name)
    for phone in (chloe, again, chloe):
        phone.sync()
    for phone in (chloe, again):
        assert phone.run("return [vault.counts().rejected, vault.counts().pending]") == [0, 0]
        assert {"Épicerie", "Maraude"} <= {team["name"] for team in phone.run("return vault.roster().teams")}
    again.context.close()


ROSTER_REFUSALS = [
    ("vault.endMember(vault.me().member)", "last_supervisor"),
    ("vault.endMember(vault.me().team)", "not_found"),
    (
        "vault.createCircle({ team: vault.me().teams[0].id, class: 'open', members: [vault.me().member] })",
        "id_conflict",
    ),
    ("vault.signCharter({ charter: vault.me().team, version: 1 })", "not_found"),
    (
        "vault.publishCharter({ title: 'x', text: 'x', flows: [], purposes: [], bases: [], transition_days: 1 })",
        "not_allowed",
    ),
]


def test_what_the_roster_forbids_is_said_at_once_and_nothing_is_stored(chloe: Phone, subtests: pytest.Subtests) -> None:
    for act, code in ROSTER_REFUSALS:
        with subtests.test(act):
            assert chloe.run(f"return refused(() => {act})") == code
            assert chloe.run("return rows(member, 'outbox')", member=chloe.member) == []


def test_a_volunteer_changes_no_roster(phone_of: PhoneOf) -> None:
    amina = phone_of("amina")
    for act in ("vault.createTeam({ name: 'x' })", "vault.endMember(vault.me().member)", "vault.addRecoveryKey()"):
        assert amina.run(f"return refused(() => {act})") == "not_allowed"


def test_a_network_begins_in_the_browser_of_its_administrator(serve: Callable[..., Live], browser: Browser) -> None:
    live = serve(demonstration=False)
    founding = new_id(datetime.now(UTC))
    with live.app.app_context():
        schema.await_founding(founding)
    contexts = [browser.new_context() for _ in range(2)]
    admin, first = (Phone(context, live) for context in contexts)
    act = """return vault.found({ founding, networkName: "Réseau", organisation: { name: "Département",
      kind: "departement_cdas" },
                                 account: "gwenaelle", name: "Gwenaëlle", passphrase })"""
    assert (
        admin.run(f"return refused(async () => {{ {act} }})", founding=new_id(datetime.now(UTC)), passphrase=PHRASE)
        == "founding"
    )
    founded = admin.run(act, founding=founding, passphrase=PHRASE)
    assert admin.run("return vault.me().fingerprint") == founded["fingerprint"]
    charter = """await vault.publishCharter({ title: "Charte", text: "…", flows: [{ from: ["*"], to: ["*"],
      categories: ["*"] }],
        purposes: ["orienter_vers_un_service"], bases: [{ id: "person.agreement.orientation", version: 1 }],
          transition_days: 90 });
      await sync.syncNow()"""
    admin.run(charter)
    ask(
        first,
        invite(admin, "organisation"),
        "chloe",
        "Chloé",
        organisation={"name": "Banque", "kind": "banque_alimentaire"},
    )
    [request] = admin.run("return vault.admissionRequests()")
    assert (request["verified"], request["organisation"]["name"]) == (True, "Banque")
    admin.run(
        "await vault.admitOrganisation({ invitation, member }); await sync.syncNow()",
        invitation=request["invitation"],
        member=request["member"],
    )
    assert first.run("return vault.pollJoin()") == "admitted"
    first.run(
        """const [{ id: charter, version }] = vault.roster().charters;
           await vault.signCharter({ charter, version });
           const halles = await vault.createTeam({ name: "Halles" });
           const recovery = await vault.addRecoveryKey();
           await vault.setMember({ member: vault.me().member, role: "supervisor", profile: "F", teams: [halles] });
           await vault.createCircle({ team: halles, class: "open", members: [vault.me().member, recovery.member] });
           await sync.syncNow(); await newDossier("Zoé"); await sync.syncNow()"""
    )
    counts = first.run("return vault.counts()")
    assert (counts["rejected"], counts["pending"], counts["accepted"]) == (0, 0, 6)
    admin.run("await vault.lock()")
    admin.run(
        "await vault.unlock(member, { recovery })",
        member=admin.run("return (await vault.profiles())[0].member"),
        recovery=founded["recovery"]["code"],
    )
    assert admin.run("return vault.me().authority") is True
    for context in contexts:
        context.close()


# --- passkeys ------------------------------------------------------------------------------------------------------


@pytest.fixture
def authenticator(phone_of: PhoneOf) -> Iterator[tuple[Phone, CDPSession, Callable[..., None]]]:
    phone = phone_of("bruno")
    session = phone.context.new_cdp_session(phone.page)
    session.send("WebAuthn.enable")
    plugged: list[str] = []

    def plug(**changes: Any) -> None:
        for one in plugged:
            session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": one})
        options = {
            "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True, "hasPrf": True,
        }  # fmt: skip
        plugged[:] = [
            session.send("WebAuthn.addVirtualAuthenticator", {"options": options | changes})["authenticatorId"]
        ]

    plug()
    yield phone, session, plug


def add_passkey(phone: Phone) -> str | None:
    code: str | None = phone.run(
        "return refused(() => vault.addPasskey({ passphrase }))", passphrase=passphrase("bruno")
    )
    return code


def test_a_passkey_opens_offline_and_its_value_is_in_no_request(
    authenticator: tuple[Phone, CDPSession, Callable[..., None]],
) -> None:
    """T76, T78."""
    phone, _, _ = authenticator
    bodies: list[bytes] = []
    phone.page.on("request", lambda request: bodies.append(request.post_data_buffer or b""))
    phone.page.evaluate(
        """() => { const get = navigator.credentials.get; globalThis.values = [];
          navigator.credentials.get = async function (...given) {
            const found = await get.apply(this, given);
            globalThis.values.push([...new Uint8Array(found.getClientExtensionResults().prf.results.first)]);
            return found;
          }; }"""
    )
    assert add_passkey(phone) is None
    assert phone.run("return vault.profiles()")[0]["doors"] == ["passphrase", "passkey"]
    [value] = [bytes(one) for one in phone.page.evaluate("values")]
    assert len(value) == 32
    spellings = [
        value,
        b64u(value).encode(),
        base64.b64encode(value),
        value.hex().encode(),
        json.dumps(list(value)).encode(),
    ]
    assert bodies
    assert [one for body in bodies for one in spellings if one in body] == []
    phone.context.set_offline(True)
    phone.run("await vault.lock(); await vault.unlockWithPasskey(member)", member=phone.member)
    assert phone.run("return vault.me().name") == "Bruno Le Cam"
    phone.run("await vault.lock()")
    phone.unlock("bruno")
    assert phone.run("return vault.isOpen()")


def test_without_a_prf_value_the_passphrase_stays_and_no_dead_door_is_made(
    authenticator: tuple[Phone, CDPSession, Callable[..., None]],
) -> None:
    """T73."""
    phone, _, plug = authenticator
    plug(hasPrf=False)
    assert add_passkey(phone) == "passkey"
    assert phone.run("return vault.profiles()")[0]["doors"] == ["passphrase"]
    phone.run("await vault.lock()")
    phone.unlock("bruno")


def test_a_value_that_changed_opens_nothing_and_overwrites_nothing(
    authenticator: tuple[Phone, CDPSession, Callable[..., None]],
) -> None:
    """T74."""
    phone, _, _ = authenticator
    assert add_passkey(phone) is None
    before = phone.run("return rows(member, 'meta')", member=phone.member)
    phone.page.evaluate(
        """() => { const real = PublicKeyCredential.prototype.getClientExtensionResults;
          PublicKeyCredential.prototype.getClientExtensionResults = function () {
            const found = real.call(this); new Uint8Array(found.prf.results.first)[0] ^= 1; return found; }; }"""
    )
    phone.run("await vault.lock()")
    assert phone.run("return refused(() => vault.unlockWithPasskey(member))", member=phone.member) == "passkey"
    assert phone.run("return rows(member, 'meta')", member=phone.member) == before
    phone.unlock("bruno")


def test_a_new_browser_signs_in_with_the_passkey_alone(
    authenticator: tuple[Phone, CDPSession, Callable[..., None]],
) -> None:
    phone, _, _ = authenticator
    assert add_passkey(phone) is None
    phone.page.evaluate(
        """async () => {
             for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
             localStorage.clear();
           }"""
    )
    phone.page.reload()
    phone.run("await vault.signInWithPasskey({ shared: false })")
    assert phone.run("return vault.me().name") == "Bruno Le Cam"


def test_a_new_phrase_opens_the_old_one_no_longer_and_passkeys_still_do(
    authenticator: tuple[Phone, CDPSession, Callable[..., None]],
) -> None:
    """T80."""
    phone, _, _ = authenticator
    assert add_passkey(phone) is None
    change = "return refused(() => vault.changePassphrase(old, phrase))"
    assert phone.run(change, old="faux", phrase=PHRASE) == "sign_in"
    assert phone.run(change, old=passphrase("bruno"), phrase="azerty") == "weak_passphrase"
    assert phone.run(change, old=passphrase("bruno"), phrase=PHRASE) is None
    phone.run("await vault.lock()")
    unlock = "return refused(() => vault.unlock(member, { passphrase }))"
    assert phone.run(unlock, member=phone.member, passphrase=passphrase("bruno")) == "sign_in"
    phone.run("await vault.unlockWithPasskey(member); await vault.lock()", member=phone.member)
    assert phone.run(unlock, member=phone.member, passphrase=PHRASE) is None


def test_a_shared_tablet_gets_no_passkey(phone_of: PhoneOf) -> None:
    amina = phone_of("amina", shared=True)
    assert (
        amina.run("return refused(() => vault.addPasskey({ passphrase }))", passphrase=passphrase("amina"))
        == "not_allowed"
    )
