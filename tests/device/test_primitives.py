"""The forms of the protocol: one spelling for each value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.primitives import b64u, compact_json, digest, instant, new_id, pad, read_instant, read_json, unb64u
from device.refusal import Refusal

NOW = datetime(2026, 3, 4, 9, 41, 37, tzinfo=UTC)


@given(st.binary())
def test_b64u_comes_back(data: bytes) -> None:
    assert unb64u(b64u(data)) == data


@pytest.mark.parametrize("text", ["A", "AA==", "AB", "+/8", "A A", "AA\n", "é", "A!A"])
def test_a_second_spelling_of_the_same_bytes_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="malformed"):
        unb64u(text)


def test_a_digest_is_the_known_sha_256_of_utf_8_bytes() -> None:
    assert digest("") == "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
    assert digest("é") == digest(b"\xc3\xa9")


def test_an_id_is_a_version_7_whose_time_is_floored_to_the_minute() -> None:
    made = new_id(NOW)
    assert made[14] == "7" and made[19] in "89ab" and len(made) == 36
    milliseconds = int(made.replace("-", "")[:12], 16)
    assert milliseconds % 60_000 == 0
    assert datetime.fromtimestamp(milliseconds / 1000, UTC) == NOW.replace(second=0)


def test_two_ids_of_one_minute_differ() -> None:
    assert len({new_id(NOW) for _ in range(1000)}) == 1000


def test_an_instant_keeps_the_minute_and_reads_back() -> None:
    paris = NOW.astimezone(tz=None)
    assert instant(paris) == instant(NOW) == "2026-03-04T09:41Z"
    assert read_instant("2026-03-04T09:41Z") == NOW.replace(second=0)
    assert read_instant("2026-03-04T09:41:37Z") - NOW == timedelta(0)


@pytest.mark.parametrize("text", ["2026-03-04 09:41Z", "2026-03-04T09:41", "2026-13-04T09:41Z", ""])
def test_another_form_of_instant_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="malformed"):
        read_instant(text)


@pytest.mark.parametrize("text", ['{"a":1,"a":1}', '{"a":NaN}', '{"a":-Infinity}', "[1]", "1", "", "{", '{"a":1}x'])
def test_json_that_is_not_one_strict_object_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="malformed"):
        read_json(text)


@pytest.mark.parametrize(
    ("length", "padded"),
    [(0, 256), (256, 256), (257, 1024), (1024, 1024), (1025, 4096), (4096, 4096), (4097, 8192), (69_632, 69_632)],
)
def test_padding_goes_to_256_bytes_then_1_kib_then_steps_of_4_kib(length: int, padded: int) -> None:
    assert len(pad(b"x" * length)) == padded


def test_a_text_past_68_kib_is_too_large() -> None:
    with pytest.raises(Refusal, match="too_large"):
        pad(b"x" * 69_633)


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.booleans() | st.none()))
def test_padded_json_reads_back_as_it_was(value: dict[str, object]) -> None:
    assert read_json(pad(compact_json(value).encode("utf-8", "surrogatepass"))) == value
