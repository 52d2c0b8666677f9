"""Passkeys with Chromium's virtual authenticator: the PRF value opens a slot, works offline, and never leaves."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from device.primitives import b64u, unb64u
from tests.client.harness import Modules, StaticTree

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Authenticator = Callable[..., str]
OPTIONS = {
    "rp": {"id": "localhost", "name": "Accord"},
    "user": {"id": b64u(b"018f0000"), "name": "bruno", "displayName": "bruno"},
    "challenge": b64u(bytes(32)),
    "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
    "authenticatorSelection": {"residentKey": "required", "userVerification": "required"},
}


@pytest.fixture
def phone(browser: Browser, static_tree: StaticTree) -> Iterator[tuple[Modules, Authenticator]]:
    """A page of its own, and `authenticator(hasPrf=…)`, which plugs one in and takes the one before away."""
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    modules = Modules(page, static_tree)
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    plugged: list[str] = []

    def authenticator(**changes: Any) -> str:
        for one in plugged:
            session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": one})
        plugged.clear()
        options = {
            "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True, "hasPrf": True,
        }  # fmt: skip
        answer = session.send("WebAuthn.addVirtualAuthenticator", {"options": options | changes})
        plugged.append(answer["authenticatorId"])
        return plugged[-1]

    yield modules, authenticator
    assert modules.violations() == []
    context.close()


def spellings(value: bytes) -> list[str]:
    """How 32 bytes could hide in a JSON text."""
    standard = base64.b64encode(value).decode()
    numbers = json.dumps(list(value))
    return [
        b64u(value),
        standard,
        standard.rstrip("="),
        value.hex(),
        value.hex().upper(),
        numbers,
        numbers.replace(" ", ""),
    ]


def test_a_passkey_opens_its_slot_again_without_network(phone: tuple[Modules, Authenticator]) -> None:
    """T78: creation, then two evaluations, the last one offline with a challenge drawn here."""
    modules, authenticator = phone
    authenticator()
    found = modules.run(
        """globalThis.kept = {};
        const credential = await accord.createPasskey(options);
        const first = await accord.evaluatePasskey([credential.id], "localhost");
        kept.key = randomBytes(32);
        kept.slot = await accord.makePasskeySlot(kept.key, first);
        kept.accord = accord;
        kept.same = (bytes) => toB64u(bytes) === toB64u(kept.key);
        return { created: credential, credential: kept.slot.credential, length: first.prf.length }""",
        options=OPTIONS,
    )  # fmt: skip
    assert found["created"]["id"] == found["credential"]
    assert found["length"] == 32
    modules.page.context.set_offline(True)
    assert modules.page.evaluate(
        """async () => {
        const named = await kept.accord.evaluatePasskey([kept.slot.credential], "localhost");
        const any = await kept.accord.evaluatePasskey([], "localhost");
        return any.credentialId === kept.slot.credential && kept.same(await kept.accord.openPasskeySlot(kept.slot,
          named.prf))
          && kept.same(await kept.accord.openPasskeySlot(kept.slot, any.prf)) }"""
    )  # fmt: skip


def test_no_byte_of_the_value_is_in_what_is_sent(phone: tuple[Modules, Authenticator]) -> None:
    """T76: neither the creation nor the assertion carries the value; the browser's own toJSON() does (control)."""
    modules, authenticator = phone
    authenticator()
    found = modules.run(
        """let native = "";
        const get = navigator.credentials.get.bind(navigator.credentials);
        navigator.credentials.get = async (asked) => { const one = await get(asked);
          native = JSON.stringify(one.toJSON()); return one; };
        const created = await accord.createPasskey(options);
        const { prf, credentialJSON } = await accord.evaluatePasskey([created.id], "localhost",
          { challenge: options.challenge });
        return { prf: toB64u(prf), created, assertion: credentialJSON, native }""",
        options=OPTIONS,
    )  # fmt: skip
    value = unb64u(found["prf"])
    sent = [json.dumps(found["created"]), json.dumps(found["assertion"])]
    assert [text for text in sent for spelling in spellings(value) if spelling in text] == []
    assert any(spelling in found["native"] for spelling in spellings(value))
    assert all(one["clientExtensionResults"] == {} for one in (found["created"], found["assertion"]))


