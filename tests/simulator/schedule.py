"""A schedule is data: steps chosen by a seed, played on a fresh copy of the town, with the invariants after each."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from device import lock, primitives
from device.refusal import Refusal
from tests.simulator import invariants, seals, watch
from tests.simulator.broken import Broken
from tests.simulator.deeds import DEEDS, NothingToDo
from tests.simulator.scenes import scene
from tests.simulator.server import Server
from tests.simulator.town import TABLET, Town
from tests.simulator.wire import FAULTS, PhoneDied
from tests.simulator.world import World

Step = list[Any]  # [what, who, number, [[fault, at which request, parameter]…]]

WORKERS = ("bruno", "bruno", "bruno2", "amedee", "david", "karim", "amina", "chloe")
EVERYONE = (*dict.fromkeys(WORKERS), "helene", "person")
# How often each deed is done, and by whom.
CHANCES: dict[str, tuple[int, tuple[str, ...]]] = {
    "open_dossier": (5, WORKERS), "correct": (2, WORKERS), "receive": (4, WORKERS), "note": (1, WORKERS),
    "write_twice": (1, WORKERS),
    "consent": (8, WORKERS), "refuse": (1, WORKERS), "withdraw": (4, WORKERS), "withdraw_alone": (2, ("person",)),
    "send": (9, WORKERS), "send_without_right": (2, WORKERS), "open_received": (2, WORKERS), "answer": (6, WORKERS),
    "cancel": (3, WORKERS), "end_member": (1, ("helene", "helene", "chloe")), "set_role": (1, ("helene", "chloe")),
    "rotate": (2, ("helene", "chloe")), "grant": (1, ("helene", "chloe")), "revoke_device": (1, ("helene",)),
    "change_charter": (1, ("gwenaelle",)), "discard": (1, WORKERS), "sign_out": (1, TABLET), "sign_in": (2, TABLET),
    "sync": (46, EVERYONE), "late": (4, ("person",)), "clock": (3, ("person",)), "drift": (1, WORKERS),
    "kill": (1, ("person",)), "back_up": (2, ("person",)), "restore": (1, ("person",)), "work": (1, ("person",)),
}  # fmt: skip
STAGED = 0.7  # of the schedules hold a scene
FAULTY = 0.4  # of the syncs meet at least one fault
JUMPS = (3, 20, 61, 60 * 7, 60 * 13, 60 * 26, 60 * 24 * 9, -8)  # minutes of the server's clock
DRIFTS = (-2880, -9, 0, 4, 12, 2880)  # minutes between a phone's clock and the server's
ROUNDS = 5  # of pushes at the end: what waits for what waits
FILES_EVERY = 5  # schedules: searching every file for every spelling takes as long as the rest


@dataclass(slots=True)
class Outcome:
    """`broken` is None when every invariant held."""

    steps: list[Step]
    broken: Broken | None = None
    at: int = -1
    counts: Counter[str] = field(default_factory=Counter)


def compose(seed: int, length: int = 26) -> list[Step]:
    """The steps of a seed: often a scene, among whatever else happens. The same seed, the same steps."""
    chance = random.Random(seed)
    names = list(CHANCES)
    weights = [CHANCES[name][0] for name in names]
    told = scene(chance) if chance.random() < STAGED else []
    steps: list[Step] = []
    while len(steps) + len(told) < length:
        [what] = chance.choices(names, weights)
        steps.append([what, chance.choice(CHANCES[what][1]), chance.randrange(1000), _faults(chance, what)])
    places = sorted(chance.choices(range(len(steps) + 1), k=len(told)))
    for number, (step, place) in enumerate(zip(told, places, strict=True)):
        steps.insert(place + number, step)
    return steps


def _faults(chance: random.Random, what: str) -> list[list[Any]]:
    if what != "sync" or chance.random() > FAULTY:
        return []
    first: list[Any] = [chance.choice(list(FAULTS)), chance.choice((0, 0, 0, 0, 1, 2)), chance.randrange(1000)]
    more = [chance.choice(list(FAULTS)), first[1] + 1, chance.randrange(1000)]
    return [first, more] if chance.random() < 0.2 else [first]


class _Ids:
    """The ids of a schedule are those of its seed: locks are taken in their order."""

    def __init__(self, seed: int) -> None:
        self.randbits = random.Random(seed).getrandbits


def play(town: Town, server: Server, steps: list[Step], seed: int = 0) -> Outcome:
    """Play the steps. What breaks is in the outcome; a fault of the simulator itself is raised."""
    outcome = Outcome(steps)
    world = World(town, server, outcome.counts)
    chance: Any = primitives
    secrets, chance.secrets = chance.secrets, _Ids(seed)
    seals.MADE.clear()
    seals.know(town.known())
    try:
        with seals.watched():
            world.open()
            for outcome.at, step in enumerate(steps):
                _play_step(world, step)
                invariants.check(world)
            _settle(world)
            if seed % FILES_EVERY == 0:
                invariants.i9_no_clear_content_in_files(server.folder)
    except Broken as broken:
        outcome.broken = broken
    finally:
        chance.secrets = secrets
    return outcome


def _play_step(world: World, step: Step) -> None:
    what, who, number, faults = step
    world.counts[f"step {what}"] += 1
    if what == "sync":
        _sync(world, who, number, {at: (kind, parameter) for kind, at, parameter in faults})
    elif what in DEEDS:
        _do(world, what, who, number)
    else:
        HAPPENINGS[what](world, who, number)
    world.remember_sealed()


def _do(world: World, what: str, who: str, number: int) -> None:
    """By that person, or by the next of those who do such things and know something it could be about."""
    people = list(dict.fromkeys(CHANCES[what][1]))
    first = people.index(who)
    for name in [*people[first:], *people[:first]]:
        if lock.is_locked(world.phone(name)) and what != "sign_in":
            world.counts["deed while locked"] += 1
            continue
        try:
            DEEDS[what](world, name, number, world.now(name))
        except NothingToDo:
            continue
        except Refusal as refusal:
            world.counts[f"refused by the phone {refusal.code}"] += 1
        world.counts["deeds"] += 1
        return
    world.counts["nothing to do"] += 1


def _sync(world: World, who: str, number: int, plan: dict[int, tuple[str, int]]) -> None:
    if not plan:
        world.sync_quietly(who)
        return
    if 0 in plan and plan[0][0] != "alter_answer":
        who = world.who_sends(who)
    before = world.remembered(who) if any(kind.startswith("die") for kind, _ in plan.values()) else None
    try:
        world.sync(who, plan)
    except Refusal as refusal:
        world.counts[f"sync stopped {refusal.code}"] += 1
    except PhoneDied:
        world.counts["phone died"] += 1
        if before is not None and number % 2:
            world.recall(who, before)  # nothing of this sync had reached the disk


def _settle(world: World) -> None:
    """Everything under way arrives; everyone comes back and syncs without a fault, until nothing moves any more."""
    while world.late:
        world.deliver_late(1)
    _sync_everyone(world)
    if _push_rounds(world):
        _sync_everyone(world)
    invariants.check(world)
    invariants.check_settled(world)


def _sync_everyone(world: World) -> None:
    for name in EVERYONE:
        world.unlock(name)
        if not world.devices[name].ended and watch.has_news(world, name):
            world.sync_quietly(name)


def _push_rounds(world: World) -> bool:
    """What waited for something else goes; whether anything moved."""
    for round in range(ROUNDS):
        before = _waiting(world)
        for name, device in world.devices.items():
            if any(queued.verdict != "rejected" for queued in device.phone.outbox):
                world.push_quietly(name)
        if _waiting(world) == before:
            return round > 0
    return True


def _waiting(world: World) -> list[tuple[str, str | None]]:
    return [(queued.verdict, queued.code) for device in world.devices.values() for queued in device.phone.outbox]


# --- what happens to everyone


def _late(world: World, who: str, number: int) -> None:
    world.deliver_late(number)


def _clock(world: World, who: str, number: int) -> None:
    world.server.now += timedelta(minutes=JUMPS[number % len(JUMPS)])


def _drift(world: World, who: str, number: int) -> None:
    world.devices[who].drift = timedelta(minutes=DRIFTS[number % len(DRIFTS)])


def _kill(world: World, who: str, number: int) -> None:
    world.server.close()


def _back_up(world: World, who: str, number: int) -> None:
    world.server.back_up()


def _restore(world: World, who: str, number: int) -> None:
    if world.server.backups:
        world.server.restore(number)
        world.restored()


def _work(world: World, who: str, number: int) -> None:
    world.server.work()


HAPPENINGS = {
    "late": _late, "clock": _clock, "drift": _drift, "kill": _kill, "back_up": _back_up, "restore": _restore,
    "work": _work,
}  # fmt: skip


def shrunk(town: Town, server: Server, outcome: Outcome, seed: int) -> Outcome:
    """The same failure with as few steps as dropping them one by one leaves."""
    sentence = outcome.broken.sentence if outcome.broken else ""
    steps, index = outcome.steps[: outcome.at + 1], 0
    while index < len(steps):
        tried = play(town, server, steps[:index] + steps[index + 1 :], seed)
        if tried.broken is not None and tried.broken.sentence == sentence:
            steps, outcome = tried.steps, tried
        else:
            index += 1
    return outcome
