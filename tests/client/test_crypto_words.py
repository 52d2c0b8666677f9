"""What people read, type and print: seven words, recovery codes, printed keys."""

from __future__ import annotations

import hashlib
import math
import re

import pytest

from device import jose
from tests.client.harness import Modules

DEMONSTRATION_LIKE = "colline rivage sapin muguet tambour velours genou"


def test_the_list_has_2048_words_that_are_easy_to_tell_apart(page_modules: Modules) -> None:
    words = page_modules.run("return (await load('app/crypto/words.js')).WORDS")
    assert len(words) == len(set(words)) == 2048
    assert [word for word in words if not re.fullmatch(r"[a-z]{3,8}", word)] == []
    # One letter replaced, added or left out never gives another word of the list.
    masks: dict[str, list[str]] = {}
    for word in words:
        for key in {word[:at] + "?" + word[at + 1 :] for at in range(len(word))}:
            masks.setdefault(key, []).append(word)
    listed = set(words)
    assert [pair for pair in masks.values() if len(pair) > 1] == []
    assert [word for word in words for at in range(len(word)) if word[:at] + word[at + 1 :] in listed] == []


def test_seven_words_are_proposed_of_77_bits(page_modules: Modules) -> None:
    phrases = page_modules.run("return Array.from({ length: 300 }, () => accord.proposePassphrase())")
    words = page_modules.run("return (await load('app/crypto/words.js')).WORDS")
    assert all(len(phrase.split(" ")) == 7 for phrase in phrases)
    assert {word for phrase in phrases for word in phrase.split(" ")} <= set(words)
    assert len(set(phrases)) == 300
    # 2,100 even draws out of 2,048 words leave about 2048/e of them undrawn.
    drawn = len({word for phrase in phrases for word in phrase.split(" ")})
    assert abs(drawn - 2048 * (1 - math.exp(-2100 / 2048))) < 120
    assert page_modules.run("return accord.passphraseStrength(phrase)", phrase=DEMONSTRATION_LIKE)["bits"] >= 70


@pytest.mark.parametrize(
    "text",
    [
        "", "motdepasse", "bruno1985", "soleil soleil soleil soleil soleil soleil soleil", "azerty azertyuiop qsdfgh",
        "0123456789 9876543210 1234567 456789", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a b c d e f g h i j k l m n",
        "jean dupont 1962 rennes", "Bruno!2026", "le la les un une des", "ab ab ab abab", "12345678901234567890",
    ],
)  # fmt: skip
def test_an_easy_phrase_is_refused(page_modules: Modules, text: str) -> None:
    assert page_modules.run("return accord.passphraseStrength(text)", text=text)["ok"] is False


@pytest.mark.parametrize(
    "text",
    [
        DEMONSTRATION_LIKE, DEMONSTRATION_LIKE.upper(), DEMONSTRATION_LIKE.replace(" ", "-"),
        "quatorze kangourous myopes traversent prudemment Quimperlé", "x7K!pq2Zr9#Lm4Vt8Wd&yB5h",
        "cinq fenêtres éclairées, derrière l’église brûlée",
    ],
)  # fmt: skip
def test_a_long_phrase_is_accepted(page_modules: Modules, text: str) -> None:
    assert page_modules.run("return accord.passphraseStrength(text)", text=text)["ok"] is True


def test_a_recovery_code_is_read_however_it_is_typed(page_modules: Modules) -> None:
    found = page_modules.run(
        """const { readRecoveryCode } = await load("app/crypto/printed.js");
        const code = await accord.newRecoveryCode();
        const typed = [code, code.toLowerCase(), code.replaceAll("-", ""), code.replaceAll("-", " "),
          code.replaceAll("-", " – "),
          code.replaceAll("0", "O").replaceAll("1", "l"), ` ${code}\\n`,
            code.replaceAll("1", "I").replaceAll("0", "o")];
        return [code, [...new Set((await Promise.all(typed.map(readRecoveryCode))).map(toB64u))]]"""
    )  # fmt: skip
    code, read = found
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}", code)
    assert len(read) == 1


