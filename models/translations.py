"""The door to what people may be shown: who validated which text, and what an organisation chose to offer.

A server that lied here could have a phone offer a text nobody validated, of those its release holds; it could not
change a word of one, and the consent seals what was read (docs/decisions/0019).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from models.database import available, rows, transaction
from models.notices import LANGUAGES, LIST_SHA256, TEXTS
from models.problems import Problem
from models.projections import chains
from models.projections.instants import read, written
from models.projections.readers import Reader
from models.rules import formats
from models.rules.notice import FRENCH, Choice, is_current
from models.rules.permission import may
from models.tables import NoticeChoice, NoticeValidation

NOTHING_CHOSEN: Final = Choice()


@dataclass(frozen=True, slots=True)
class Validation:
    """That a member read this text beside its French. The newest line on a text counts, `valid` or not."""

    sha256: str
    valid: bool
    organisation: str
    member: str
    at: datetime


def for_phones(organisation: str) -> dict[str, Any]:
    """What a phone of this organisation needs, beside the texts its release names by hash."""
    with available():
        choice, dpo = _choice(organisation)
        validated = sorted(_validated())
    return {
        "list": LIST_SHA256,
        "languages": list(choice.languages),
        "unvalidated": choice.unvalidated,
        "dpo": dpo,
        "validated": validated,
    }


def choice_of(organisation: str) -> tuple[Choice, str]:
    """What it offers, and how to reach who protects personal data there (may be empty)."""
    with available():
        return _choice(organisation)


def validations() -> dict[str, list[Validation]]:
    """By hash of the text, the newest first."""
    with available():
        found = _validations()
    by_text: dict[str, list[Validation]] = {}
    for one in reversed(found):
        by_text.setdefault(one.sha256, []).append(one)
    return by_text


def choose(reader: Reader, languages: Sequence[str], unvalidated: bool, dpo: str, now: datetime) -> None:
    """Sets what the reader's organisation offers beside French, in order. Raises Problem(forbidden | malformed)."""
    known = set(LANGUAGES) - {FRENCH}
    is_line = not dpo or formats.is_name(dpo)
    if not set(languages) <= known or len(set(languages)) != len(languages) or not is_line:
        raise Problem("malformed")
    with transaction():
        _allowed(reader, "notice.choose", now)
        _keep(reader.organisation, reader.member, languages, unvalidated, dpo, now)


def offer_all(now: datetime) -> int:
    """In a demonstration: every organisation offers every language, validated or not. Returns how many there are.

    Raises Problem(forbidden) elsewhere: what people are shown is for each organisation to choose.
    """
    with transaction():
        network = chains.load([]).network
        if not network.demonstration:
            raise Problem("forbidden")
        for organisation in network.organisations:
            _keep(organisation, "", [code for code in LANGUAGES if code != FRENCH], True, "", now)
    return len(network.organisations)


def validate(reader: Reader, sha256: str, valid: bool, now: datetime) -> None:
    """Records that the reader found a current translation faithful, or takes that back.

    Raises Problem(forbidden), or Problem(not_found) for what is no current translation: there is nothing to compare.
    """
    text = next((one for one in TEXTS if one.sha256 == sha256), None)
    if text is None or text.translates is None or not is_current(text, TEXTS):
        raise Problem("not_found")
    with transaction():
        _allowed(reader, "notice.validate", now)
        NoticeValidation.insert(
            sha256=sha256, valid=valid, organisation=reader.organisation, member=reader.member, at=written(now)
        ).execute()


def _allowed(reader: Reader, action: str, now: datetime) -> None:
    organisation = chains.load([reader.organisation]).organisations.get(reader.organisation)
    member = organisation.members.get(reader.member) if organisation is not None else None
    if member is None or not member.is_current(now.date()) or not may(member.role, member.permissions, action):
        raise Problem("forbidden")


def _keep(organisation: str, member: str, languages: Sequence[str], unvalidated: bool, dpo: str, now: datetime) -> None:
    chosen = {"languages": json.dumps(list(languages)), "unvalidated": unvalidated, "dpo": dpo}
    chosen |= {"member": member, "at": written(now)}
    query = NoticeChoice.insert({"organisation": organisation, **chosen})
    query.on_conflict(conflict_target=[NoticeChoice.organisation], update=chosen).execute()


def _choice(organisation: str) -> tuple[Choice, str]:
    query = NoticeChoice.select(NoticeChoice.languages, NoticeChoice.unvalidated, NoticeChoice.dpo)
    for languages, unvalidated, dpo in rows(query.where(NoticeChoice.organisation == organisation)):
        # A language that a later release no longer holds is not offered, and not an error.
        offered = tuple(code for code in json.loads(languages) if code in LANGUAGES)
        return Choice(offered, bool(unvalidated)), str(dpo)
    return NOTHING_CHOSEN, ""


def _validated() -> set[str]:
    newest = {one.sha256: one.valid for one in _validations()}
    return {sha256 for sha256, valid in newest.items() if valid}


def _validations() -> list[Validation]:
    """Oldest first."""
    columns = NoticeValidation
    query = NoticeValidation.select(columns.sha256, columns.valid, columns.organisation, columns.member, columns.at)
    found = rows(query.order_by(NoticeValidation.id))
    return [Validation(sha, bool(valid), where, who, read(at)) for sha, valid, where, who, at in found]
