"""Sections: sealed for one or two readers, opened by each, refused whole when a bit moved. With device/ both ways."""

from __future__ import annotations

import json
import os
import secrets
from typing import Any

import pytest

from device import jose, sections
from device.primitives import b64u, digest
from device.sections import Addressee
from tests.client.harness import Modules

SEALS = int(os.environ.get("SEALS", 500))  # a multiple of 500
EVENT = "018f0000-0000-7000-8000-00000000000a"
OTHER_EVENT = "018f0000-0000-7000-8000-00000000000b"
OWN, OTHER, BRUNO = (
    "018f0000-0000-7000-8000-0000000000c1.3",
    "018f0000-0000-7000-8000-0000000000c2.1",
    "018f0000-0000-7000-8000-0000000000b0",
)
CONTENT = {
    "kind": "item",
    "category": "C05",
    "fields": {"texte": "Plaque électrique — « à réparer » 🔧"},
    "source": "person_said",
}

# In each script: two circles, a member, and a section sealed to both circles.
CAST = """
const { importWrappingKey } = await load("app/crypto/keys.js");
const ownKey = await importWrappingKey(randomBytes(32));
const pair = await accord.generatePair("encryption");
const otherKey = await accord.importEncryptionKey(pair.privateJwk);
const seal = (over) => accord.sealSection({ event, name: "C05", content, level: 2, category: "C05",
  own: { kid: own, key: ownKey }, other: { kid: other, publicJwk: pair.publicJwk }, ...over });
const open = (section, key, over) => accord.openSection({ event, name: "C05", ...section, ...over }, key);
"""
GIVEN = {"event": EVENT, "own": OWN, "other": OTHER, "content": CONTENT}


def test_each_reader_opens_its_wrap_and_no_other(page_modules: Modules) -> None:
    found = page_modules.run(
        CAST
        + """const { entry, claim } = await seal({});
        const { core, wraps } = entry;
        return { entry, claim,
          opened: [await open({ core, wrap: wraps.own, claim }, ownKey),
            await open({ core, wrap: wraps.other, claim }, otherKey)],
          refused: [await refused(() => open({ core, wrap: wraps.own }, otherKey)),
            await refused(() => open({ core, wrap: wraps.other }, ownKey))],
          readers: [accord.readerOf(wraps.own), accord.readerOf(wraps.other)] }""",
        **GIVEN,
    )  # fmt: skip
    assert found["opened"] == [CONTENT, CONTENT]
    assert found["refused"] == ["cannot_open", "cannot_open"]
    assert found["readers"] == [OWN, OTHER]
    core, wraps, claim = found["entry"]["core"], found["entry"]["wraps"], found["claim"]
    assert claim == {
        "core": digest(core),
        "wraps": {side: digest(wrap) for side, wrap in wraps.items()},
        "size": 256,
        "level": 2,
        "category": "C05",
    }
    assert sections.read_core_header(core) == {"enc": "A256GCM", "evt": EVENT, "sec": "C05"}
    assert set(json.loads(wraps["own"])["header"]) == {"alg", "kid"}
    assert set(json.loads(wraps["other"])["header"]) == {"alg", "kid", "epk"}


def test_a_private_note_has_one_wrap_to_its_author_and_nothing_of_it_in_the_core(page_modules: Modules) -> None:
    found = page_modules.run(
        CAST
        + """const { entry, claim } = await accord.sealSection({ event, name: "s1", content, level: 5,
          own: { kid: bruno, publicJwk: pair.publicJwk } });
        return { entry, claim, opened: await accord.openSection({ event, name: "s1", core: entry.core,
          wrap: entry.wraps.own, claim }, otherKey) }""",
        bruno=BRUNO, **GIVEN,
    )  # fmt: skip
    assert found["opened"] == CONTENT
    assert set(found["entry"]["wraps"]) == set(found["claim"]["wraps"]) == {"own"}
    assert "category" not in found["claim"]
    assert set(sections.read_core_header(found["entry"]["core"])) == {"enc", "evt", "sec"}


@pytest.mark.parametrize(
    ("length", "size"), [(0, 256), (245, 256), (246, 1024), (1013, 1024), (1014, 4096), (5000, 8192), (69_621, 69_632)]
)
def test_what_is_sealed_shows_only_a_padded_size(page_modules: Modules, length: int, size: int) -> None:
    """`{"text":"…"}` is 11 bytes longer than its text."""
    given = GIVEN | {"content": {"text": "x" * length}}
    assert page_modules.run(CAST + "return (await seal({})).claim.size", **given) == size


def test_what_is_too_large_is_not_sealed(page_modules: Modules) -> None:
    given = GIVEN | {"content": {"text": "x" * 69_622}}
    assert page_modules.run(CAST + "return refused(() => seal({}))", **given) == "too_large"


