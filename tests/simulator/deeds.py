"""What people do in a schedule. Each deed finds what it is about among what that phone knows, by the step's number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from device import acts, admission, jose
from device.acts import item
from device.events import Draft, write, write_withdrawal
from device.lists import level_of
from device.phone import Phone
from device.primitives import Json
from tests.device.territory import TOLD
from tests.simulator.ledger_view import ANSWERS
from tests.simulator.town import TEAM_OF

if TYPE_CHECKING:
    from tests.simulator.world import World

CANARIES = ("canari-simule-premier", "canari-simule-second", "canari-simule-dernier")
FIELDS = {"C01": "called", "C02": "family_name", "C03": "contact", "C14": "text"}
SHARED_WITH = {"departement": ("C01", "C02", "C03"), "bank": ("C01", "C03"), "outsider": ("C01",)}
DURATIONS = ("P1D", "P1M", "P6M")
NEEDS = ("alimentation", "logement", "droits")

Deed = Callable[["World", str, int, datetime], None]


class NothingToDo(Exception):
    """This phone knows nothing that the deed could be about."""


def _one(choices: list[Any], number: int) -> Any:
    if not choices:
        raise NothingToDo
    return choices[number % len(choices)]


def _known(phone: Phone, kind: str) -> list[Json]:
    return [said for said in phone.known.values() if said["type"] == kind]


def _mine(phone: Phone, said: Json) -> bool:
    """Whether the team that wrote it is this phone's, which holds its key."""
    return said["audience"]["own"].rpartition(".")[0] in phone.keys


def _piece(code: str, number: int, now: datetime) -> Json:
    return item(code, {FIELDS.get(code, "text"): CANARIES[number % len(CANARIES)]}, now)


# --- a person in front of one


def open_dossier(world: World, who: str, number: int, now: datetime) -> None:
    codes = (("C01",), ("C03", "C02"), ("C01", "C03"))[number % 3]
    acts.open_dossier(world.phone(who), world.team(who), [_piece(code, number, now) for code in codes], now)


def correct(world: World, who: str, number: int, now: datetime) -> None:
    phone = world.phone(who)
    dossier = _one([said["dossier"] for said in _known(phone, "dossier.opened") if _mine(phone, said)], number)
    acts.correct_dossier(phone, world.team(who), dossier, [_piece("C03", number, now)], now)


def receive(world: World, who: str, number: int, now: datetime) -> None:
    """A passage, anonymous or not; a visit may be told in the bound circle."""
    phone = world.phone(who)
    told: Json = {"mode": "passage", "needs": [NEEDS[number % 3]], "text": CANARIES[number % 3], "adults": 1}
    if number % 5 == 0:
        told |= {"mode": "home_visit", "narrative": CANARIES[(number + 1) % 3]}
    dossiers = [said["dossier"] for said in _known(phone, "dossier.opened") if _mine(phone, said)]
    dossier = dossiers[number % len(dossiers)] if dossiers and number % 2 else None
    acts.record_reception(phone, world.team(who), told, now, dossier)


def note(world: World, who: str, number: int, now: datetime) -> None:
    acts.record_note(world.phone(who), CANARIES[number % 3], now)


