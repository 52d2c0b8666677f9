"""What a member does with a person: each function seals, signs and queues, and returns the id people will speak of."""

from __future__ import annotations

from datetime import datetime, timedelta

from device.events import Draft, write, write_withdrawal
from device.jose import Jwk
from device.lists import ORIENTATION_DAYS, level_of, level_of_kind, level_of_need
from device.phone import Phone, Side
from device.primitives import Json, instant, new_id, read_instant
from device.refusal import Refusal
from device.roster import Circle
from device.sharing import acts_on, check_orientation, end_of, level_of_consent

AGREEMENT = {"id": "person.agreement.orientation", "version": 1}
PURPOSE = "orienter_vers_un_service"
MAX_CONSENTS = 32  # that one withdrawal may name
OPEN = ("envoyee", "en_attente", "acceptee", "rdv_fixe", "non_venue", "en_cours")


def item(category: str, fields: Json, now: datetime, source: str = "person_said") -> Json:
    """One piece of information: its category, its fields, who said it and when it was noted."""
    noted_on = now.date().isoformat()
    return {"kind": "item", "category": category, "fields": fields, "source": source, "noted_on": noted_on}


def open_dossier(phone: Phone, team: str, items: list[Json], now: datetime, orientation: str | None = None) -> str:
    """A new dossier. Level 1 opens it for the whole team; what is more sensitive is added in the bound circle.

    A bound event may name an open one, never the reverse: a dossier opened in `bound` could not be sent from `open`.
    """
    dossier = new_id(now)
    common = [one for one in items if level_of(one["category"]) == 1]
    drafts = [Draft(one, 1) for one in common]
    drafts += [Draft({"kind": "origin", "orientation": orientation}, 1)] if orientation else []
    if not drafts:
        raise Refusal("malformed", dossier=dossier)
    write(phone, "dossier.opened", {"dossier": dossier}, _own(phone, team, 1), now, drafts)
    correct_dossier(phone, team, dossier, [one for one in items if one not in common], now)
    return dossier


def correct_dossier(phone: Phone, team: str, dossier: str, items: list[Json], now: datetime) -> None:
    """Add or replace items: one event for each circle they belong to."""
    sides: dict[str, tuple[Side, list[Draft]]] = {}
    for one in items:
        level = level_of(one["category"])
        side = _own(phone, team, level)
        sides.setdefault(side.name, (side, []))[1].append(Draft(one, level))
    for side, drafts in sides.values():
        write(phone, "dossier.corrected", {"dossier": dossier}, side, now, drafts)


def record_reception(phone: Phone, team: str, reception: Json, now: datetime, dossier: str | None = None) -> str:
    """A reception, of the level of its needs; `narrative` in it is sealed apart, at level 5, in the bound circle."""
    told = dict(reception)
    narrative = told.pop("narrative", None)
    level = max((level_of_need(need) for need in told.get("needs", [])), default=1)
    drafts = [Draft({"kind": "reception", "on": instant(now)} | told, level)]
    drafts += [Draft({"kind": "narrative", "text": narrative}, 5)] if narrative else []
    side = _own(phone, team, max(draft.level for draft in drafts))
    fields = {"dossier": dossier} if dossier else {}
    return write(phone, "reception.recorded", fields, side, now, drafts).id


def record_note(phone: Phone, text: str, now: datetime, dossier: str | None = None) -> str:
    """A private note: its author alone can open it."""
    fields = {"dossier": dossier} if dossier else {}
    return write(phone, "note.recorded", fields, phone.private(), now, [Draft({"kind": "note", "text": text}, 5)]).id


