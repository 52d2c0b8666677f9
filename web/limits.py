"""How often one may ask: the whole table, and the counter that applies it.

The counts live in this process and are lost with it: they slow guessing down, they are not a record of anyone. With
several workers each has its own, so the real limit is the number of workers times the figure.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Final, NamedTuple

from flask import Flask, current_app, request

from models.problems import Problem
from models.vocabulary import STRANGERS_MARK, STRANGERS_ROOMS


class Limit(NamedTuple):
    times: int
    seconds: int


# route → what is counted → limit. A parish hall of 40 phones shares one address, and a phone that comes home after
# 30 days pushes 1,000 events: the figures leave room for both, several times.
LIMITS: Final[dict[str, dict[str, Limit]]] = {
    "session.device": {"address": Limit(600, 60), "device": Limit(60, 60)},
    "session.passphrase": {"address": Limit(200, 900), "account": Limit(20, 900)},
    "session.recovery": {"address": Limit(200, 900), "code": Limit(20, 900)},
    "session.passkey": {"address": Limit(200, 900)},
    "invitation.join": {"address": Limit(200, 900), "invitation": Limit(120, 3600)},
    "invitation.poll": {"address": Limit(2400, 60)},
    # A receipt is looked at by one person; 128 bits are not found at any pace, this keeps who tries from loading us.
    "receipt.read": {"address": Limit(300, 60)},
    "events.push": {"address": Limit(600, 60), "key": Limit(6000, 60)},
    "directory.public": {"address": Limit(240, 60)},  # a library's public computers share one address
    # Every phone of the network verifies every statement: 40 people admitted in a morning take some 200.
    "statements.push": {"key": Limit(1200, 3600)},
    # Twenty at a time; a phone that was away for a month has some to send, and may have to send them again.
    "directory.mistakes": {"member": Limit(60, 900)},
}
MAX_COUNTED: Final = 100_000  # names remembered at once for each limit; the oldest are forgotten first
# What a request says of itself without proof: anyone may write another's, so it is counted for each address apart, or a
# stranger could spend it all. Of a printed code too: 128 bits are not guessed, and it is the last door of who lost all.
CLAIMED: Final = ("device", "key", "code")


class Limiter:
    """Counts per fixed window. Safe for several threads. A flood of one limit makes no other forget."""

    def __init__(self, factor: float) -> None:
        self._factor = factor
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str], dict[tuple[bytes, int], int]] = defaultdict(dict)

    def spend(self, route: str, scope: str, name: str, now: datetime, cost: int = 1) -> None:
        """Counts `cost` for this name. Raises `too_many` with the seconds `after` which to come back."""
        limit = LIMITS[route][scope]
        window, elapsed = divmod(int(now.timestamp()), limit.seconds)
        key = (_short(name), window)
        with self._lock:
            counts = self._counts[route, scope]
            spent = counts.pop(key, 0) + cost
            counts[key] = spent
            while len(counts) > MAX_COUNTED:
                del counts[next(iter(counts))]
        if spent > limit.times * self._factor:
            raise Problem("too_many", after=limit.seconds - elapsed)


def register(app: Flask, factor: float) -> None:
    app.extensions["accord-limiter"] = Limiter(factor)


def spend(route: str, now: datetime, **names: str) -> None:
    """Counts this request by its address where the route has that limit, and by each of `names`: `account="amina"`."""
    limiter: Limiter = current_app.extensions["accord-limiter"]
    if "address" in LIMITS[route]:
        limiter.spend(route, "address", _address(), now)
    for scope, name in names.items():
        limiter.spend(route, scope, _counted(scope, name), now)


def spend_each(route: str, scope: str, costs: Mapping[str, int], now: datetime) -> None:
    """Counts what one request holds, by name: a batch of 50 entries costs 50 to the keys that signed them."""
    limiter: Limiter = current_app.extensions["accord-limiter"]
    for name, cost in costs.items():
        limiter.spend(route, scope, _counted(scope, name), now, cost)


def _counted(scope: str, name: str) -> str:
    return f"{_address()} {name}" if scope in CLAIMED else name


def room(now: datetime, secret: str) -> str:
    """The strangers' room of this request: drawn anew each week from its network, and shared by many networks.

    It is kept beside a withdrawal that came early. One number in 250 tells nobody's address; who floods from one
    network, with as many addresses as it has, fills one room.
    """
    year, week, _ = now.isocalendar()
    named = f"{secret} {year} {week} {_address(24, 48)}".encode()
    return f"{STRANGERS_MARK}{int.from_bytes(blake2b(named, digest_size=8).digest()) % STRANGERS_ROOMS}"


def _address(ipv4_bits: int = 32, ipv6_bits: int = 64) -> str:
    """Who asks, as a network of that many bits: an IPv6 owner has a whole /64."""
    written = request.remote_addr or ""
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return written
    address = getattr(address, "ipv4_mapped", None) or address
    return str(ipaddress.ip_network((address, ipv4_bits if address.version == 4 else ipv6_bits), strict=False))


def _short(name: str) -> bytes:
    """A name of any length in few bytes: what a stranger writes does not fill the memory."""
    return blake2b(name.encode(errors="backslashreplace"), digest_size=12).digest()
