"""web/packing: smaller for who can unpack it, the same bytes once unpacked, and never a token."""

from __future__ import annotations

import gzip
import json

import brotli
import pytest
from flask.testing import FlaskClient

from device import acts
from device.phone import Phone
from tests.device.territory import Territory
from tests.web.conftest import NOW, ask

UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}


def feed_of(client: FlaskClient, phone: Phone, accepted: str) -> tuple[bytes, str | None]:
    """A page of everything the phone's circles hold, as it travels, and how it is packed."""
    query = "&".join(f"after=circle:{circle}:0" for circle in phone.keys)
    headers = {"Authorization": f"Bearer {phone.api.token}"} | ({"Accept-Encoding": accepted} if accepted else {})
    answer = client.get(f"/api/feed?{query}", headers=headers)
    assert answer.status_code == 200
    assert "Accept-Encoding" in answer.headers["Vary"]
    return answer.data, answer.headers.get("Content-Encoding")


@pytest.fixture
def reader(territory: Territory) -> Phone:
    """Bruno, with ten receptions to read."""
    bruno = territory.bruno
    for _ in range(10):
        told = {"mode": "phone", "needs": [], "first_help": [], "text": "Demande un rendez-vous."}
        acts.record_reception(bruno, territory.nord, told, NOW)
    bruno.deliver()
    bruno.open_session(NOW)
    return bruno


@pytest.mark.parametrize(
    ("accepted", "how"),
    [("gzip, deflate, br, zstd", "br"), ("br;q=0.5, gzip", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip")],
)
def test_a_page_of_the_feed_travels_packed_as_the_phone_can_unpack_it(
    client: FlaskClient, reader: Phone, accepted: str, how: str
) -> None:
    plain, _ = feed_of(client, reader, "")
    packed, encoding = feed_of(client, reader, accepted)
    assert encoding == how
    assert json.loads(UNPACK[how](packed)) == json.loads(plain)
    assert len(packed) < len(plain) / 2


@pytest.mark.parametrize("accepted", ["", "identity", "deflate", "zstd", "br;q=0, gzip;q=0"])
def test_who_cannot_unpack_gets_the_page_as_it_is(client: FlaskClient, reader: Phone, accepted: str) -> None:
    body, encoding = feed_of(client, reader, accepted)
    assert encoding is None
    assert json.loads(body)["streams"]


def test_a_small_page_is_not_worth_packing(client: FlaskClient, reader: Phone) -> None:
    headers = {"Authorization": f"Bearer {reader.api.token}", "Accept-Encoding": "br"}
    answer = client.get(f"/api/feed?after=member:{reader.bundle.member}:0", headers=headers)
    assert (answer.status_code, answer.headers.get("Content-Encoding")) == (200, None)


def test_a_secret_is_never_packed_beside_what_someone_else_wrote(client: FlaskClient, reader: Phone) -> None:
    """Lengths of packed answers tell guesses apart: a token, a nonce or a bundle travels as it is."""
    nonce = client.post("/api/session/device", json={"device": reader.device}, headers={"Accept-Encoding": "br, gzip"})
    bundle = ask(client, "GET", "/api/bundle", reader)
    for answer in (nonce, bundle):
        assert "Content-Encoding" not in answer.headers


def test_a_file_of_the_release_is_smaller_still_with_brotli(client: FlaskClient) -> None:
    plain = client.get("/app/")
    packed, older = (client.get("/app/", headers={"Accept-Encoding": how}) for how in ("br", "gzip"))
    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.data) == plain.data
    assert len(packed.data) < len(older.data) < len(plain.data)
    assert len({answer.headers["ETag"] for answer in (plain, packed, older)}) == 3
