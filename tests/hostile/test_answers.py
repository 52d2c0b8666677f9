"""What the server says to who should not be told, or should not be heard."""

from __future__ import annotations

from flask.testing import FlaskClient

from models import directory
from tests.models.test_directory import HALLES, NOW


def test_a_host_that_the_request_claims_is_never_where_one_is_sent(client: FlaskClient) -> None:
    for path in ("/app", "/desk", "/app?x=1"):
        answer = client.get(path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
        assert answer.status_code == 308
        location = answer.headers["Location"]
        assert location.startswith("/") and not location.startswith("//") and "evil" not in location
        assert "Content-Security-Policy" in answer.headers


def test_a_confidential_place_gives_nothing_that_leads_to_its_address(client: FlaskClient) -> None:
    """A public register tells the address of a SIRET; the page it came from shows it."""
    given = HALLES | {
        "siret": "21290000000017",
        "lien_source": "https://source.example/place",
        "confidential_address": True,
    }
    directory.import_places([given], NOW)
    [place] = directory.extract(NOW)["places"]
    assert not {"siret", "lien_source", "adresse", "code_postal", "code_insee", "latitude", "longitude"} & place.keys()
