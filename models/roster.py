"""The door to the rosters as they stand: the network, its organisations, and who belongs where."""

from __future__ import annotations

from models.database import available
from models.projections import chains
from models.rules.roster import Network, Organisation


def network() -> Network:
    """The network as it stands; `number` is 0 before it is founded."""
    with available():
        return chains.load([]).network


def organisation(id: str) -> Organisation | None:
    """An admitted organisation as its newest statement says."""
    with available():
        return chains.load([id]).organisations.get(id)


def forget() -> None:
    """Drop what this process remembers: another database is bound."""
    chains.forget()
