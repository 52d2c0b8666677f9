"""Ids, instants, digests, digits, HMAC, strict forms: docs/protocol.md §1 and §6, compared with device/."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime

import pytest

from device import jose, keys, primitives
from tests.client.harness import Modules

NOW = datetime(2026, 3, 2, 9, 41, 37, tzinfo=UTC)
SECRET = primitives.b64u(bytes(range(16)))


def test_an_id_is_a_uuid_7_that_tells_the_minute_and_no_more(page_modules: Modules) -> None:
    ids = page_modules.run("return Array.from({length: 50}, () => accord.newId(now))", now=int(NOW.timestamp() * 1000))
    assert len(set(ids)) == 50
    for one in ids:
        assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one)
        assert int(one.replace("-", "")[:12], 16) == int(NOW.replace(second=0).timestamp()) * 1000


def test_an_instant_is_floored_to_the_minute(page_modules: Modules) -> None:
    assert page_modules.run("return accord.instant(now)", now=int(NOW.timestamp() * 1000)) == "2026-03-02T09:41Z"


@pytest.mark.parametrize("text", ["", "accord", "été à l’école — 🌾", "a" * 100_000])
def test_a_digest_is_the_one_of_python(page_modules: Modules, text: str) -> None:
    assert page_modules.run("return accord.digest(text)", text=text) == primitives.digest(text)


def test_twenty_digits_and_codes_are_those_of_python(page_modules: Modules) -> None:
    texts = ["", "demande", '{"v":1}', *(hashlib.sha256(bytes([n])).hexdigest() for n in range(50))]
    found = page_modules.run(
        "return Promise.all(texts.map(async (text) => [await accord.digits20(text), await accord.hmac(secret, text)]))",
        texts=texts, secret=SECRET,
    )  # fmt: skip
    secret = primitives.unb64u(SECRET)
    assert found == [[keys.digits20(text), keys.authentication_code(secret, text)] for text in texts]


def test_a_code_made_with_another_secret_or_for_another_text_is_refused(page_modules: Modules) -> None:
    """T83: a key substituted on the way does not match the code under the invitation's secret."""
    found = page_modules.run(
        """const mac = await accord.hmac(secret, "demande");
        const other = accord.randomB64u(16);
        return [await accord.verifyHmac(secret, "demande", mac), await accord.verifyHmac(secret, "demande.", mac),
                await accord.verifyHmac(other, "demande", mac),
                  await accord.verifyHmac(secret, "demande", toB64u(randomBytes(32)))]""",
        secret=SECRET,
    )
    assert found == [True, False, False, False]


def test_a_thumbprint_is_the_one_of_python(page_modules: Modules) -> None:
    pair = page_modules.run("return accord.generatePair('signing')")
    assert page_modules.run("return accord.thumbprint(jwk)", jwk=pair["publicJwk"]) == jose.thumbprint(
        pair["publicJwk"]
    )


@pytest.mark.parametrize("text", ["a", "AB", "AAB", "AA==", "A A", "A+", "A/", "é", "AAAA\n", None, 12], ids=repr)
def test_only_the_one_spelling_of_base64url_is_read(page_modules: Modules, text: object) -> None:
    assert page_modules.run("return refused(() => fromB64u(text))", text=text) == "malformed"


@pytest.mark.parametrize(
    "text",
    ['{"a":1,"a":2}', '{"a":{"b":1,"c":[],"b":2}}', '[{"a":1}]', '{"a":NaN}', '"a"', "null", "{", "",
     '{"a":1,"\\u0061":2}',
     '{"x":[{"k":1,"k":1}]}'],
)  # fmt: skip
def test_json_that_two_readers_could_read_in_two_ways_is_refused(page_modules: Modules, text: str) -> None:
    script = "const { parseObject } = await load('app/crypto/json.js'); return refused(() => parseObject(text))"
    assert page_modules.run(script, text=text) == "malformed"


@pytest.mark.parametrize(
    "text", ["{}", '{"a":"a,b{[\\"","b":["a","a"],"c":{"a":1}}', ' {"a" : [ {"x":1}, {"x":2} ] } ', '{"é":"\\\\"}']
)
def test_json_without_ambiguity_is_read(page_modules: Modules, text: str) -> None:
    script = "const { parseObject } = await load('app/crypto/json.js'); return parseObject(text)"
    assert page_modules.run(script, text=text) == json.loads(text)
