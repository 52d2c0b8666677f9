"""Cells of sending: drawn by a seed, most of them one or two faults away from what may be, then written for the server.

A draw starts from what a careful phone would do for that recipient, then bends some of it: a wholly random cell would
nearly always fall at the first check, and the last ones would never be seen.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.roles.oracle import CONTENT_ROLES, GONE, ROLES, Author, class_for
from tests.roles.oracle_sharing import Consent, PersonSaid, Sending, mark
from tests.roles.reference import (
    AGREEMENT,
    BASES,
    CARE_EXCHANGE,
    CARE_OUTSIDE,
    CODES,
    COLLEAGUES,
    LEVELS,
    NECESSITY,
    NEVER,
    PRACTICALS,
    PURPOSES,
    SIAO,
    YES,
)
from tests.roles.town import BOTH, CLASS_SETS, GROUNDS, Recipient, Sender, Town

SECRET = (COLLEAGUES, CARE_OUTSIDE, SIAO, CARE_EXCHANGE)
UNKNOWN_BASIS = "person.unknown"
USUAL_SITUATIONS = ("wide", "housing", "asylum", "addiction", "inside")
USUAL_SHARE = 0.7  # of the cells; the others meet a charter that is not in force, or allows little
OTHER_TEAM, NOBODY = "other_team", "nobody"


@dataclass(frozen=True, slots=True)
class Cell:
    facts: Sending
    sender: Sender
    recipient: Recipient


def draw(town: Town, luck: random.Random) -> Cell:
    """One cell."""
    main = town.senders[0]
    usual = luck.random() < USUAL_SHARE
    recipient = luck.choice([one for one in town.recipients if (one.situation in USUAL_SITUATIONS) == usual])
    inside = recipient.facts.where == "same_organisation"
    sender = next(one for one in town.senders if one.id == recipient.organisation) if inside else main
    cell = _careful(sender, recipient, luck)
    for bend in luck.sample(BENDS, luck.choice((0, 0, 1, 1, 1, 2, 3))):
        cell = replace(cell, facts=bend(cell, luck))
    return replace(cell, facts=_recordable(cell.facts))


def every_mark(town: Town) -> Iterator[Cell]:
    """Each category, practical or not, to each column and mix of columns, open and bound, with and without a note."""
    sender, author = town.senders[0], Author("worker", "mission")
    usual = [one for one in town.recipients if one.situation == "wide" and one.facts.classes == BOTH]
    for recipient, code, note in itertools.product(usual, CODES, (None, 1)):
        level = max(_least(code), 2 if recipient.facts.circle == "bound" else 1)
        own, purpose = class_for(level, BOTH) or "bound", PURPOSES[0]
        told = Consent(frozenset({code}), purpose, COLLEAGUES if note else AGREEMENT)
        ground = told if _least(code) < 5 else COLLEAGUES
        sent = {code: _least(code)}
        facts = Sending(author, own, BOTH, sender.kind, recipient.facts, recipient.charters, ground, purpose, sent)
        facts = replace(facts, necessity_level=note, level=min(level, 4))
        yield Cell(_recordable(facts), sender, recipient)


# --- what a careful phone would send -------------------------------------------------------------------------------


def _careful(sender: Sender, recipient: Recipient, luck: random.Random) -> Cell:
    to = recipient.facts
    possible = {_fitting(code, recipient) for code in CODES if mark(code, to.holders) != NEVER}
    possible = {code for code in possible if class_for(_least(code), to.classes) == to.circle or to.circle == "bound"}
    count = min(len(possible), luck.choice((0, 1, 1, 2, 3)))
    sent = {code: _least(code) for code in luck.sample(sorted(possible), count)}
    needs_note = any(mark(code, to.holders) == NECESSITY for code in sent)
    level = max([to.kind_level, *sent.values()])
    level = 2 if level == 1 and class_for(1, to.classes) != to.circle else level
    classes = luck.choice([classes for classes in CLASS_SETS if class_for(level, classes)])
    own = class_for(level, classes) or "open"
    author = luck.choice([one for one in sender.authors if _may_be_careful(one, own)])
    basis = luck.choice([AGREEMENT, AGREEMENT, *_secrets(author, recipient)])
    alone = basis != AGREEMENT and luck.random() < 0.5
    purpose = luck.choice(PURPOSES)
    ground = basis if alone else Consent(frozenset(sent) or frozenset({"C01"}), purpose, basis)
    note = 1 if needs_note or basis != AGREEMENT or luck.random() < 0.2 else None
    charters = recipient.charters
    facts = Sending(author, own, classes, sender.kind, to, charters, ground, purpose, sent, 1, note, None, level)
    return Cell(facts, sender, recipient)


def _may_be_careful(author: Author, own: str) -> bool:
    is_heard = author.membership == "current" and author.role in CONTENT_ROLES
    return is_heard and (own == "open" or author.ground is not None)


def _secrets(author: Author, recipient: Recipient) -> list[str]:
    """The bases of secrecy whose statuses both sides have."""
    grounds = {author.ground, *(ground for _, ground in recipient.facts.holders)}
    return [name for name in SECRET if grounds <= BASES[name].emitters & BASES[name].recipients]


def _fitting(code: str, recipient: Recipient) -> str:
    """Where only the practical variant passes, the practical variant."""
    practical = f"{code}.practical"
    return (
        practical if practical in PRACTICALS and mark(code, recipient.facts.holders) not in (YES, NECESSITY) else code
    )


def _least(code: str) -> int:
    return 1 if code.endswith(".practical") else LEVELS[code]


# --- faults, and changes that are none -----------------------------------------------------------------------------


def _other_role(cell: Cell, luck: random.Random) -> Sending:
    return _by(cell, luck, lambda one: one.membership == "current" and one.role == luck.choice(ROLES))


def _other_ground(cell: Cell, luck: random.Random) -> Sending:
    ground = luck.choice(GROUNDS)
    return _by(cell, luck, lambda one: one.ground == ground and one.membership == "current")


def _not_heard(cell: Cell, luck: random.Random) -> Sending:
    membership = luck.choice(("not_yet", *GONE, "other_team", "other_organisation"))
    return _by(cell, luck, lambda one: one.membership == membership)


def _by(cell: Cell, luck: random.Random, fits: Callable[[Author], bool]) -> Sending:
    """The same, by another author of those who fit, if there is one."""
    fitting = [one for one in cell.sender.authors if fits(one)]
    return replace(cell.facts, author=luck.choice(fitting)) if fitting else cell.facts


def _one_more(cell: Cell, luck: random.Random) -> Sending:
    code = luck.choice(CODES)
    return replace(cell.facts, sent={**cell.facts.sent, code: min(_least(code), 4)})


def _one_more_agreed(cell: Cell, luck: random.Random) -> Sending:
    """The person agreed to one more thing, which this team perhaps may not have."""
    facts = _one_more(cell, luck)
    if isinstance(facts.ground, Consent):
        ground = replace(facts.ground, codes=facts.ground.codes | facts.sent.keys())
        facts = replace(facts, ground=ground)
    return replace(facts, level=max(facts.level, *facts.sent.values())) if facts.sent else facts


def _without_note(cell: Cell, luck: random.Random) -> Sending:
    return replace(cell.facts, necessity_level=None)


def _with_note(cell: Cell, luck: random.Random) -> Sending:
    return replace(cell.facts, necessity_level=luck.choice((1, 1, 2, 3, 4)))


def _alone(cell: Cell, luck: random.Random) -> Sending:
    return replace(cell.facts, ground=luck.choice((*BASES, UNKNOWN_BASIS)), necessity_level=1)


def _other_basis(cell: Cell, luck: random.Random) -> Sending:
    given = cell.facts.ground
    basis = luck.choice(list(BASES))
    return replace(cell.facts, ground=replace(given, basis=basis) if isinstance(given, Consent) else basis)


def _other_purpose(cell: Cell, luck: random.Random) -> Sending:
    return replace(cell.facts, purpose=luck.choice(PURPOSES))


def _consented(**changes: object) -> Callable[[Cell, random.Random], Sending]:
    def bend(cell: Cell, luck: random.Random) -> Sending:
        given = cell.facts.ground
        return replace(cell.facts, ground=replace(given, **changes)) if isinstance(given, Consent) else cell.facts  # type: ignore[arg-type]

    return bend


def _said(cell: Cell, luck: random.Random) -> Sending:
    """The person said something else too: no, or not any more, of this or of another thing."""
    given = cell.facts.ground
    if not isinstance(given, Consent):
        return cell.facts
    scope = luck.choice((None, frozenset(luck.sample(sorted(given.codes) or ["C11"], 1)), frozenset({"C11"})))
    kind = luck.choice(("refused", "withdrawn"))
    if kind == "refused":
        scope = scope or given.codes
    act = PersonSaid(
        kind, scope, luck.choice(("same", "same", "other_dossier", "other_recipient")), luck.random() < 0.3
    )
    return replace(cell.facts, ground=replace(given, said=(*given.said, act)))


def _agreed_to_less(cell: Cell, luck: random.Random) -> Sending:
    given = cell.facts.ground
    if not isinstance(given, Consent) or not given.codes:
        return cell.facts
    code = luck.choice(sorted(given.codes))
    other = code.removesuffix(".practical") if code.endswith(".practical") else "C03"
    return replace(cell.facts, ground=replace(given, codes=given.codes - {code} | {other}))


def _other_level(cell: Cell, luck: random.Random) -> Sending:
    return replace(cell.facts, level=luck.randint(1, 4))


def _other_request_level(cell: Cell, luck: random.Random) -> Sending:
    return replace(cell.facts, request_level=luck.randint(1, 4), own_only_level=luck.choice((None, 1, 2, 3, 4)))


def _understated(cell: Cell, luck: random.Random) -> Sending:
    return replace(cell.facts, sent={code: luck.randint(1, 4) for code in cell.facts.sent})


def _other_circle(cell: Cell, luck: random.Random) -> Sending:
    classes = luck.choice(CLASS_SETS)
    return replace(cell.facts, own_classes=classes, own=luck.choice(sorted(classes)))


def _nowhere(cell: Cell, luck: random.Random) -> Sending:
    return replace(cell.facts, to=replace(cell.facts.to, where=luck.choice(("unknown", "same_team"))))


def _wrong_date(cell: Cell, luck: random.Random) -> Sending:
    return replace(cell.facts, dates=luck.choice(("deadline_past", "deadline_far", "until_far")))


BENDS = (
    _other_role, _other_ground, _not_heard, _one_more, _one_more_agreed, _one_more_agreed, _without_note, _with_note,
    _alone, _other_basis, _other_purpose, _said, _said, _agreed_to_less, _other_level, _other_request_level,
    _understated, _other_circle, _other_circle, _nowhere, _wrong_date,
    _consented(days_left=0), _consented(days_left=-3), _consented(recipient="another"),
    _consented(known_to=OTHER_TEAM), _consented(known_to=NOBODY),
)  # fmt: skip


def _recordable(facts: Sending) -> Sending:
    """The same cell with a consent that the server can have accepted: its circle follows from its level.

    What has no place in the author's team (too sensitive for it, or outside the application) was never agreed there.
    """
    given = facts.ground
    if not isinstance(given, Consent):
        return facts
    kept = frozenset(code for code in given.codes if class_for(_least(code), facts.own_classes) and _least(code) < 5)
    level = max([facts.to.kind_level if given.recipient == "named" else 1, *map(_least, kept)])
    recorded = class_for(level, facts.own_classes)
    if recorded is None or not kept:
        return replace(facts, ground=replace(given, codes=frozenset(), known_to=NOBODY, said=()))
    said = tuple(
        replace(act, codes=act.codes and act.codes & (kept | {"C11"}))
        for act in given.said
        if act.codes is None or act.codes & (kept | {"C11"})
    )
    return replace(facts, ground=replace(given, codes=kept, recorded=recorded, said=said))
