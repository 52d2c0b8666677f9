"""Circles: an epoch made, opened, granted, rotated; what a holder can open and nobody else. With device/ both ways."""

from __future__ import annotations

from typing import Any

import pytest

from device import circles, jose
from device.primitives import digest
from tests.client.harness import Modules

CIRCLE = "018f0000-0000-7000-8000-0000000000c1"
AMINA, BRUNO, CHLOE = (f"018f0000-0000-7000-8000-0000000000{n}" for n in ("a0", "b0", "c0"))

# Amina and Chloé hold a circle of three epochs; Bruno holds nothing.
CAST = """
const person = async (id) => {
  const { publicJwk, privateJwk } = await accord.generatePair("encryption");
  return { id, encryption: publicJwk, key: await accord.importEncryptionKey(privateJwk) };
};
const [amina, bruno, chloe] = [await person(ids[0]), await person(ids[1]), await person(ids[2])];
const members = [amina, chloe];
const made = [], blobs = {};
const wrapOf = (epoch, at) => made[epoch - 1].beside[at];
const openAs = (who, epoch, wrap, over) => accord.openCircle({ circle, epoch, wrap, blobs, privateKeys: [who.key],
  ...over });
for (let epoch = 1; epoch <= 3; epoch += 1) {
  const previous = epoch > 1 ? (await openAs(chloe, epoch - 1, wrapOf(epoch - 1, 1))).get(epoch - 1) : undefined;
  made.push(await accord.createCircleEpoch({ circle, epoch, members, previous }));
  blobs[epoch] = made[epoch - 1].beside.at(-1);
}
const sealTo = (keys) => accord.sealSection({ event: "e", name: "s1",
  content: { kind: "note", text: String(keys.epoch) }, level: 1,
  own: { kid: `${circle}.${keys.epoch}`, key: keys.key }, other: { kid: "o", publicJwk: keys.publicJwk } });
const openWith = async ({ core, wraps }, keys) => [
  (await accord.openSection({ event: "e", name: "s1", core, wrap: wraps.own }, keys.key)).text,
  (await accord.openSection({ event: "e", name: "s1", core, wrap: wraps.other }, keys.privateKey)).text ];
"""
GIVEN = {"circle": CIRCLE, "ids": [AMINA, BRUNO, CHLOE]}


def test_a_holder_of_the_newest_key_reads_every_epoch(page_modules: Modules) -> None:
    """T98: what was sealed to an older epoch is read through the chain of blobs."""
    found = page_modules.run(
        CAST
        + """const mine = await openAs(amina, 3, wrapOf(3, 0));
        const read = [];
        for (const epoch of [1, 2, 3]) read.push(await openWith((await sealTo(made[epoch - 1].keys)).entry,
          mine.get(epoch)));
        return { read, epochs: [...mine.keys()], publics: made.map((one) => one.public),
          own: [1, 2, 3].map((e) => mine.get(e).publicJwk),
          first: made[0].beside, holders: made[0].holders, blob: made[0].blob }""",
        **GIVEN,
    )  # fmt: skip
    assert found["read"] == [["1", "1"], ["2", "2"], ["3", "3"]]
    assert found["epochs"] == [3, 2, 1]
    assert found["own"] == found["publics"]
    assert found["holders"] == {AMINA: digest(found["first"][0]), CHLOE: digest(found["first"][1])}
    assert found["blob"] == digest(found["first"][2])


def test_an_older_key_does_not_open_a_newer_epoch(page_modules: Modules) -> None:
    found = page_modules.run(
        CAST
        + """const old = await openAs(amina, 1, wrapOf(1, 0));
        const { entry } = await sealTo(made[1].keys);
        return [[...old.keys()], await refused(() => accord.openSection({ event: "e", name: "s1", core: entry.core,
          wrap: entry.wraps.own }, old.get(1).key)),
          await refused(() => accord.openSection({ event: "e", name: "s1", core: entry.core,
            wrap: entry.wraps.other }, old.get(1).privateKey))]""",
        **GIVEN,
    )  # fmt: skip
    assert found == [[1], "cannot_open", "cannot_open"]