def test_what_is_sent_is_what_a_server_verifies(phone: tuple[Modules, Authenticator]) -> None:
    """The members of the WebAuthn JSON forms; the challenge signed is the server's."""
    modules, authenticator = phone
    authenticator()
    challenge = b64u(bytes(range(32)))
    created, assertion = modules.run(
        """const created = await accord.createPasskey(options);
        return [created, (await accord.evaluatePasskey([], "localhost", { challenge })).credentialJSON]""",
        options=OPTIONS, challenge=challenge,
    )  # fmt: skip
    assert set(created["response"]) == {"clientDataJSON", "attestationObject", "transports"}
    assert set(assertion["response"]) == {"clientDataJSON", "authenticatorData", "signature", "userHandle"}
    assert created["id"] == created["rawId"] == assertion["id"]
    assert created["type"] == assertion["type"] == "public-key"
    assert json.loads(unb64u(assertion["response"]["clientDataJSON"]))["challenge"] == challenge
    assert assertion["response"]["userHandle"] == OPTIONS["user"]["id"]  # type: ignore[index]


def test_an_authenticator_without_prf_is_told_apart(phone: tuple[Modules, Authenticator]) -> None:
    """T73: the passkey exists and may sign in, but makes no slot; the caller falls back to the phrase."""
    modules, authenticator = phone
    authenticator(hasPrf=False)
    found = modules.run(
        """const credential = await accord.createPasskey(options);
        return accord.evaluatePasskey([credential.id], "localhost").catch(({ code, why }) =>
          [credential.type, code, why])""",
        options=OPTIONS,
    )  # fmt: skip
    assert found == ["public-key", "passkey", "no_prf"]


@pytest.mark.parametrize(
    "result", ["undefined", "{}", "{ enabled: true }", "{ results: {} }", "{ results: { first: new ArrayBuffer(16) } }"]
)
def test_a_value_absent_or_cut_at_get_is_refused(phone: tuple[Modules, Authenticator], result: str) -> None:
    """T73: PRF said to be there at creation, absent from the answer."""
    modules, authenticator = phone
    authenticator()
    found = modules.run(
        f"""const credential = await accord.createPasskey(options);
        PublicKeyCredential.prototype.getClientExtensionResults = () => ({{ prf: {result} }});
        return accord.evaluatePasskey([credential.id], "localhost").catch(({{ code, why }}) => [code, why])""",
        options=OPTIONS,
    )
    assert found == ["passkey", "no_prf"]


def test_a_passkey_that_was_removed_and_made_again_opens_nothing_of_the_first(
    phone: tuple[Modules, Authenticator],
) -> None:
    """T74, T80: another value, another credential; the slot stays as it was."""
    modules, authenticator = phone
    authenticator()
    modules.run(
        """const first = await accord.createPasskey(options);
        const value = await accord.evaluatePasskey([first.id], "localhost");
        globalThis.slot = await accord.makePasskeySlot(randomBytes(32), value);""",
        options=OPTIONS,
    )
    authenticator()
    found = modules.run(
        """const before = JSON.stringify(slot);
        const absent = await accord.evaluatePasskey([slot.credential],
          "localhost").catch(({ code, why }) => [code, why]);
        const second = await accord.createPasskey(options);
        const { prf, credentialId } = await accord.evaluatePasskey([second.id], "localhost");
        return [absent, await refused(() => accord.openPasskeySlot(slot, prf)), credentialId === slot.credential,
          JSON.stringify(slot) === before]""",
        options=OPTIONS,
    )  # fmt: skip
    assert found == [["passkey", "cancelled"], "cannot_open", False, True]


def test_a_passkey_already_on_this_device_is_not_made_twice(phone: tuple[Modules, Authenticator]) -> None:
    modules, authenticator = phone
    authenticator()
    found = modules.run(
        """const { id } = await accord.createPasskey(options);
        return accord.createPasskey({ ...options, excludeCredentials: [{ type: "public-key", id }] }).catch(({ code,
          why }) => [code, why])""",
        options=OPTIONS,
    )  # fmt: skip
    assert found == ["passkey", "cancelled"]


def test_a_person_who_is_not_recognised_gets_no_value(phone: tuple[Modules, Authenticator]) -> None:
    modules, authenticator = phone
    authenticator(isUserVerified=False)
    script = "return refused(() => accord.createPasskey(options))"
    assert modules.run(script, options=OPTIONS) == "passkey"


def test_a_browser_without_passkeys_says_so(phone: tuple[Modules, Authenticator]) -> None:
    modules, _ = phone
    found = modules.run(
        """delete globalThis.PublicKeyCredential;
        return [accord.hasPasskeys(), await refused(() => accord.evaluatePasskey([], "localhost")),
          await refused(() => accord.createPasskey(options))]""",
        options=OPTIONS,
    )  # fmt: skip
    assert found == [False, "passkey", "passkey"]
