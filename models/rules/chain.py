"""Where a statement stands in its chain, and whether the heads an author knew belong to the chains known here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.problems import Duplicate, Held, Problem
from models.rules.roster_state import NETWORK, Network, Organisation
from models.rules.signed import Signed


def check_place(signed: Signed, network: Network, organisation: Organisation | None) -> None:
    """Returns when the statement is the next of its chain and every head it names is known.

    Raises Problem(founding | not_found | stale_head | fork), Held("head"), or Duplicate.
    """
    payload = signed.payload
    if payload["stream"] == NETWORK:
        _check_founding(signed, network)
        _check_number(signed, network)
        return
    if organisation is not None:
        _check_number(signed, organisation)
    judge_heads(payload["heads"], {NETWORK: network.digests})
    if organisation is None:  # asked after the heads: a newer network may have admitted it
        raise Problem("not_found")


def _check_founding(signed: Signed, network: Network) -> None:
    """A network is founded once, by who holds the id that was printed."""
    if signed.payload["type"] != "network.founded":
        return
    if network.number and signed.digest != network.genesis:
        raise Problem("founding")
    if network.founding not in (None, signed.payload["founding"]):
        raise Problem("founding")


def _check_number(signed: Signed, chain: Network | Organisation) -> None:
    """Who knew an older head signs anew (`stale_head`); who followed what was never seen here has another history."""
    if signed.payload["stream"] != chain.stream:
        raise ValueError("the chain of another stream")
    number, digests = signed.payload["number"], chain.digests
    if number > len(digests) + 1:
        raise Held("head")
    if number <= len(digests) and digests[number - 1] == signed.digest:
        raise Duplicate(chain.stream, number)
    follows = signed.payload["prev"] == (digests[number - 2] if number > 1 else None)
    if not follows:
        raise Problem("fork")
    if number <= len(digests):
        raise Problem("stale_head")


def judge_heads(heads: Mapping[str, Sequence[Any]], chains: Mapping[str, Sequence[str]]) -> None:
    """Compare the heads an author knew, `{stream: [number, digest]}`, with known chains, `{stream: digests in order}`.

    Raises Held("head") for a stream or number not known here, Problem("fork") for a known number with another digest.
    A fork is told first: nothing that arrives later can mend it.
    """
    unknown = False
    for stream, (number, digest) in heads.items():
        chain = chains.get(stream, ())
        if number > len(chain):
            unknown = True
        elif chain[number - 1] != digest:
            raise Problem("fork")
    if unknown:
        raise Held("head")