def consent(world: World, who: str, number: int, now: datetime) -> None:
    """Half of the receipts let the person withdraw alone."""
    phone = world.phone(who)
    dossier = _one([said["dossier"] for said in _known(phone, "dossier.opened") if _mine(phone, said)], number)
    name = _one(["bank", "departement", "bank", "departement", "outsider"], number // 3)
    codes = list(SHARED_WITH[name])[: 1 + number % 3]
    key = jose.generate_pair() if number % 2 else None
    given = acts.give_consent(
        phone, world.team(who), dossier, world.town.organisations[name], codes, TOLD, now,
        duration=DURATIONS[number % 3], withdrawal_key=jose.public_of(key) if key else None,
    )  # fmt: skip
    if key is not None:
        world.receipts[given] = key


def refuse(world: World, who: str, number: int, now: datetime) -> None:
    phone = world.phone(who)
    said = _one([one for one in _known(phone, "consent.given") if _mine(phone, one)], number)
    codes = said["categories"][: 1 + number % 2]
    acts.refuse_consent(phone, world.team(who), said["dossier"], said["recipient"], codes, now)


def withdraw(world: World, who: str, number: int, now: datetime) -> None:
    phone = world.phone(who)
    said = _one([one for one in _known(phone, "consent.given") if _mine(phone, one)], number)
    codes = said["categories"][:1] if number % 3 == 0 else None
    acts.withdraw_consent(phone, [said["id"]], now, codes)


def withdraw_alone(world: World, who: str, number: int, now: datetime) -> None:
    """The person, with their receipt and another device: perhaps before the consent itself has arrived."""
    given = _one(sorted(world.receipts), number)
    person, key = world.phone("person"), world.receipts[given]
    person.device_key = key
    write_withdrawal(person, [given], now, kid=jose.thumbprint(key))


def write_twice(world: World, who: str, number: int, now: datetime) -> None:
    """A copy of this phone wrote something else under an id that was used: T2."""
    phone = world.phone(who)
    mine = [queued.signed for queued in (*phone.outbox, *phone.settled)]
    first = _one([made for made in mine if made.payload["type"] == "reception.recorded"], number)
    circle, _, _ = first.payload["audience"]["own"].rpartition(".")
    side = phone.own(phone.roster.circle(circle)[1])
    fields = {"dossier": first.payload["dossier"]} if "dossier" in first.payload else {}
    drafts = [Draft({"kind": "reception", "mode": "phone", "text": CANARIES[number % 3]}, 1)]
    write(phone, "reception.recorded", fields, side, now, drafts, event=first.payload["id"])
    phone.known[first.payload["id"]] = first.payload


# --- orientations


def _sending(world: World, who: str, number: int) -> tuple[Json, str, list[str]]:
    phone = world.phone(who)
    said = _one([one for one in _known(phone, "consent.given") if _mine(phone, one)], number)
    names = {id: name for name, id in world.town.organisations.items()}
    name = names[said["recipient"]]
    team = {"bank": "halles", "outsider": "regie"}.get(name) or ("sud" if TEAM_OF[who] == "nord" else "nord")
    return said, world.town.teams[team], said["categories"][: 1 + number % 3]


def send(world: World, who: str, number: int, now: datetime) -> None:
    said, team, codes = _sending(world, who, number)
    soon = now + timedelta(hours=6) if number % 4 == 0 else None
    pieces = [_piece(code, number, now) for code in codes]
    request = {"need": "alimentation", "text": CANARIES[number % 3]}
    acts.send_orientation(world.phone(who), world.town.teams[TEAM_OF[who]], said["id"], team, request, pieces, now,
                          deadline=soon)  # fmt: skip


def send_without_right(world: World, who: str, number: int, now: datetime) -> None:
    """A phone whose own rules were taken out: more than was agreed to, whatever became of the agreement."""
    phone = world.phone(who)
    said, team, codes = _sending(world, who, number)
    more = codes + [code for code in ("C03", "C14") if code not in codes][: number % 3]
    phone.rules = False
    try:
        pieces = [_piece(code, number, now) for code in more if level_of(code) == 1]
        acts.send_orientation(phone, world.town.teams[TEAM_OF[who]], said["id"], team, {"need": "alimentation"},
                              pieces, now)  # fmt: skip
    finally:
        phone.rules = True


def _received(phone: Phone) -> list[Json]:
    return [said for said in _known(phone, "orientation.sent")
            if said["audience"]["other"].rpartition(".")[0] in phone.keys]  # fmt: skip


def open_received(world: World, who: str, number: int, now: datetime) -> None:
    phone = world.phone(who)
    acts.mark_opened(phone, _one(_received(phone), number)["id"], now)


def answer(world: World, who: str, number: int, now: datetime) -> None:
    """Mostly along the table, sometimes a move that is not in it."""
    phone = world.phone(who)
    said = _one(_received(phone), number)
    state = acts.last_move(phone, said["id"]).get("state", "envoyee")
    moves = ANSWERS.get(state, ()) if number % 7 else ("realisee", "refusee", "en_cours")
    told = {"text": CANARIES[number % 3]} if number % 3 == 0 else None
    acts.answer(phone, said["id"], _one(list(moves), number // 2), now, told)


def cancel(world: World, who: str, number: int, now: datetime) -> None:
    phone = world.phone(who)
    said = _one([one for one in _known(phone, "orientation.sent") if _mine(phone, one)], number)
    acts.cancel(phone, said["id"], ("annulee", "saisie_par_erreur")[number % 2], now)


# --- who is who


def _organised(world: World, who: str) -> Phone:
    """A supervisor signs on the newest head: with a network, and nothing of theirs still waiting."""
    phone = world.phone(who)
    world.sync_quietly(who)
    if any(queued.id.startswith(("organisation:", "network")) for queued in phone.outbox):
        raise NothingToDo
    return phone


def end_member(world: World, who: str, number: int, now: datetime) -> None:
    phone = _organised(world, who)
    names = ("david", "karim", "amedee") if who == "helene" else ("amina",)
    member = _one([world.members[name] for name in names if _is_current(phone, world.members[name], now)], number)
    admission.end_member(phone, member, now)


def _is_current(phone: Phone, member: str, now: datetime) -> bool:
    return phone.organisation.members[member].is_current(now.date())


def set_role(world: World, who: str, number: int, now: datetime) -> None:
    """Someone loses, or finds again, what bound them to secrecy."""
    phone = _organised(world, who)
    names = ("david", "karim", "amedee") if who == "helene" else ("amina",)
    known = phone.organisation.members[
        _one([world.members[name] for name in names if _is_current(phone, world.members[name], now)], number)
    ]
    card = phone.strings[known.card]
    if who == "helene" and known.ground:
        admission.set_member(phone, known.id, now, card, role="volunteer", profile="F", ground=None)
    elif who == "helene":
        admission.set_member(phone, known.id, now, card, role="worker", profile="B", ground="function")
    else:
        admission.set_member(phone, known.id, now, card, profile="EF"[number % 2])


def rotate(world: World, who: str, number: int, now: datetime) -> None:
    """Those that wait for it first."""
    phone = _organised(world, who)
    circles = [one for one in phone.organisation.circles.values() if one.epoch in phone.keys.get(one.id, {})]
    circles.sort(key=lambda one: not phone.organisation.awaits_rotation(one, now.date()))
    circle = circles[0] if number % 2 else _one(circles, number)
    admission.rotate_circle(phone, circle.id, now)


def grant(world: World, who: str, number: int, now: datetime) -> None:
    """To members of the team who could hold the key and do not."""
    phone = _organised(world, who)
    organisation = phone.organisation
    pairs = [
        (circle.id, member.id)
        for circle in organisation.circles.values() if circle.epoch in phone.keys.get(circle.id, {})
        for member in organisation.members.values()
        if member.id not in circle.holders and member.signing and member.may_hold(circle)
        and member.is_current(now.date())
    ]  # fmt: skip
    circle_id, member_id = _one(pairs, number)
    admission.grant_circle(phone, circle_id, member_id, now)


def revoke_device(world: World, who: str, number: int, now: datetime) -> None:
    phone = _organised(world, who)
    device = world.phone("bruno2").device
    if phone.organisation.devices[device].revoked is not None:
        raise NothingToDo
    phone.state("device.revoked", {"device": device}, now)


def change_charter(world: World, who: str, number: int, now: datetime) -> None:
    """A version that lets less pass, or the end of it."""
    phone = _organised(world, who)
    charter = phone.roster.network.charters[world.town.charter]
    if charter.ended:
        raise NothingToDo
    if number % 3 == 0:
        phone.state_as_authority("charter.ended", {"charter": world.town.charter}, now)
        return
    fields = {name: charter.versions[1][name] for name in ("charter", "title", "text", "purposes", "bases",
                                                           "transition_days")}  # fmt: skip
    flows = [{"from": ["*"], "to": ["*"], "categories": ["C01", "C02"] if number % 3 == 1 else ["C01", "C03"]}]
    fields |= {"version": len(charter.versions) + 1, "flows": flows}
    phone.state_as_authority("charter.published", fields, now)


def discard(world: World, who: str, number: int, now: datetime) -> None:
    """A rejected item, by a person who confirmed twice."""
    phone = world.phone(who)
    queued = _one([one for one in phone.outbox if one.verdict == "rejected"], number)
    phone.outbox.remove(queued)
    world.discarded.add(queued.signed.digest)


# --- the tablet


def sign_out(world: World, who: str, number: int, now: datetime) -> None:
    world.lock(who)


def sign_in(world: World, who: str, number: int, now: datetime) -> None:
    world.unlock(who)


DEEDS: dict[str, Deed] = {
    "open_dossier": open_dossier, "correct": correct, "receive": receive, "note": note, "consent": consent,
    "refuse": refuse, "withdraw": withdraw, "withdraw_alone": withdraw_alone, "write_twice": write_twice, "send": send,
    "send_without_right": send_without_right, "open_received": open_received, "answer": answer, "cancel": cancel,
    "end_member": end_member, "set_role": set_role, "rotate": rotate, "grant": grant, "revoke_device": revoke_device,
    "change_charter": change_charter, "discard": discard, "sign_out": sign_out, "sign_in": sign_in,
}  # fmt: skip