def give_consent(
    phone: Phone,
    team: str,
    dossier: str,
    recipient: str,
    categories: list[str],
    told: Json,
    now: datetime,
    duration: str = "P6M",
    purpose: str = PURPOSE,
    basis: Json = AGREEMENT,
    withdrawal_key: Jwk | None = None,
) -> str:
    """The person agreed that these categories go to one organisation. `told`: notice, method, alone, trace, place."""
    fields: Json = {"dossier": dossier, "recipient": recipient, "categories": categories, "purpose": purpose}
    fields |= {"basis": basis, "duration": duration}
    fields |= {"withdrawal_key": withdrawal_key} if withdrawal_key else {}
    level = level_of_consent(phone.roster, recipient, categories)
    parents = acts_on(phone, dossier, recipient)
    draft = Draft({"kind": "consent"} | told, level)
    return write(phone, "consent.given", fields, _own(phone, team, level), now, [draft], parents=parents).id


def refuse_consent(phone: Phone, team: str, dossier: str, recipient: str, categories: list[str], now: datetime) -> str:
    """The person said no: recorded without content, so that they are not asked again by surprise."""
    return _not_given(phone, "consent.refused", team, dossier, recipient, categories, now)


def defer_consent(phone: Phone, team: str, dossier: str, recipient: str, categories: list[str], now: datetime) -> str:
    """The person wants to think: recorded without content; it takes nothing back and opens nothing."""
    return _not_given(phone, "consent.deferred", team, dossier, recipient, categories, now)


def _not_given(
    phone: Phone, kind: str, team: str, dossier: str, recipient: str, categories: list[str], now: datetime
) -> str:
    fields: Json = {"dossier": dossier, "recipient": recipient, "categories": categories}
    level = level_of_consent(phone.roster, recipient, categories)
    return write(phone, kind, fields, _own(phone, team, level), now, []).id


def withdraw_consent(phone: Phone, consents: list[str], now: datetime, categories: list[str] | None = None) -> str:
    """The person takes it back, wholly or for some categories.

    Every consent it defeats is named: recipients purge what was sent under a consent only by an act that names it.
    """
    first = phone.known.get(consents[0])
    others = [one["id"] for one in phone.known.values() if first and _is_defeated(one, first, categories)]
    named = list(dict.fromkeys([*consents, *reversed(others)]))[:MAX_CONSENTS]
    return write_withdrawal(phone, named, now, categories).id


def _is_defeated(said: Json, withdrawn: Json, categories: list[str] | None) -> bool:
    if said["type"] != "consent.given":
        return False
    is_about = all(said[name] == withdrawn[name] for name in ("dossier", "recipient"))
    return is_about and (categories is None or any(code in categories for code in said["categories"]))


def send_orientation(
    phone: Phone,
    team: str,
    consent: str,
    to_team: str,
    request: Json,
    items: list[Json],
    now: datetime,
    necessity: str | None = None,
    deadline: datetime | None = None,
    reply_by: datetime | None = None,
    follows: str | None = None,
    link: Json | None = None,
) -> str:
    """Send chosen items to another team under a consent; the orientation's id. Refusal(code) while `rules` hold."""
    given = phone.known[consent]
    recipient = phone.roster.organisation(_organisation_of(phone, to_team))
    drafts = _shared(request, items, necessity)
    level = max([level_of_kind(recipient.kind), *(draft.level for draft in drafts)])
    circle = recipient.circle_for(to_team, level, strict=False)
    if phone.rules:
        check_orientation(phone, given, recipient, circle, [draft.category or "" for draft in drafts], now)
        recipient.circle_for(to_team, level)
    until = end_of(given)
    fields: Json = {"ground": {"consent": consent}, "purpose": given["purpose"], "level": level}
    fields["deadline"] = instant(deadline or min(now + timedelta(days=ORIENTATION_DAYS), until))
    fields["until"] = instant(until)
    fields |= {"reply_by": instant(reply_by)} if reply_by else {}
    fields |= {"follows": follows} if follows else {}
    fields |= {"withdrawal_key": given["withdrawal_key"]} if "withdrawal_key" in given else {}
    drafts.append(Draft({"kind": "link", "dossier": given["dossier"]} | (link or {}), level))
    own = _own(phone, team, level)
    return write(phone, "orientation.sent", fields, own, now, drafts, phone.other(circle), [consent]).id


