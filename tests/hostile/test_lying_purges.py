"""Purge lines that a lying server writes: only a cause that verifies destroys, and an honest one is obeyed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from device.primitives import new_id
from tests.client.conftest import accord, phone_of, territory_file
from tests.client.phones import Phone
from tests.client.test_vault_orientations import send, stored_sections, view
from tests.hostile.lying import act, later, purge, serve, signed
from tests.models.conftest import NOW

__all__ = ["accord", "phone_of", "territory_file"]

PhoneOf = Callable[..., Phone]
ALL = ["C01", "C14", "X.request"]
WITHDRAW = "await vault.withdrawConsent({ consents: [consent], categories }); await sync.syncNow()"


@pytest.fixture
def bruno(phone_of: PhoneOf) -> Phone:
    return phone_of("bruno")


@pytest.fixture
def amina(phone_of: PhoneOf) -> Phone:
    phone = phone_of("amina")
    phone.run("await active('Centre des Halles')")
    return phone


@pytest.fixture
def sent(bruno: Phone, amina: Phone) -> dict[str, str]:
    """An orientation that Amina has received."""
    made = send(bruno)
    bruno.sync()
    amina.sync()
    return made


def kept(phone: Phone, sent: dict[str, str]) -> list[str]:
    return sorted(stored_sections(phone, sent["orientation"]))


def test_a_withdrawal_read_after_its_author_left_is_obeyed(
    bruno: Phone, amina: Phone, phone_of: PhoneOf, sent: dict[str, str]
) -> None:
    bruno.run(WITHDRAW, consent=sent["consent"], categories=None)
    helene = phone_of("helene")
    helene.run("await vault.endMember(member); await sync.syncNow()", member=bruno.member)
    later(amina, 0.1)  # others' rosters are read hourly
    amina.sync()
    assert kept(amina, sent) == []
    assert view(amina, sent["orientation"])["state"] == "annulee"


@pytest.mark.parametrize(("state", "cause"), [("acceptee", "deadline"), ("acceptee", "until"), (None, "until")])
def test_a_date_closes_only_what_is_still_in_a_state_it_closes(
    amina: Phone, sent: dict[str, str], state: str | None, cause: str
) -> None:
    if state:
        amina.run("await vault.answer({ orientation, state }); await sync.syncNow()", orientation=sent["orientation"],
                  state=state)  # fmt: skip
    later(amina, 400)
    serve(amina, purge(cause, sent["orientation"], *ALL))
    assert kept(amina, sent) == ALL


def test_a_deadline_closes_what_nobody_took(amina: Phone, sent: dict[str, str]) -> None:
    later(amina, 31)
    serve(amina, purge("deadline", sent["orientation"], *ALL))
    assert kept(amina, sent) == []


def test_a_withdrawal_of_the_senders_organisation_is_a_cause_though_it_names_another_consent(
    bruno: Phone, amina: Phone, sent: dict[str, str]
) -> None:
    id, jws = signed(bruno, type="consent.withdrawn", consents=[new_id(NOW)])
    serve(amina, act(jws), purge(id, sent["orientation"], *ALL))
    assert kept(amina, sent) == []


def test_a_withdrawal_of_another_organisation_is_no_cause(
    phone_of: PhoneOf, amina: Phone, sent: dict[str, str]
) -> None:
    louise = phone_of("louise")
    for consents in ([new_id(NOW)], [sent["consent"]]):
        id, jws = signed(louise, type="consent.withdrawn", consents=consents)
        serve(amina, act(jws), purge(id, sent["orientation"], *ALL))
    assert kept(amina, sent) == ALL
    assert view(amina, sent["orientation"])["state"] == "envoyee"


def test_the_need_goes_with_the_last_category_and_not_with_the_first(
    bruno: Phone, amina: Phone, sent: dict[str, str]
) -> None:
    first, jws = signed(bruno, type="consent.withdrawn", consents=[sent["consent"]], categories=["C14"])
    serve(amina, act(jws), purge(first, sent["orientation"], "C14"))
    assert kept(amina, sent) == ["C01", "X.request"]
    serve(amina, purge(first, sent["orientation"], "X.request"))
    assert kept(amina, sent) == ["C01", "X.request"]
    last, jws = signed(bruno, type="consent.withdrawn", consents=[sent["consent"]], categories=["C01"])
    serve(amina, act(jws), purge(last, sent["orientation"], "C01", "X.request"))
    assert kept(amina, sent) == []


def test_only_our_own_team_files_an_orientation_in_a_dossier(bruno: Phone) -> None:
    """A `link` or an `origin` that another organisation wrote says nothing about our dossiers."""
    filed = bruno.run(
        """const { add, emptyProjection } = await import(`${base}app/vault/projection.js`);
           const filed = (type, content, changes = {}, wraps = { own: "x" }) => {
             const projection = emptyProjection();
             const payload = { dossier: "theirs", sections: { s1: { wraps } } };
             add(projection, { id: "o", type, payload, contents: new Map([["s1", content]]), isOfMine: true,
               streams: [], ...changes });
             return projection.dossierOfOrientation.size;
           };
           const link = { kind: "link", dossier: "d" };
           const origin = { kind: "origin", orientation: "o" };
           return [filed("orientation.sent", link), filed("dossier.opened", origin),
             filed("orientation.sent", link, { isOfMine: false }), filed("dossier.opened", origin, { isOfMine: false }),
             filed("orientation.sent", link, {}, { own: "x", other: "y" }), filed("orientation.answered", link),
             filed("dossier.corrected", origin), filed("orientation.sent", origin)]"""
    )
    assert filed == [1, 1, 0, 0, 0, 0, 0, 0]
