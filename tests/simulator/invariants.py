"""I1–I10, in the words of sync.md §7, each a function that looks at everything and raises Broken.

I4, I5 and I6 are looked at on each answer and each whole reading (watch.py); the others here, after every step.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from device.primitives import read_instant
from device.push import SETTLED, tally
from tests.canaries import spellings
from tests.simulator import seals
from tests.simulator.broken import Broken
from tests.simulator.deeds import CANARIES
from tests.simulator.ledger_view import ANSWERS, CANCELS, EXPIRING, Row, rows
from tests.simulator.world import World

NEEDLES = [needle for canary in CANARIES for needle in spellings(canary).values()]


def i1_nothing_is_lost(world: World) -> None:
    """I1: a sealed event is for ever in one of: outbox or À corriger, ledger, user-confirmed discard.

    The ledger has it with the same digest, or keeps it aside; or its author's device still has the sealed copy.
    """
    on_devices = {queued.signed.digest for device in world.devices.values()
                  for queued in (*device.phone.outbox, *device.phone.settled)}  # fmt: skip
    for digest, sealed in world.sealed.items():
        if digest in on_devices or digest in world.discarded:
            continue
        if digest not in (_in_ledger(world, sealed.id), world.view.kept_aside.get(sealed.id)):
            raise Broken("I1 a sealed event is never lost", sealed.device, sealed.id)


def _in_ledger(world: World, id: str) -> str | None:
    row = world.view.events.get(id)
    return row.digest if row else world.view.statements.get(id)


def i2_accepted_is_there(world: World, epoch: str) -> None:
    """I2: "accepted" on a device implies present in the ledger with the same digest, until an epoch change."""
    for device in world.devices.values():
        if device.phone.store.epoch != epoch:
            continue
        for queued in device.phone.settled:
            if _in_ledger(world, queued.id) != queued.signed.digest:
                raise Broken("I2 what a device shows as accepted is in the ledger", device.name, queued.id)


def i3_at_most_one_effect(world: World) -> None:
    """I3: at most one effect per event, whatever the deliveries; what stands in the ledger never changes."""
    shown: set[tuple[str, str]] = set()
    purged: set[tuple[str, str]] = set()
    for stream, event, purge in rows("SELECT stream, event, purge FROM entry ORDER BY stream, position"):
        if event is not None and (stream, event) in shown:
            raise Broken("I3 an event stands once in a stream", stream, event)
        shown.add((stream, event or ""))
        cut = {tuple(one) for one in json.loads(purge)["wraps"]} if purge else set()
        if cut & purged:
            raise Broken("I3 a section is purged once", stream, purge)
        purged |= cut
    for id, digest in rows("SELECT id, digest FROM event"):
        if id in world.view.events and world.view.events[id].digest != digest:
            raise Broken("I3 what the ledger holds never changes", id)


def i7_states_follow_the_table(world: World) -> None:
    """I7: each state is reachable by the table; each edge has one accepted event, or a cause derived from a signed
    deadline or a withdrawal."""
    for id, state, last, derived in rows("SELECT id, state, last, derived FROM orientation"):
        if id not in world.view.events:
            raise Broken("I7 an orientation has its event", id)
        reached = _walk(world, id)
        moves = world.view.moves(id)
        if last != (moves[-1].id if moves else id):
            raise Broken("I7 an orientation stands at its last accepted transition", id, state)
        if not derived and state != reached:
            raise Broken("I7 a state has its event", id, state, reached)
        if derived and not _is_derived(world, id, state, reached):
            raise Broken("I7 a derived state has its cause", id, state, reached)


def _walk(world: World, orientation: str) -> str:
    state = "envoyee"
    for move in world.view.moves(orientation):
        table = ANSWERS if move.payload["type"] == "orientation.answered" else CANCELS
        after_withdrawal = move.payload["state"] == "annulee" and world.view.is_all_withdrawn(orientation)
        if move.payload["state"] not in table.get(state, ()) and not after_withdrawal:
            raise Broken("I7 each edge is in the table", orientation, state, move.payload["state"])
        state = str(move.payload["state"])
    following = [row for row in world.view.events.values() if _moves(row, orientation)]
    if len(following) != len(world.view.moves(orientation)):
        raise Broken("I7 no transition stands beside the chain", orientation)
    return state


def _moves(row: Row, orientation: str) -> bool:
    return row.payload.get("orientation") == orientation and "previous" in row.payload


def _is_derived(world: World, orientation: str, state: str, reached: str) -> bool:
    if state == "annulee":
        return reached in CANCELS and world.view.is_all_withdrawn(orientation)
    deadline = read_instant(world.view.events[orientation].payload["deadline"])
    return state == "expiree" and reached in EXPIRING and deadline <= (world.newest or deadline)


def i8_counts_are_of_the_accepted(world: World, epoch: str) -> None:
    """I8: counts shown = accepted; pending and rejected apart; together they are all that was sealed here."""
    sealed: Counter[str] = Counter(one.device for digest, one in world.sealed.items() if digest not in world.discarded)
    for device in world.devices.values():
        phone = device.phone
        shown = tally(phone.outbox, phone.settled)
        accepted = {queued.id for queued in phone.settled if _in_ledger(world, queued.id) == queued.signed.digest}
        if phone.store.epoch == epoch and shown["accepted"] != len(accepted):
            raise Broken("I8 a count shown is of what was accepted", device.name, shown)
        if sum(shown.values()) != sealed[device.name]:
            raise Broken("I8 everything is counted once", device.name, shown, sealed[device.name])
        if phone.store.epoch == epoch and any(queued.verdict in SETTLED for queued in phone.outbox):
            raise Broken("I8 what was accepted is no longer pending", device.name)


def i9_no_clear_content(world: World) -> None:
    """I9: no clear content in URLs (here), in the database and the log of ends (at the end of each schedule)."""
    if any("canari" in path for path in world.paths):
        raise Broken("I9 no clear content in an address")
    world.paths.clear()


def i9_no_clear_content_in_files(folder: Path) -> None:
    """The served database as it lies on the disk, its copies, the log of ends."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        kept = file.read_bytes()
        if any(needle in kept for needle in NEEDLES):
            raise Broken("I9 no clear content in what the server keeps", file.name)