def test_a_colleague_admitted_later_opens_everything(page_modules: Modules) -> None:
    found = page_modules.run(
        CAST
        + """const granted = await accord.grantCircle(await openAs(amina, 3, wrapOf(3, 0)), { circle, epoch: 3 },
          bruno);
        const his = await openAs(bruno, 3, granted.wrap);
        return { granted, epochs: [...his.keys()], read: await openWith((await sealTo(made[0].keys)).entry, his.get(1)),
          again: [...(await openAs(bruno, 3, (await accord.grantCircle(his, { circle, epoch: 3 },
            bruno)).wrap)).keys()] }""",
        **GIVEN,
    )  # fmt: skip
    assert found["granted"]["digest"] == digest(found["granted"]["wrap"])
    assert found["epochs"] == found["again"] == [3, 2, 1]
    assert found["read"] == ["1", "1"]


def test_only_the_newest_epoch_of_a_circle_held_is_granted(page_modules: Modules) -> None:
    found = page_modules.run(
        CAST
        + """const mine = await openAs(amina, 3, wrapOf(3, 0));
        const grant = (over) => refused(() => accord.grantCircle(mine, { circle, epoch: 3, ...over }, bruno));
        return [await grant({ epoch: 2 }), await grant({ epoch: 4 }), await grant({ circle: ids[0] }),
          await refused(() => accord.grantCircle(new Map([[3, made[2].keys]]), { circle, epoch: 3 }, bruno)),
          await refused(() => accord.grantCircle(mine, { circle, epoch: 3 }, { id: ids[1], encryption: {} }))]""",
        **GIVEN,
    )  # fmt: skip
    assert found == ["cannot_open"] * 4 + ["malformed"]


@pytest.mark.parametrize(
    "act",
    [
        "openAs(bruno, 3, wrapOf(3, 0))",  # Bruno with Amina's wrap
        "openAs(amina, 3, wrapOf(3, 1))",  # Amina with Chloé's
        "openAs(amina, 2, wrapOf(3, 0))",  # one epoch said to be another
        "openAs(amina, 3, wrapOf(2, 0))",
        "openAs(amina, 3, wrapOf(3, 0), { circle: ids[0] })",
        "openAs(amina, 3, blobs[3])",
        "openAs(amina, 3, wrapOf(3, 0), { blobs: {} })",
        "openAs(amina, 3, wrapOf(3, 0), { blobs: { ...blobs, 3: blobs[2] } })",
        "openAs(amina, 3, wrapOf(3, 0), { privateKeys: [] })",
        "openAs(amina, 3, undefined)",
    ],
)
def test_a_wrap_or_blob_that_is_not_this_one_opens_nothing(page_modules: Modules, act: str) -> None:
    """T86: epochs and circles cannot be exchanged."""
    assert page_modules.run(CAST + f"return refused(() => {act})", **GIVEN) == "cannot_open"


def test_each_character_of_a_wrap_and_a_blob_matters(page_modules: Modules) -> None:
    """T87"""
    wrong = page_modules.run(
        CAST
        + """const wrong = [];
        const flip = (text, at) =>
          text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
        const [wrap, blob] = [wrapOf(1, 0), blobs[1]];
        for (let at = 0; at < wrap.length; at += 1) if ((await refused(() =>
          openAs(amina, 1, flip(wrap, at)))) !== "cannot_open") wrong.push(["wrap", at]);
        for (let at = 0; at < blob.length; at += 1) if ((await refused(() =>
          openAs(amina, 1, wrap, { blobs: { 1: flip(blob, at) } }))) !== "cannot_open") wrong.push(["blob", at]);
        return wrong""",
        **GIVEN,
    )  # fmt: skip
    assert wrong == []


