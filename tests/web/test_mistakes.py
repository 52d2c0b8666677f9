"""Mistakes reported from phones: each kept once, judged apart, by members alone, within bounds."""

from __future__ import annotations

import random
from typing import Any

import pytest
from flask.testing import FlaskClient

from models import directory
from models.directory import mistakes
from models.directory.keepers import Keeper
from models.rules.mistake import FIELDS, MAX_MISTAKES, names_someone
from tests.device.territory import Territory
from tests.web.conftest import NOW, ask, code
from web.cli import new_id

PATH = "/api/directory/mistakes"
PLACE = {"id": "demo--halles", "source": "demo", "nom": "Épicerie des Halles", "date_maj": "2026-02-01"}
AT = "2026-03-04T09:41Z"


def seen(**changes: Any) -> dict[str, Any]:
    """A report as a phone makes it."""
    report = {"id": new_id(NOW), "place": "demo--halles", "field": "telephone", "text": "Le numéro ne répond plus."}
    return {**report, "at": AT, **changes}


def send(client: FlaskClient, who: Any, *reports: Any) -> list[dict[str, Any]]:
    answer = ask(client, "POST", PATH, who, {"mistakes": [*reports]})
    assert answer.status_code == 200
    verdicts: list[dict[str, Any]] = answer.get_json()["verdicts"]
    assert len(verdicts) == len(reports)
    return verdicts


@pytest.fixture(autouse=True)
def a_place(territory: Territory) -> None:
    directory.import_places([PLACE], NOW)


def everything(territory: Territory) -> list[mistakes.Mistake]:
    who = territory.gwenaelle.bundle
    return mistakes.queue(Keeper(who.member, who.organisation, keeps_all=True))


def test_each_report_is_kept_and_acknowledged_by_its_id(client: FlaskClient, territory: Territory) -> None:
    reports = [seen(), seen(field="ferme", text="")]
    verdicts = send(client, territory.amina, *reports)
    assert verdicts == [{"id": report["id"], "verdict": "accepted"} for report in reports]
    kept = {mistake.id: mistake for mistake in everything(territory)}
    assert kept.keys() == {report["id"] for report in reports}
    assert kept[reports[0]["id"]].text == "Le numéro ne répond plus."
    assert kept[reports[1]["id"]].field == "N’existe plus, ou a déménagé"


def test_a_report_sent_again_after_a_lost_answer_is_one(client: FlaskClient, territory: Territory) -> None:
    """T1's neighbour: the phone cannot know that the first was heard."""
    report = seen()
    send(client, territory.amina, report)
    assert send(client, territory.amina, report, report) == [{"id": report["id"], "verdict": "duplicate"}] * 2
    assert len(everything(territory)) == 1


@pytest.mark.parametrize("change", [{"text": "autre"}, {"field": "nom"}, {"at": "2026-03-04T09:42Z"}])
def test_the_same_id_with_other_words_never_replaces_the_first(
    client: FlaskClient, territory: Territory, change: dict[str, str]
) -> None:
    """T2's neighbour."""
    report = seen()
    send(client, territory.amina, report)
    [verdict] = send(client, territory.amina, report | change)
    assert (verdict["verdict"], verdict["reason"]["code"]) == ("rejected", "id_conflict")
    [verdict] = send(client, territory.bruno, report)
    assert verdict["reason"]["code"] == "id_conflict"
    assert [mistake.text for mistake in everything(territory)] == [report["text"]]


BAD: list[tuple[Any, str]] = [
    (seen(place="demo--nowhere"), "not_found"),
    (seen(text="x" * 301), "malformed"),
    (seen(text="bip \x07"), "malformed"),
    (seen(text=None), "malformed"),
    (seen(at="hier"), "malformed"),
    (seen(field="Les horaires !"), "malformed"),
    (seen(place=""), "malformed"),
    (seen(place=["demo--halles"]), "malformed"),
    (seen(member="x"), "unknown_field"),
    (seen(state="done"), "unknown_field"),
    (seen(text="dites-le à 2 85 07 29 019 123 45"), "nir"),
    ({"id": new_id(NOW)}, "malformed"),
    ("rien", "malformed"),
    (None, "malformed"),
    (seen(id="x" * 5_000), "malformed"),
    (seen(id=7), "malformed"),
]


