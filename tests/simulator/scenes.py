"""Short scenes that chance alone would seldom compose: two who act at once, someone who leaves, a key that changes."""

from __future__ import annotations

import random
from typing import Any

Step = list[Any]

# A consent's number says for whom it is (deeds.consent).
FOR_BANK, FOR_DEPARTEMENT = (0, 1, 2, 6, 7, 8), (3, 4, 5, 9, 10, 11)


def scene(chance: random.Random) -> list[Step]:
    return chance.choice(SCENES)(chance)


def _number(chance: random.Random, among: tuple[int, ...]) -> int:
    return 15 * chance.randrange(60) + chance.choice(among)


def _sync(who: str, *faults: list[Any]) -> Step:
    return ["sync", who, 1, list(faults)]


def _meanwhile(chance: random.Random) -> list[Any]:
    return ["meanwhile", 0, chance.randrange(1000)]


def _asked(chance: random.Random, who: str, among: tuple[int, ...]) -> list[Step]:
    number = _number(chance, among)
    return [["open_dossier", who, number, []], ["consent", who, number, []], ["send", who, number, []]]


def answered_and_cancelled(chance: random.Random) -> list[Step]:
    """T36: the sender takes back what the recipient accepts."""
    both = [["answer", "amina", chance.randrange(1000), []], ["cancel", "bruno", chance.randrange(1000), []]]
    chance.shuffle(both)
    race = [_sync("amina", _meanwhile(chance))] if chance.random() < 0.5 else [_sync("amina"), _sync("bruno")]
    return [
        *_asked(chance, "bruno", FOR_BANK),
        _sync("bruno"),
        ["sign_in", "amina", 1, []],
        _sync("amina"),
        *both,
        *race,
    ]


def answered_twice(chance: random.Random) -> list[Step]:
    """T37: two devices of one team answer differently."""
    answers: list[Step] = [["answer", name, 14 * chance.randrange(70) + chance.randrange(1, 14), []]
                           for name in ("bruno", "amedee")]  # fmt: skip
    race = [_sync("bruno", _meanwhile(chance))] if chance.random() < 0.5 else [_sync("amedee"), _sync("bruno")]
    return [["sign_in", "amina", 1, []], *_asked(chance, "amina", FOR_DEPARTEMENT), _sync("amina"), _sync("bruno"),
            _sync("amedee"), *answers, *race]  # fmt: skip


def sender_leaves(chance: random.Random) -> list[Step]:
    """T88: what someone had not sent when they, or their device, were removed."""
    if chance.random() < 0.5:
        return [*_asked(chance, "bruno2", FOR_BANK), ["revoke_device", "helene", 1, []], _sync("helene"),
                _sync("bruno2")]  # fmt: skip
    return [*_asked(chance, "david", FOR_BANK), ["end_member", "helene", 3 * chance.randrange(300), []],
            _sync("helene"), _sync("david")]  # fmt: skip


def reader_leaves(chance: random.Random) -> list[Step]:
    """T98: sealed to a key that someone who left still holds."""
    rotated: list[Step] = [["rotate", "chloe", 1, []], _sync("chloe")] if chance.random() < 0.5 else []
    return [*_asked(chance, "bruno", FOR_BANK), ["sign_in", "chloe", 1, []], ["end_member", "chloe", 1, []],
            _sync("chloe"), *rotated, _sync("bruno")]  # fmt: skip


def taken_back_before_it_arrives(chance: random.Random) -> list[Step]:
    """T40: one device withdraws while another's disclosure waits."""
    number = _number(chance, FOR_BANK)
    race = [_sync("bruno2", _meanwhile(chance))] if chance.random() < 0.5 else [_sync("bruno"), _sync("bruno2")]
    return [["open_dossier", "bruno", number, []], ["consent", "bruno", number, []], _sync("bruno"), _sync("bruno2"),
            ["send", "bruno2", number, []], ["withdraw", "bruno", number, []], *race]  # fmt: skip


def another_key_on_the_way(chance: random.Random) -> list[Step]:
    """T92: a page with a key of a stranger, then something to seal."""
    number = _number(chance, FOR_BANK)
    return [["open_dossier", "bruno", number, []], ["consent", "bruno", number, []], _sync("bruno"),
            ["sign_in", "chloe", 1, []], ["rotate", "chloe", 1, []], _sync("chloe"),
            _sync("bruno", ["alter_answer", 0, 1]), ["send", "bruno", number, []]]  # fmt: skip


def old_copy_put_back(chance: random.Random) -> list[Step]:
    """T28: what was taken back since the backup stays so."""
    return [["back_up", "person", 0, []], *_asked(chance, "bruno", FOR_BANK), _sync("bruno"),
            ["sign_in", "amina", 1, []], _sync("amina"), ["withdraw", "bruno", chance.randrange(1000), []],
            _sync("bruno"), ["restore", "person", 0, []], _sync("bruno"), _sync("amina")]  # fmt: skip


def written_at_once(chance: random.Random) -> list[Step]:
    """T23: two write to one circle; the second is read before the first is committed."""
    both: list[Step] = [["receive", name, 30 * chance.randrange(30) + 1, []] for name in ("bruno", "amedee")]
    return [*both, _sync("bruno", ["meanwhile", 0, 1]), _sync("amedee")]


def late_by_its_own_clock(chance: random.Random) -> list[Step]:
    """T41: a phone two days late sends under a consent of one day that is past."""
    number = _number(chance, (0, 6))
    return [["open_dossier", "bruno", number, []], ["consent", "bruno", number, []], _sync("bruno"),
            ["drift", "bruno", 0, []], ["clock", "person", 5, []], ["send", "bruno", 4 * chance.randrange(90) + 1, []],
            _sync("bruno")]  # fmt: skip


SCENES = (
    late_by_its_own_clock, written_at_once,
    answered_and_cancelled, answered_twice, sender_leaves, reader_leaves, taken_back_before_it_arrives,
    another_key_on_the_way, old_copy_put_back,
)  # fmt: skip
