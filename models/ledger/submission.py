"""One entry of a push, as read: its shape and its sealed strings are checked here, without the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from models.problems import Problem
from models.rules import envelope
from models.rules.envelope import Signed

STATEMENT_MEMBERS = {"jws", "beside"}
EVENT_MEMBERS = {"jws", "sections"}


@dataclass(slots=True)
class Submission:
    """`refusal` is set when the entry could not be read, and `signed` may then be None. `sections` are an event's.

    `room` is where it waits if it is an early withdrawal by a key nobody knows; `judged` are the consents that the log
    of ends says it took back.
    """

    digest: str | None
    signed: Signed | None = None
    is_statement: bool = False
    beside: list[str] = field(default_factory=list)
    sections: dict[str, Any] = field(default_factory=dict)
    sections_refusal: Problem | None = None
    refusal: Problem | None = None
    crashed: bool = False
    room: str = ""
    judged: frozenset[str] = frozenset()

    @property
    def payload(self) -> dict[str, Any]:
        assert self.signed is not None  # noqa: S101 (asked only of entries that were read)
        return self.signed.payload

    @property
    def id(self) -> str | None:
        """How a verdict names this entry: the event's id, `<stream>#<number>` for a statement, None if unreadable."""
        if self.signed is None:
            return None
        if self.is_statement:
            return _statement_name(self.signed.payload)
        id = self.signed.payload.get("id")
        return id if envelope.is_id(id) else None


def read(entry: object) -> Submission:
    """Read one entry. Never raises for what the entry holds: the refusal is in the answer."""
    jws = entry.get("jws") if isinstance(entry, dict) else None
    submission = Submission(envelope.digest_of(jws))
    try:
        _fill(submission, entry, jws)
    except Problem as refusal:
        submission.refusal = refusal
    return submission


def _fill(submission: Submission, entry: object, jws: object) -> None:
    if not isinstance(entry, dict) or "jws" not in entry:
        raise Problem("malformed")
    if entry.keys() - (STATEMENT_MEMBERS | EVENT_MEMBERS):
        raise Problem("unknown_field")
    if entry.keys() == STATEMENT_MEMBERS:
        _fill_statement(submission, entry["beside"], jws)
    elif entry.keys() == EVENT_MEMBERS:
        _fill_event(submission, entry["sections"], jws)
    else:
        raise Problem("malformed")


def _fill_statement(submission: Submission, beside: object, jws: object) -> None:
    submission.is_statement = True
    submission.signed = envelope.read(jws, envelope.TYP_STATEMENT)
    envelope.check_statement(submission.signed)
    if not isinstance(beside, list) or not all(_is_text(text) for text in beside):
        raise Problem("malformed")
    submission.beside = beside


def _fill_event(submission: Submission, sections: object, jws: object) -> None:
    submission.signed = envelope.read(jws, envelope.TYP_EVENT)
    envelope.check_event(submission.signed)
    if not isinstance(sections, dict):
        raise Problem("malformed")
    submission.sections = sections
    try:
        envelope.check_sections(submission.signed, sections)
    except Problem as refusal:  # its turn comes after the signature's
        submission.sections_refusal = refusal


def _is_text(value: object) -> bool:
    """A string that every database can keep: it has a UTF-8 form, and no NUL."""
    return isinstance(value, str) and "\0" not in value and value == value.encode(errors="ignore").decode()


def _statement_name(payload: dict[str, Any]) -> str | None:
    stream, number = payload.get("stream"), payload.get("number")
    if not isinstance(stream, str) or not isinstance(number, int) or len(stream) > 60:
        return None
    return f"{stream}#{number}"