@pytest.mark.parametrize(("bad", "reason"), BAD, ids=[f"{place}-{reason}" for place, (_, reason) in enumerate(BAD)])
def test_a_bad_report_is_refused_alone(client: FlaskClient, territory: Territory, bad: Any, reason: str) -> None:
    """T10's neighbour, and T43: what a phone may not say of itself is refused, not ignored."""
    good = seen()
    first, second = send(client, territory.amina, bad, good)
    assert (first["verdict"], first["reason"]["code"]) == ("rejected", reason)
    assert first["id"] in (None, bad["id"] if isinstance(bad, dict) else None)
    assert second == {"id": good["id"], "verdict": "accepted"}
    assert [mistake.id for mistake in everything(territory)] == [good["id"]]


@pytest.mark.parametrize("body", [{}, {"mistakes": {}}, {"mistakes": "x"}, {"mistakes": [], "more": 1}, []])
def test_a_body_of_another_shape_keeps_nothing(client: FlaskClient, territory: Territory, body: Any) -> None:
    answer = ask(client, "POST", PATH, territory.amina, body)
    assert code(answer) in ("malformed", "unknown_field")
    assert everything(territory) == []


def test_twenty_at_a_time(client: FlaskClient, territory: Territory) -> None:
    reports = [seen() for _ in range(MAX_MISTAKES + 1)]
    assert code(ask(client, "POST", PATH, territory.amina, {"mistakes": reports})) == "too_large"
    assert {verdict["verdict"] for verdict in send(client, territory.amina, *reports[:-1])} == {"accepted"}


def test_only_members_report_and_a_desk_s_cookie_is_not_enough(client: FlaskClient, territory: Territory) -> None:
    assert code(ask(client, "POST", PATH, None, {"mistakes": [seen()]})) == "session_expired"
    assert code(ask(client, "POST", PATH, "forged", {"mistakes": [seen()]})) == "session_expired"
    ask(client, "POST", "/desk/session", territory.chloe, {})
    assert code(client.post(PATH, json={"mistakes": [seen()]})) == "session_expired"
    for who in (territory.amina, territory.bruno, territory.chloe, territory.gwenaelle):
        assert send(client, who, seen())[0]["verdict"] == "accepted"


def test_one_member_cannot_fill_the_queue(
    client: FlaskClient, territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mistakes, "MAX_WAITING", 3)
    verdicts = send(client, territory.amina, *(seen() for _ in range(4)))
    assert [verdict["verdict"] for verdict in verdicts] == ["accepted"] * 3 + ["retry"]
    assert verdicts[3]["reason"]["code"] == "too_many"
    assert send(client, territory.bruno, seen())[0]["verdict"] == "accepted"


def test_a_word_of_a_later_release_is_kept_and_shown_as_other(client: FlaskClient, territory: Territory) -> None:
    assert send(client, territory.amina, seen(field="stationnement"))[0]["verdict"] == "accepted"
    assert [mistake.field for mistake in everything(territory)] == [FIELDS["autre"]]


def test_a_closed_place_can_still_be_wrong(client: FlaskClient, territory: Territory) -> None:
    directory.import_places([PLACE | {"id": "demo--autre"}], NOW, whole=True)
    assert send(client, territory.amina, seen(text="Elle a rouvert."))[0]["verdict"] == "accepted"


@pytest.mark.parametrize("text", ["2850729019123", "1 85 07 29 019 123 45", "185072A01912345", "né 1.85.07.29.019.123"])
def test_a_social_security_number_is_seen(text: str) -> None:
    assert names_someone(text)


@pytest.mark.parametrize("text", ["02 98 00 00 00", "12345678901234 (SIRET)", "ouvre à 9:00, 12:30", "29200 Brest"])
def test_numbers_of_places_are_not_taken_for_one(text: str) -> None:
    assert not names_someone(text)


def test_no_list_of_anything_breaks_the_route(client: FlaskClient, territory: Territory, seeded: random.Random) -> None:
    junk = [None, 0, "", [], {}, {"id": {}}, {"place": 1}, True, "é" * 500, [[[]]], seen(at=["x"])]
    verdicts = send(client, territory.amina, *seeded.choices(junk, k=MAX_MISTAKES))
    assert {verdict["verdict"] for verdict in verdicts} == {"rejected"}