def test_a_bad_link_hides_the_past_and_not_the_present(page_modules: Modules) -> None:
    found = page_modules.run(
        CAST
        + """const with_ = async (changed) => [...(await openAs(amina, 3, wrapOf(3, 0),
          { blobs: { ...blobs, ...changed } })).keys()];
        return [await with_({ 2: blobs[1] }), await with_({ 2: undefined }), await with_({ 1: "" })]""",
        **GIVEN,
    )  # fmt: skip
    # A missing blob still leaves the key that the next one carries; a blob that does not open leaves nothing.
    assert found == [[3], [3, 2], [3, 2]]


def test_an_epoch_follows_the_one_before(page_modules: Modules) -> None:
    found = page_modules.run(
        CAST
        + """const mine = await openAs(amina, 3, wrapOf(3, 0));
        const make = (over) => refused(() => accord.createCircleEpoch({ circle, epoch: 4, members,
          previous: mine.get(3), ...over }));
        return [await make({}), await make({ epoch: 5 }), await make({ epoch: 1 }), await make({ previous: undefined }),
          await make({ circle: ids[0] }), await make({ epoch: 3, previous: mine.get(2) }),
            await make({ members: [{ id: "x", encryption: {} }] })]""",
        **GIVEN,
    )  # fmt: skip
    assert found == [None, "malformed", "malformed", "malformed", "malformed", "cannot_open", "malformed"]


def test_a_member_who_was_re_keyed_still_opens_an_older_wrap(page_modules: Modules) -> None:
    found = page_modules.run(
        CAST
        + """const { key } = await person(ids[0]);
        return [...(await openAs(amina, 3, wrapOf(3, 0), { privateKeys: [key, amina.key] })).keys()]""",
        **GIVEN,
    )  # fmt: skip
    assert found == [3, 2, 1]


def test_no_key_of_an_opened_circle_can_be_taken_out(page_modules: Modules) -> None:
    found = page_modules.run(
        CAST
        + """const out = [];
        for (const keys of [...(await openAs(amina, 3, wrapOf(3, 0))).values(),
          made[0].keys]) out.push(keys.key.extractable, keys.privateKey.extractable);
        return out""",
        **GIVEN,
    )  # fmt: skip
    assert found == [False] * 8


def _python_circle(members: dict[str, jose.Jwk]) -> tuple[list[circles.NewEpoch], dict[int, str]]:
    made: list[circles.NewEpoch] = []
    for epoch in (1, 2, 3):
        made.append(circles.create_epoch(CIRCLE, epoch, members, made[-1].key if made else None))
    return made, {epoch: one.beside[-1] for epoch, one in enumerate(made, 1)}


def test_the_browser_opens_the_circle_python_made(page_modules: Modules) -> None:
    """T100"""
    private = jose.generate_pair()
    made, blobs = _python_circle({AMINA: jose.public_of(private), CHLOE: jose.public_of(jose.generate_pair())})
    publics = page_modules.run(
        """const epochs = await accord.openCircle({ circle, epoch: 3, wrap, blobs,
          privateKeys: [await accord.importEncryptionKey(jwk)] });
        return [1, 2, 3].map((epoch) => epochs.get(epoch).publicJwk)""",
        circle=CIRCLE, wrap=made[2].beside[0], blobs={str(epoch): blob for epoch, blob in blobs.items()}, jwk=private,
    )  # fmt: skip
    assert publics == [one.public for one in made]


def test_python_opens_the_circle_the_browser_made_and_granted(page_modules: Modules) -> None:
    """T100"""
    private = jose.generate_pair()
    found: dict[str, Any] = page_modules.run(
        CAST
        + """const granted = await accord.grantCircle(await openAs(amina, 3, wrapOf(3, 0)), { circle, epoch: 3 },
          { id: ids[1], encryption: jwk });
        return { wrap: granted.wrap, blobs, publics: made.map((one) => one.public) }""",
        jwk=jose.public_of(private), **GIVEN,
    )  # fmt: skip
    blobs = {int(epoch): blob for epoch, blob in found["blobs"].items()}
    key = circles.open_wrap(found["wrap"], CIRCLE, 3, BRUNO, [private])
    epochs = circles.walk(CIRCLE, 3, key, blobs)
    assert [jose.public_of(epochs[epoch].private) for epoch in (1, 2, 3)] == found["publics"]
