"""The product, wrong in one place each: what the simulator must catch. Patched at run time, in a test, and put back."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from unittest import mock

from device import admission, lock, phone, push, read, statements
from models import endlog, feed
from models.database import database
from models.ledger import answers, authors, disclosures, events, withdrawals
from models.problems import Problem
from models.projections import writing
from models.projections.changes import Changes
from models.rules import envelope, roster
from models.rules.envelope import parse_instant
from tests.simulator import invariants

ledger_append: Any = import_module("models.ledger.append")
Patch = tuple[Any, str, Any]


def _ignore(*_: Any, **__: Any) -> None:
    return None


# --- the server's


def serial_cursor() -> list[Patch]:
    """A position is a number drawn when the push arrives, not a counter moved when it is written."""
    drawn, serial = [0], itertools.count(1_000, 1_000)
    judge_and_write, advance = ledger_append._append, writing._advance

    def draw(*arguments: Any, **named: Any) -> Any:
        mine = next(serial)
        drawn.append(mine)
        try:
            return judge_and_write(*arguments, **named)
        finally:
            drawn.remove(mine)

    def advance_to_drawn(added: dict[str, int], heads: dict[str, str]) -> list[tuple[Any, ...]]:
        mark = database.param
        moved = []
        for id, name, position in advance(added, heads):
            if name.startswith(("circle:", "member:")):
                before = position - added[name]
                position = drawn[-1] + added[name]
                newest = max(before, position)
                database.execute_sql(f"UPDATE stream SET position = {mark} WHERE id = {mark}", [newest, id])  # noqa: S608
            moved.append((id, name, position))
        return moved

    far = feed._LINES.replace("entry.position <= {0}", "entry.position <= 1000000 + {0}")
    return [(ledger_append, "_append", draw), (writing, "_advance", advance_to_drawn), (feed, "_LINES", far)]


def overwrite_on_id_collision() -> list[Patch]:
    """The same id with another digest replaces what the ledger held."""
    judge = events.judge

    def judge_or_replace(submission: Any, context: Any) -> Changes:
        known = context.events.get(submission.payload["id"])
        if known is None or known.digest == submission.digest:
            return judge(submission, context)
        for trigger in ("event_refuses_update",):
            database.execute_sql(f"DROP TRIGGER IF EXISTS {trigger}")
        database.execute_sql(
            "UPDATE event SET digest = ?, jws = ? WHERE id = ?",
            [submission.digest, submission.signed.jws, submission.payload["id"]],
        )
        return Changes()

    return [(events, "judge", judge_or_replace)]


def verdict_by_id_alone() -> list[Patch]:
    """What has a known id is a duplicate, whatever it says."""
    judge = events.judge

    def judge_by_id(submission: Any, context: Any) -> Changes:
        if submission.payload["id"] in context.events:
            raise events.Known
        return judge(submission, context)

    return [(events, "judge", judge_by_id)]


def wraps_not_checked() -> list[Patch]:
    """The server stores strings that are not those the author signed."""
    return [(envelope, "check_sections", _ignore)]


def judged_before_the_lock() -> list[Patch]:
    """Rights are read before the transaction that writes."""
    load, judge_and_write = ledger_append.contexts.load, ledger_append._append

    def append(read: Any, now: Any, demonstration: Any, restoring: bool = False) -> Any:
        context = load(read, now, demonstration)
        with mock.patch.object(ledger_append.contexts, "load", lambda *_: context):
            return judge_and_write(read, now, demonstration, restoring)

    return [(ledger_append, "_append", append)]


def acknowledged_before_the_commit() -> list[Patch]:
    """The verdicts leave although the transaction failed."""
    judge_and_write = ledger_append._append

    def append(read: Any, *arguments: Any, **named: Any) -> Any:
        try:
            return judge_and_write(read, *arguments, **named)
        except Problem:
            return [{"id": one.id, "digest": one.digest, "verdict": "accepted", "position": {}} for one in read]

    return [(ledger_append, "_append", append)]


def grant_never_closed() -> list[Patch]:
    """A withdrawal is written down, and the wraps are served as before."""
    return [(withdrawals, "_closed", lambda *_: Changes())]


def judged_by_the_authors_clock() -> list[Patch]:
    send = disclosures.send

    def send_then(act: Any, context: Any) -> Changes:
        at = parse_instant(act.payload["at"])
        return send(act, dataclasses.replace(context, now=at))

    return [(events, "_RULES", {**events._RULES, "orientation.sent": send_then})]


def transition_without_its_previous() -> list[Patch]:
    """Whoever comes second is not told so."""
    return [(answers, "_check_is_last", _ignore)]


def superseded_epoch_accepted() -> list[Patch]:
    return [(roster, "superseded_by_removal", lambda *_: False), (roster, "awaits_rotation", lambda *_: False)]


def revoked_device_may_act() -> list[Patch]:
    return [(authors, "may_act", lambda author, context: author.member.is_current(context.today))]


def restored_without_the_log() -> list[Patch]:
    return [(endlog, "acts", lambda: iter(()))]


# --- the phone's


def keys_not_checked() -> list[Patch]:
    """Whatever key a page gives for a circle is sealed to, whoever signed it."""
    return [(statements, "verify", _ignore)]


def purge_by_absence() -> list[Patch]:
    """What a server that was restored no longer has is believed gone."""
    meet = phone.Phone.meet

    def meet_and_forget(self: Any, epoch: str) -> bool:
        settled, outbox = self.settled, self.outbox
        is_restored = meet(self, epoch)
        if is_restored:
            self.store.streams.clear()
            self.outbox = outbox
        del settled
        return is_restored

    return [(phone.Phone, "meet", meet_and_forget)]


def clear_on_sign_out() -> list[Patch]:
    leave = lock.lock

    def leave_nothing(who: Any) -> str:
        sealed = leave(who)
        who.outbox, who.settled = [], []
        who.store.streams.clear()
        return sealed

    return [(lock, "lock", leave_nothing)]


def count_of_the_sent() -> list[Patch]:
    """The counter shows what left, not what was accepted."""

    def tally(outbox: Any, settled: Any) -> dict[str, int]:
        sent = len([queued for queued in outbox if queued.verdict not in ("rejected", "not_delivered")])
        refused = sum(queued.verdict == "rejected" for queued in outbox)
        return {"accepted": len(settled) + sent, "pending": len(outbox) - refused - sent, "rejected": refused}

    return [(invariants, "tally", tally)]


def any_answer_is_a_receipt() -> list[Patch]:
    """A page with status 200, whatever it holds, means delivered."""
    offer = push._offer

    def offer_gladly(api: Any, batch: Any) -> Any:
        replies: list[Any] = []
        send = api.transport.send

        class Listening:
            def send(self, *arguments: Any) -> Any:
                replies.append(send(*arguments))
                return replies[-1]

            def __getattr__(self, name: str) -> Any:
                return getattr(api_transport, name)

        api_transport, api.transport = api.transport, Listening()
        try:
            epoch = offer(api, batch)
        finally:
            api.transport = api_transport
        for queued in batch:
            if replies[-1].status == 200 and queued.verdict == push.NOT_DELIVERED:
                queued.verdict = "accepted"
        return epoch

    return [(push, "_offer", offer_gladly)]


def rejected_is_dropped() -> list[Patch]:
    send = phone.Phone.push

    def send_and_drop(self: Any) -> Any:
        left = send(self)
        self.outbox = [queued for queued in self.outbox if queued.verdict != "rejected"]
        return left

    return [(phone.Phone, "push", send_and_drop)]


def cursor_before_the_page() -> list[Patch]:
    """The cursor is stored with the answer, the page applied later: killed in between, it is never asked again."""
    page = read._page

    def read_pages(who: Any, streams: list[str], now: Any) -> None:
        waiting: list[tuple[str, Any]] = []
        for stream in streams:
            part = page(who, [stream])[stream]
            waiting.append((stream, part))
            who.store.cursors[stream] = part["next"]
        for stream, part in waiting:
            after = who.store.cursors[stream]
            who.store.cursors[stream] = 0
            read._keep(who, stream, part, now)
            who.store.cursors[stream] = after

    return [(read, "_read_pages", read_pages)]


def rotation_wraps_to_all() -> list[Patch]:
    """A circle's new key is also wrapped to a key of nobody's roster."""
    from device import jose

    stranger = jose.public_of(jose.generate_pair())
    wrap = admission._encryption

    def and_a_stranger(who: Any, members: list[str]) -> dict[str, Any]:
        found = wrap(who, members)
        return found | dict.fromkeys(list(found)[-1:], stranger)

    return [(admission, "_encryption", and_a_stranger)]


# Each with what must catch it: how the sentence of the broken invariant begins.
MUTANTS: dict[Callable[[], list[Patch]], tuple[str, ...]] = {
    serial_cursor: ("I4",),
    overwrite_on_id_collision: ("I1", "I2", "I3"),
    verdict_by_id_alone: ("I2", "I1", "I8"),
    wraps_not_checked: ("I4",),
    judged_before_the_lock: ("I5", "I7"),
    acknowledged_before_the_commit: ("I2", "I8"),
    grant_never_closed: ("I5", "I6"),
    judged_by_the_authors_clock: ("I5",),
    transition_without_its_previous: ("I7",),
    superseded_epoch_accepted: ("I5",),
    revoked_device_may_act: ("I5",),
    restored_without_the_log: ("T28", "I5", "I6"),
    keys_not_checked: ("I10",),
    purge_by_absence: ("I1", "I4"),
    clear_on_sign_out: ("I1", "I8"),
    count_of_the_sent: ("I8",),
    any_answer_is_a_receipt: ("I2", "I8"),
    rejected_is_dropped: ("I1", "I8"),
    cursor_before_the_page: ("I4",),
    rotation_wraps_to_all: ("I10",),
}


@contextmanager
def alive(mutant: Callable[[], list[Patch]]) -> Iterator[None]:
    patches = [mock.patch.object(where, name, wrong) for where, name, wrong in mutant()]
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        for patch in reversed(patches):
            patch.stop()