def _shared(request: Json, items: list[Json], necessity: str | None) -> list[Draft]:
    drafts = [Draft({"kind": "request"} | request, level_of_need(request["need"]), "X.request")]
    drafts += [Draft(one, level_of(one["category"]), one["category"]) for one in items]
    if necessity:
        level = max(draft.level for draft in drafts)
        drafts.append(Draft({"kind": "necessity", "text": necessity}, level, "X.necessity"))
    return drafts


def mark_opened(phone: Phone, orientation: str, now: datetime) -> str:
    """The fact that this team has opened what it received."""
    own, other = _answering_sides(phone, orientation)
    fields = {"orientation": orientation}
    return write(phone, "orientation.opened", fields, own, now, [], other, [orientation]).id


def answer(phone: Phone, orientation: str, state: str, now: datetime, told: Json | None = None) -> str:
    """The recipient moves the orientation; `told` is {reason?, outcome?, text?}, sealed to both sides."""
    own, other = _answering_sides(phone, orientation)
    previous = last_move(phone, orientation)["id"]
    level = phone.known[orientation]["level"]
    drafts = [Draft({"kind": "answer"} | told, level, "X.answer")] if told else []
    fields = {"orientation": orientation, "state": state, "previous": previous}
    return write(phone, "orientation.answered", fields, own, now, drafts, other, [previous]).id


def cancel(phone: Phone, orientation: str, state: str, now: datetime) -> str:
    """The sender takes it back: `annulee` or `saisie_par_erreur`."""
    sent = phone.known[orientation]["audience"]
    previous = last_move(phone, orientation)["id"]
    fields = {"orientation": orientation, "state": state, "previous": previous}
    own, other = phone.own(_circle(phone, sent["own"])), phone.other(_circle(phone, sent["other"]))
    return write(phone, "orientation.cancelled", fields, own, now, [], other, [previous]).id


def last_move(phone: Phone, orientation: str) -> Json:
    """The newest transition known: each names the one it saw."""
    move = phone.known[orientation]
    moves = {said["previous"]: said for said in phone.known.values() if said.get("orientation") == orientation
             and "previous" in said}  # fmt: skip
    while move["id"] in moves:
        move = moves[move["id"]]
    return move


def state_of(phone: Phone, orientation: str, now: datetime) -> str:
    """The state as this phone knows it."""
    move, sent = last_move(phone, orientation), phone.known[orientation]
    state = str(move.get("state", "envoyee"))
    if state in ("envoyee", "en_attente") and read_instant(sent["deadline"]) <= now:
        return "expiree"
    return "annulee" if state in OPEN and _is_withdrawn(phone, sent) else state


def _is_withdrawn(phone: Phone, sent: Json) -> bool:
    """Whether the person took back the consent, for every category sent."""
    named = {claim["category"] for claim in sent["sections"].values() if "category" in claim}
    left = {code for code in named if not code.startswith("X.")}
    acts_of_theirs = [said for said in phone.known.values() if said["type"] == "consent.withdrawn"]
    scopes = [said.get("categories") for said in acts_of_theirs if sent["ground"].get("consent") in said["consents"]]
    return bool(scopes) and all(any(scope is None or code in scope for scope in scopes) for code in left)


def _own(phone: Phone, team: str, level: int) -> Side:
    return phone.own(phone.organisation.circle_for(team, level, strict=phone.rules))


def _organisation_of(phone: Phone, team: str) -> str:
    for organisation in phone.roster.organisations.values():
        if team in organisation.teams:
            return organisation.id
    raise Refusal("no_recipient")


def _circle(phone: Phone, name: str) -> Circle:
    return phone.roster.circle(name.rpartition(".")[0])[1]


def _answering_sides(phone: Phone, orientation: str) -> tuple[Side, Side]:
    """The circles of `sent`, turned round, each at its newest epoch."""
    sent = phone.known[orientation]["audience"]
    return phone.own(_circle(phone, sent["other"])), phone.other(_circle(phone, sent["own"]))