def test_each_character_of_a_section_matters(page_modules: Modules) -> None:
    """T87: with the signed claim every change is refused; without it, no change ever gives another content."""
    wrong = page_modules.run(
        CAST
        + """const { entry, claim } = await seal({});
        const flips = function* (text) {
          for (let at = 0; at < text.length; at += 1) {
            for (const mask of [1, 32]) yield text.slice(0,
              at) + String.fromCharCode(text.charCodeAt(at) ^ mask) + text.slice(at + 1);
          }
        };
        const wrong = [];
        const { core, wraps } = entry;
        for (const flipped of flips(core)) {
          if ((await refused(() => open({ core: flipped, wrap: wraps.own, claim },
            ownKey))) !== "cannot_open") wrong.push(flipped);
          if ((await refused(() => open({ core: flipped, wrap: wraps.own },
            ownKey))) !== "cannot_open") wrong.push(flipped);
        }
        for (const [wrap, key] of [[wraps.own, ownKey], [wraps.other, otherKey]]) {
          for (const flipped of flips(wrap)) {
            if ((await refused(() => open({ core, wrap: flipped, claim }, key))) !== "cannot_open") wrong.push(flipped);
            const opened = await open({ core, wrap: flipped }, key).catch((error) => error.code);
            if (opened !== "cannot_open" && JSON.stringify(opened) !== JSON.stringify(content)) wrong.push(flipped);
          }
        }
        return wrong""",
        **GIVEN,
    )  # fmt: skip
    assert wrong == []


def test_a_swap_of_core_wrap_section_or_event_opens_nothing(page_modules: Modules) -> None:
    """T86"""
    found = page_modules.run(
        CAST
        + """const one = await seal({}), two = await seal({ content: { kind: "item", category: "C01" }, name: "C01",
          category: "C01" });
        const same = await seal({});
        const { core, wraps } = one.entry;
        return Promise.all([
          () => open({ core: two.entry.core, wrap: wraps.own }, ownKey),
          () => open({ core: same.entry.core, wrap: wraps.own }, ownKey),
          () => open({ core, wrap: two.entry.wraps.own }, ownKey),
          () => open({ core, wrap: same.entry.wraps.own }, ownKey),
          () => open({ core, wrap: wraps.own }, ownKey, { name: "C01" }),
          () => open({ core, wrap: wraps.own }, ownKey, { event: otherEvent }),
          () => open({ core, wrap: wraps.own, claim: two.claim }, ownKey),
          () => open({ core: same.entry.core, wrap: same.entry.wraps.own, claim: one.claim }, ownKey),
          () => open({ core, wrap: wraps.own, claim: { ...one.claim, size: 1024 } }, ownKey),
        ].map(refused))""",
        otherEvent=OTHER_EVENT, **GIVEN,
    )  # fmt: skip
    assert found == ["cannot_open"] * 9


def _core(header: str, rest: str) -> str:
    return b64u(header.encode()) + "." + rest


@pytest.mark.parametrize(
    "change",
    [
        "{ core: undefined }",
        "{ core: core + '.AAAA' }",
        "{ core: core.split('.').slice(0, 3).join('.') }",
        '{ core: core.replace(/^[^.]*/, b64(\'{"enc":"A256GCM","evt":"\' + event + \'","sec":"C05","zip":"DEF"}\')) }',
        '{ core: core.replace(/^[^.]*/, b64(\'{"enc":"A128GCM","evt":"\' + event + \'","sec":"C05"}\')) }',
        '{ core: core.replace(/^[^.]*/, b64(\'{"evt":"\' + event + \'","sec":"C05","enc":"A256GCM"}\')) }',
        "{ wrap: undefined }",
        "{ wrap: '' }",
        "{ wrap: '[]' }",
        "{ wrap: JSON.stringify({ ...recipient, extra: 1 }) }",
        "{ wrap: JSON.stringify({ header: recipient.header }) }",
        "{ wrap: JSON.stringify({ ...recipient, header: { ...recipient.header, alg: 'dir' } }) }",
        "{ wrap: JSON.stringify({ ...recipient, header: { ...recipient.header, alg: 'PBES2-HS256+A128KW' } }) }",
        "{ wrap: JSON.stringify({ ...recipient, header: { ...recipient.header, crit: ['kid'] } }) }",
        "{ wrap: JSON.stringify({ ...recipient, header: { ...recipient.header, kid: 4 } }) }",
        "{ wrap: JSON.stringify(recipient).replace('{', '{\"encrypted_key\":\"AAAA\",') }",
    ],
)
def test_a_section_of_another_form_is_refused(page_modules: Modules, change: str) -> None:
    found = page_modules.run(
        CAST
        + f"""const b64 = (text) => toB64u(utf8(text));
        const {{ entry }} = await seal({{}});
        const core = entry.core, recipient = JSON.parse(entry.wraps.own);
        return refused(() => open({{ core, wrap: entry.wraps.own, ...{change} }}, ownKey))""",
        **GIVEN,
    )
    assert found == "cannot_open"