def test_a_slip_of_the_finger_in_a_code_is_noticed(page_modules: Modules) -> None:
    """Every character replaced by its neighbour, and every two exchanged: 12 bits of checksum let 1 in 4,096 pass."""
    found = page_modules.run(
        """const { readRecoveryCode } = await load("app/crypto/printed.js");
        const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        const passed = [], wrong = [];
        for (let times = 0; times < 10; times += 1) {
          const code = (await accord.newRecoveryCode()).replaceAll("-", "");
          for (let at = 0; at < code.length; at += 1) {
            const next = alphabet[(alphabet.indexOf(code[at]) + 1) % 32];
            wrong.push(code.slice(0, at) + next + code.slice(at + 1));
            if (at && code[at] !== code[at - 1]) wrong.push(code.slice(0,
              at - 1) + code[at] + code[at - 1] + code.slice(at + 1));
          }
        }
        for (const typed of wrong) { const problem = await refused(() => readRecoveryCode(typed));
          if (problem !== "recovery_code") passed.push(problem); }
        return [wrong.length, passed.length]"""
    )  # fmt: skip
    tried, passed = found
    assert tried > 400
    assert passed <= 3


@pytest.mark.parametrize(
    "typed", ["", "0000", "U" * 28, "é" * 28, "0" * 27, "0" * 29, "0000-0000-0000-0000-0000-0000-000?"]
)
def test_what_is_not_a_code_is_refused(page_modules: Modules, typed: str) -> None:
    found = page_modules.run(
        """return [await refused(() => accord.makeRecoverySlot(randomBytes(32), typed)),
          await refused(() => accord.openRecoverySlot({ id: "i", kind: "recovery", jwe: "" }, typed))]""",
        typed=typed,
    )  # fmt: skip
    assert found == ["recovery_code", "recovery_code"]


def test_a_printed_key_comes_back_from_paper(page_modules: Modules) -> None:
    """An organisation's recovery key opens a wrap; the authority's signs."""
    found = page_modules.run(
        """const pair = await accord.generatePair("encryption"), authority = await accord.generatePair("signing");
        const circle = accord.newId(0), members = [{ id: "recovery", encryption: pair.publicJwk }];
        const made = await accord.createCircleEpoch({ circle, epoch: 1, members });
        const paper = await accord.printPrivateKey(pair.privateJwk),
          other = await accord.printPrivateKey(authority.privateJwk);
        const key = await accord.readPrivateKey(paper.toLowerCase(), pair.publicJwk, "encryption");
        const opened = await accord.openCircle({ circle, epoch: 1, wrap: made.beside[0], blobs: { 1: made.beside[1] },
          privateKeys: [key] });
        const signer = await accord.readPrivateKey(other, authority.publicJwk, "signing");
        const { jws } = await accord.signObject("accord.statement", "authority", { v: 1, suite: "P256-A256GCM" },
          signer);
        await accord.verifySigned(jws, "accord.statement", authority.publicJwk);
        return { paper, epochs: opened.size, extractable: [key.extractable, signer.extractable],
          crossed: [await refused(() => accord.readPrivateKey(other, pair.publicJwk, "encryption")),
            await refused(() => accord.readPrivateKey(paper.slice(0, -1), pair.publicJwk, "encryption")),
            await refused(() => accord.readPrivateKey(paper.slice(5) + "-0000", pair.publicJwk, "encryption"))] }"""
    )  # fmt: skip
    assert len(found["paper"].split("-")) == 14
    assert found["epochs"] == 1
    assert found["extractable"] == [False, False]
    assert found["crossed"] == ["recovery_code"] * 3


def test_a_printed_key_of_python_is_read(page_modules: Modules) -> None:
    """T100: the characters of protocol §5, written here independently."""
    private = jose.generate_pair()
    raw = jose.unb64u(private["d"])
    bits = "".join(f"{byte:08b}" for byte in raw + hashlib.sha256(raw).digest()[:3])
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    text = "".join(alphabet[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5))
    script = "return (await accord.readPrivateKey(text, jwk, 'signing')).type"
    assert page_modules.run(script, text=text, jwk=jose.public_of(private)) == "private"
