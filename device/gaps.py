"""Numbers that never came: each device counts what it writes for each audience, so that a hidden event leaves a gap."""

from __future__ import annotations

from collections import defaultdict

from device.phone import Phone
from device.witness import streams_of


def missing_numbers(phone: Phone) -> int:
    """How many numbers of the counters seen neither came nor were abandoned: each is late, or hidden from us.

    A hidden *newest* one shows when its author writes again.
    """
    return sum(max(numbers) - len(numbers) for numbers in _counters(phone).values())


def streams_with_gaps(phone: Phone) -> set[str]:
    """The streams in which a number is missing."""
    return {stream for (stream, *_), numbers in _counters(phone).items() if max(numbers) > len(numbers)}


def _counters(phone: Phone) -> dict[tuple[str, ...], set[int]]:
    """The numbers known of each (stream, device, own, other)."""
    seen: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for entry in phone.store.entries():
        said = entry.signed.payload
        if "n" in said:
            seen[(entry.stream, entry.signed.kid, *streams_of(said))] |= {said["n"], *said["skipped"]}
    return seen
