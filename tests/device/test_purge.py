"""Purge lines: a valid cause destroys keys; any other closes access, destroys nothing, and raises an alarm."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from device import acts, jose
from device.events import write_withdrawal
from device.primitives import new_id
from device.read import contents, pull
from device.refusal import Refusal
from device.store import Entry
from tests.device.relay import Relay
from tests.device.territory import TOLD, Territory
from tests.device.test_phone import REQUEST, orient

ALL = ["X.request", "C01", "C14"]


def stream_of(territory: Territory) -> str:
    return "circle:" + territory.circles["halles.open"]


def received(territory: Territory, sent: str) -> Entry:
    entry = territory.amina.store.find(sent)
    assert entry is not None
    return entry


def serve(territory: Territory, relay: Relay, now: datetime, lines: list[dict[str, Any]]) -> None:
    for line in lines:
        relay.append(stream_of(territory), line)
    pull(territory.amina, now)


def purge_line(sent: str, cause: str, names: list[str]) -> dict[str, Any]:
    return {"purge": {"cause": cause, "wraps": [[sent, name] for name in names]}}


def withdraw(territory: Territory, consent: str, now: datetime, categories: list[str] | None = None) -> dict[str, Any]:
    """The line that the server appends to the recipient's stream; (its id is in `jws`)."""
    queued = write_withdrawal(territory.bruno, [consent], now, categories)
    territory.bruno.push()
    return {"id": queued.id, "line": {"jws": queued.signed.jws, "sections": {}}}


def test_a_withdrawal_purges_what_was_sent_under_it(territory: Territory, relay: Relay, now: datetime) -> None:
    """I6: nothing of the scope is left on the recipient's phone."""
    consent, sent = orient(territory, now)
    act = withdraw(territory, consent, now)
    serve(territory, relay, now, [act["line"], purge_line(sent, act["id"], ALL)])
    assert received(territory, sent).sections == {}
    assert territory.amina.store.alarms == []


def test_a_partial_withdrawal_purges_its_categories_only(territory: Territory, relay: Relay, now: datetime) -> None:
    consent, sent = orient(territory, now)
    act = withdraw(territory, consent, now, ["C14"])
    serve(territory, relay, now, [act["line"], purge_line(sent, act["id"], ["C14"])])
    assert set(contents(territory.amina, received(territory, sent))) == {"X.request", "C01"}
    assert territory.amina.store.alarms == []


def test_the_persons_own_withdrawal_is_verified_by_the_receipts_key(
    territory: Territory, relay: Relay, now: datetime
) -> None:
    key = jose.generate_pair()
    phone, team = territory.bruno, territory.nord
    items = [acts.item("C01", {"called": "Zoé"}, now)]
    dossier = acts.open_dossier(phone, team, items, now)
    consent = acts.give_consent(phone, team, dossier, territory.chloe.bundle.organisation, ["C01"], TOLD, now,
                                withdrawal_key=jose.public_of(key))  # fmt: skip
    sent = acts.send_orientation(phone, team, consent, territory.halles, REQUEST, items, now)
    territory.sync(now)
    for signing, purged in ((jose.generate_pair(), False), (key, True)):
        phone.device_key = signing
        act = write_withdrawal(phone, [consent], now, kid=jose.thumbprint(key))
        line = {"jws": act.signed.jws, "sections": {}}
        serve(territory, relay, now, [line, purge_line(sent, act.id, ["C01", "X.request"])])
        assert (received(territory, sent).sections == {}) is purged


@pytest.mark.parametrize("state", ["refusee", "acceptee"])
def test_only_a_refusal_purges_among_answers(territory: Territory, relay: Relay, now: datetime, state: str) -> None:
    _, sent = orient(territory, now)
    act = acts.answer(territory.amina, sent, state, now)
    territory.sync(now)
    serve(territory, relay, now, [purge_line(sent, act, ALL)])
    assert (received(territory, sent).sections == {}) is (state == "refusee")


def test_a_deadline_purges_once_it_is_past_and_not_before(territory: Territory, relay: Relay, now: datetime) -> None:
    _, sent = orient(territory, now)
    serve(territory, relay, now, [purge_line(sent, "deadline", ALL)])
    assert set(received(territory, sent).sections) == set(ALL)
    serve(territory, relay, now + timedelta(days=31), [purge_line(sent, "deadline", ALL)])
    assert received(territory, sent).sections == {}


@pytest.mark.parametrize(("state", "cause"), [("acceptee", "deadline"), ("acceptee", "until"), (None, "until")])
def test_a_date_closes_only_what_is_still_in_a_state_it_closes(
    territory: Territory, relay: Relay, now: datetime, state: str | None, cause: str
) -> None:
    _, sent = orient(territory, now)
    if state:
        acts.answer(territory.amina, sent, state, now)
        territory.sync(now)
    serve(territory, relay, now + timedelta(days=400), [purge_line(sent, cause, ALL)])
    assert set(received(territory, sent).sections) == set(ALL)


def test_until_closes_what_was_done(territory: Territory, relay: Relay, now: datetime) -> None:
    _, sent = orient(territory, now)
    for state in ("acceptee", "en_cours", "realisee"):
        acts.answer(territory.amina, sent, state, now)
        territory.sync(now)
    serve(territory, relay, now + timedelta(days=400), [purge_line(sent, "until", ALL)])
    assert received(territory, sent).sections == {}


def test_the_last_of_several_partial_withdrawals_takes_the_need_too(
    territory: Territory, relay: Relay, now: datetime
) -> None:
    consent, sent = orient(territory, now)
    first, last = withdraw(territory, consent, now, ["C14"]), withdraw(territory, consent, now, ["C01"])
    serve(territory, relay, now, [first["line"], purge_line(sent, first["id"], ["C14"])])
    serve(territory, relay, now, [last["line"], purge_line(sent, last["id"], ["C01", "X.request"])])
    assert received(territory, sent).sections == {}
    assert territory.amina.store.alarms == []


def test_a_withdrawal_of_another_consent_of_the_organisation_is_a_cause_and_an_outsiders_is_not(
    territory: Territory, relay: Relay, now: datetime
) -> None:
    """The server purges what was sent under every consent of the scope, named or not."""
    _, sent = orient(territory, now)
    for phone, purged in ((territory.amina, False), (territory.bruno, True)):
        act = write_withdrawal(phone, [new_id(now)], now)
        line = {"jws": act.signed.jws, "sections": {}}
        serve(territory, relay, now, [line, purge_line(sent, act.id, ALL)])
        assert (received(territory, sent).sections == {}) is purged


def test_a_purge_without_a_valid_cause_closes_access_and_destroys_nothing(
    territory: Territory, relay: Relay, now: datetime
) -> None:
    """A lying server: an unknown cause, a withdrawal by an outsider, one out of scope."""
    consent, sent = orient(territory, now)
    narrow = withdraw(territory, consent, now, ["C14"])
    outsider = write_withdrawal(territory.amina, [consent], now)
    lines = [narrow["line"], {"jws": outsider.signed.jws, "sections": {}}]
    serve(territory, relay, now, lines)
    for cause, name in (
        ("nothing", "C01"),
        (sent, "C01"),
        (narrow["id"], "C01"),
        (narrow["id"], "X.request"),
        (outsider.id, "C01"),
    ):
        territory.amina.store.closed.clear()
        serve(territory, relay, now, [purge_line(sent, cause, [name])])
        assert set(received(territory, sent).sections) == set(ALL)
        assert territory.amina.store.alarms[-1].code == "cannot_open"
        with pytest.raises(Refusal, match="cannot_open"):
            contents(territory.amina, received(territory, sent))