@pytest.mark.parametrize(
    "plaintext",
    [b"{}", b"{} ".ljust(255), b"[]".ljust(256), b"{".ljust(256), b'{"a":1,"a":2}'.ljust(256), b"\xff".ljust(256)],
)
def test_sealed_bytes_that_are_not_a_padded_object_are_refused_whole(page_modules: Modules, plaintext: bytes) -> None:
    key = secrets.token_bytes(32)
    header = {"enc": "A256GCM", "evt": EVENT, "sec": "s1"}
    sealed = jose.seal_general(header, plaintext, [({"alg": "A256KW", "kid": OWN}, key)])
    core = ".".join(sealed[part] for part in ("protected", "iv", "ciphertext", "tag"))
    assert _open_in_browser(page_modules, core, json.dumps(sealed["recipients"][0]), key) == "cannot_open"


def _open_in_browser(page: Modules, core: str, wrap: str, key: bytes) -> Any:
    """The content of section `s1` of EVENT, or the code of the refusal."""
    return page.run(
        """const { importWrappingKey } = await load("app/crypto/keys.js");
        const key = await importWrappingKey(fromB64u(secret));
        return accord.openSection({ event, name: "s1", core, wrap }, key).catch((error) => error.code)""",
        event=EVENT, core=core, wrap=wrap, secret=b64u(key),
    )  # fmt: skip


def test_the_browser_opens_what_python_sealed(page_modules: Modules) -> None:
    """T100: each reader of 40 sections of random content."""
    key, private = secrets.token_bytes(32), jose.generate_pair()
    made = []
    for number in range(40):
        content = {"kind": "note", "text": secrets.token_urlsafe(number * 40)}
        section = sections.seal(
            EVENT, "s1", content, 1, Addressee(OWN, key), Addressee(OTHER, jose.public_of(private)), "C01"
        )
        made.append({"core": section.core, "wraps": section.wraps, "claim": section.claim(), "content": content})
    opened = page_modules.run(
        """const { importWrappingKey } = await load("app/crypto/keys.js");
        const keys = { own: await importWrappingKey(fromB64u(secret)), other: await accord.importEncryptionKey(jwk) };
        const open = ({ core, wraps, claim }, side) => accord.openSection({ event, name: "s1", core,
          wrap: wraps[side], claim }, keys[side]);
        return Promise.all(made.map(async (one) => [await open(one, "own"), await open(one, "other")]))""",
        made=made, event=EVENT, secret=b64u(key), jwk=private,
    )  # fmt: skip
    assert opened == [[one["content"]] * 2 for one in made]


def test_python_opens_what_the_browser_sealed(page_modules: Modules) -> None:
    """T100"""
    key, private = secrets.token_bytes(32), jose.generate_pair()
    contents = [{"kind": "note", "text": "é" * number * 60} for number in range(40)]
    made = page_modules.run(
        """const { importWrappingKey } = await load("app/crypto/keys.js");
        const key = await importWrappingKey(fromB64u(secret));
        return Promise.all(contents.map((content) => accord.sealSection({ event, name: "s1", content, level: 1,
          category: "C01",
          own: { kid: own, key }, other: { kid: other, publicJwk: jwk } })))""",
        contents=contents, event=EVENT, own=OWN, other=OTHER, secret=b64u(key), jwk=jose.public_of(private),
    )  # fmt: skip
    for content, one in zip(contents, made, strict=True):
        core, wraps = one["entry"]["core"], one["entry"]["wraps"]
        assert sections.open_section(EVENT, "s1", core, wraps["own"], Addressee(OWN, key)) == content
        assert sections.open_section(EVENT, "s1", core, wraps["other"], Addressee(OTHER, private)) == content


def test_no_nonce_and_no_content_key_is_ever_used_twice(page_modules: Modules) -> None:
    """T96: 500 seals of the same content by default, SEALS=1000000 for the soak."""
    found = page_modules.run(
        CAST
        + """const met = { iv: new Set(), ciphertext: new Set(), own: new Set(), other: new Set(), epk: new Set() };
        for (let made = 0; made < seals; made += 500) {
          for (const { entry } of await Promise.all(Array.from({ length: 500 }, () => seal({})))) {
            const [, iv, ciphertext] = entry.core.split(".");
            const wraps = [JSON.parse(entry.wraps.own), JSON.parse(entry.wraps.other)];
            met.iv.add(iv);
            met.ciphertext.add(ciphertext.slice(0, 40));
            met.own.add(wraps[0].encrypted_key);
            met.other.add(wraps[1].encrypted_key);
            met.epk.add(wraps[1].header.epk.x);
          }
        }
        return Object.values(met).map((one) => one.size)""",
        seals=SEALS,
        **GIVEN,
    )
    # The same key and content wrapped with A256KW gives the same bytes: as many wraps are as many content keys.
    assert found == [SEALS] * 5


def test_a_key_that_is_not_a_public_key_receives_nothing(page_modules: Modules) -> None:
    public = jose.public_of(jose.generate_pair())
    keys = [{}, public | {"d": public["x"]}, public | {"y": public["x"]}, public | {"crv": "P-384"}, None]
    found = page_modules.run(
        CAST + "return Promise.all(keys.map((publicJwk) => refused(() => seal({ other: { kid: other, publicJwk } }))))",
        keys=keys, **GIVEN,
    )  # fmt: skip
    assert found == ["malformed"] * 5
