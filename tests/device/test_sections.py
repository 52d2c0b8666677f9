"""Sealing and opening sections: what was written comes back to its readers, and to nobody and nothing else."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device import jose
from device.circles import EpochKey, create_epoch
from device.primitives import b64u, compact_json, new_id, read_json, unb64u
from device.refusal import Refusal
from device.sections import Addressee, Section, open_section, read_core_header, seal

NOW = datetime(2026, 3, 4, 9, 41, tzinfo=UTC)
OWN = create_epoch(new_id(NOW), 1, {}).key
OTHER = create_epoch(new_id(NOW), 1, {}).key
EVENT = new_id(NOW)
SEALS = int(os.environ.get("SEALS", "3000"))
ITEM = {"kind": "item", "category": "C01", "fields": {"appellation": "Madame Zoé"}}


def to(circle: EpochKey) -> Addressee:
    return Addressee(circle.name, jose.public_of(circle.private))


def sealed(content: dict[str, Any] = ITEM, event: str = EVENT, name: str = "C01") -> Section:
    return seal(event, name, content, 1, OWN.own(), to(OTHER), "C01")


JSON_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.dictionaries(JSON_TEXT, JSON_TEXT | st.integers() | st.lists(JSON_TEXT, max_size=3), max_size=4))
def test_both_readers_get_back_what_was_sealed(content: dict[str, Any]) -> None:
    """T100, small."""
    section = sealed(content)
    assert open_section(EVENT, "C01", section.core, section.wraps["own"], OWN.own()) == content
    assert open_section(EVENT, "C01", section.core, section.wraps["other"], OTHER.other()) == content


def test_the_largest_section_opens() -> None:
    content = {"text": "é" * 34_800}
    section = sealed(content)
    assert section.size == 69_632
    assert open_section(EVENT, "C01", section.core, section.wraps["own"], OWN.own()) == content


def test_the_size_is_a_step_and_says_nothing_of_the_text() -> None:
    assert sealed({"text": "a"}).size == sealed({"text": "a" * 200}).size == 256


def test_the_core_names_its_event_and_section() -> None:
    assert read_core_header(sealed().core) == {"enc": "A256GCM", "evt": EVENT, "sec": "C01"}


def test_a_private_note_opens_with_its_authors_key_alone() -> None:
    author, stranger = jose.generate_pair(), jose.generate_pair()
    member = new_id(NOW)
    note = seal(EVENT, "s1", {"kind": "note"}, 5, Addressee(member, jose.public_of(author)))
    assert open_section(EVENT, "s1", note.core, note.wraps["own"], Addressee(member, author)) == {"kind": "note"}
    with pytest.raises(Refusal, match="cannot_open"):
        open_section(EVENT, "s1", note.core, note.wraps["own"], Addressee(member, stranger))


def test_every_byte_flipped_is_refused() -> None:
    """T87: exhaustive over the core and both wraps of one section; no flip is ever opened, even one of spare bits."""
    section = sealed({"kind": "item"})
    for wrap_side, reader in (("own", OWN.own()), ("other", OTHER.other())):
        for part in ("core", wrap_side):
            text = section.core if part == "core" else section.wraps[wrap_side]
            for place in range(len(text)):
                flipped = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
                core = flipped if part == "core" else section.core
                wrap = section.wraps[wrap_side] if part == "core" else flipped
                with pytest.raises(Refusal, match="cannot_open"):
                    open_section(EVENT, "C01", core, wrap, reader)


def test_a_core_moved_to_another_event_or_section_is_refused() -> None:
    """T86."""
    section = sealed()
    for event, name in ((new_id(NOW), "C01"), (EVENT, "C02")):
        with pytest.raises(Refusal, match="cannot_open"):
            open_section(event, name, section.core, section.wraps["own"], OWN.own())


def test_swapped_wraps_and_cores_are_refused() -> None:
    """T86: between categories, between events, between epochs, between the two sides."""
    one, two = sealed(), sealed({"kind": "item", "category": "C14"}, name="C14")
    later = create_epoch(OWN.circle, 2, {}, OWN).key
    for name, core, wrap, reader in (
        ("C01", one.core, two.wraps["own"], OWN.own()),
        ("C14", two.core, one.wraps["own"], OWN.own()),
        ("C14", one.core, two.wraps["own"], OWN.own()),
        ("C01", one.core, one.wraps["own"], later.own()),
        ("C01", one.core, one.wraps["other"], OWN.own()),
        ("C01", one.core, one.wraps["own"], OTHER.other()),
    ):
        with pytest.raises(Refusal, match="cannot_open"):
            open_section(EVENT, name, core, wrap, reader)


def test_another_algorithm_or_a_further_member_is_refused() -> None:
    """T95: no downgrade by what a wrap or a core says of itself."""
    section = sealed()
    wrap = read_json(section.wraps["own"])
    header, _, rest = section.core.partition(".")
    other_header = read_json(unb64u(header)) | {"zip": "DEF"}
    for core, changed in (
        (section.core, {**wrap, "header": {**wrap["header"], "alg": "dir"}}),
        (section.core, {**wrap, "header": {**wrap["header"], "apu": "AA"}}),
        (section.core, {**wrap, "more": 1}),
        (b64u(compact_json(other_header).encode()) + "." + rest, wrap),
    ):
        with pytest.raises(Refusal, match="cannot_open"):
            open_section(EVENT, "C01", core, compact_json(changed), OWN.own())


def test_no_nonce_and_no_content_key_is_used_twice() -> None:
    """T96: the same text under the same circle, 3,000 times here, a million in `make soak` (SEALS=1000000)."""
    nonces: set[bytes] = set()
    wraps: set[bytes] = set()
    for _ in range(SEALS):
        section = seal(EVENT, "s1", ITEM, 1, OWN.own())
        nonces.add(unb64u(section.core.split(".")[1]))
        wraps.add(hashlib.blake2b(section.wraps["own"].encode(), digest_size=16).digest())
    assert len(nonces) == len(wraps) == SEALS