def i10_only_pinned_keys(world: World) -> None:
    """I10: no wrap is ever made to a key absent from the pinned roster."""
    strange = [kid for kid, key in seals.MADE if key not in seals.HONEST]
    seals.MADE.clear()
    if strange:
        raise Broken("I10 no wrap is made to a key that the roster lacks", strange)


EACH_STEP: tuple[Callable[[World], None], ...] = (i1_nothing_is_lost, i9_no_clear_content, i10_only_pinned_keys)
EACH_ANSWER: tuple[Callable[[World], None], ...] = (i3_at_most_one_effect, i7_states_follow_the_table)


def check(world: World) -> None:
    """After every step. What stands in the server's rows is looked at when the server was spoken to."""
    [(epoch,)] = rows("SELECT epoch FROM server")
    for invariant in EACH_STEP:
        invariant(world)
    i2_accepted_is_there(world, epoch)
    i8_counts_are_of_the_accepted(world, epoch)
    if world.touched:
        for invariant in EACH_ANSWER:
            invariant(world)
        world.touched = False


def check_settled(world: World) -> None:
    """At the end, once everyone has synced: what is not in the ledger is still with its author, and says why."""
    for device in world.devices.values():
        for queued in device.phone.outbox:
            if queued.verdict not in ("rejected", "held", "retry"):
                raise Broken("I1 after a sync without fault each act has its verdict", device.name, queued.verdict)
            if queued.verdict == "rejected" and _in_ledger(world, queued.id) == queued.signed.digest:
                raise Broken("I1 what the ledger has is not shown as refused", device.name, queued.id)
