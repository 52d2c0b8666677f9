"""Which charters are in force between two organisations (docs/protocol.md §2). What they allow: `rules/sharing.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules.roster_state import Charter, CharterVersion, Network, Organisation


@dataclass(frozen=True, slots=True)
class CharterInForce:
    """A charter in force between two organisations. Every one of `versions` must allow a thing: the first is the
    version that rules (the lower signed), the others came later and already forbid what they no longer allow."""

    id: str
    versions: tuple[CharterVersion, ...]


def charters_in_force(
    network: Network, sender: Organisation, recipient: Organisation, now: datetime
) -> list[CharterInForce]:
    """The charters in force between two organisations at the server's aware instant `now`, in the order of their
    publication. With `sender` also as `recipient`: the charters it signed, still in force."""
    found = (_between(charter, sender, recipient, now) for charter in network.charters.values())
    return [charter for charter in found if charter is not None]


def _between(charter: Charter, sender: Organisation, recipient: Organisation, now: datetime) -> CharterInForce | None:
    signatures = [side.signatures.get(charter.id) for side in (sender, recipient)]
    signed = [signature.version for signature in signatures if signature is not None]
    if charter.ended is not None or len(signed) < 2:
        return None
    ruling, *later = charter.versions[min(signed) - 1 :]
    if not all(_names(version, sender, recipient) for version in (ruling, *later)):
        return None
    if any(_is_transition_over(version, now) for version in later):
        return None
    return CharterInForce(charter.id, (ruling, *later))


def _names(version: CharterVersion, sender: Organisation, recipient: Organisation) -> bool:
    """A bilateral protocol names its parties; a charter open to all names none."""
    return version.parties is None or {sender.id, recipient.id} <= set(version.parties)


def _is_transition_over(version: CharterVersion, now: datetime) -> bool:
    """From then on, whoever did not sign this version is no longer covered by an older one."""
    return now >= version.received_at + timedelta(days=version.transition_days)
