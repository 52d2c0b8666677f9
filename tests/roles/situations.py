"""What the sender and a recipient may have signed between them: one recipient organisation for each line."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.roles.oracle_sharing import Charter, Version
from tests.roles.reference import AGREEMENT, BASES, CARE_EXCHANGE, CARE_OUTSIDE, COLLEAGUES, PURPOSES, SIAO, codes

# The columns of the smaller organisations: one that may all, one of each stricter kind.
THIN = ("A", "E", "F", "H")
VERSION_DAYS = {True: 1, False: 90}  # transition: over when the cells are judged, or still running
ALL = Version(purposes=frozenset(PURPOSES), bases=dict.fromkeys(BASES))
# A floor may be milder than the shipped one; milder than the basis itself it changes nothing.
_FLOORS = {COLLEAGUES: "inform", SIAO: "object", CARE_EXCHANGE: "none_beyond_notice", CARE_OUTSIDE: "inform"}
MILD = replace(ALL, bases={**ALL.bases, **_FLOORS})
_FOOD = replace(ALL, codes=codes("1 3 14 4 5p 15p"))
_LATER = replace(ALL, codes=codes("1 2 3 4 14 10p"), purposes=frozenset(PURPOSES[:3]), bases={AGREEMENT: None})


@dataclass(frozen=True, slots=True)
class Situation:
    charters: tuple[Charter, ...]
    kind: str = "ccas"
    is_thin: bool = True


def _one(*versions: Version, **more: object) -> tuple[Charter, ...]:
    return (Charter(versions, **more),)  # type: ignore[arg-type]


def _over(version: Version) -> Version:
    return replace(version, transition_is_over=True)


SITUATIONS = {
    "wide": Situation(_one(MILD), is_thin=False),
    "housing": Situation(_one(MILD), kind="chrs"),
    "asylum": Situation(_one(MILD), kind="cada_huda_cph"),
    "addiction": Situation(_one(MILD), kind="csapa_caarud"),
    "default floors": Situation(_one(ALL)),
    "odd floors": Situation(_one(replace(ALL, bases=ALL.bases | {COLLEAGUES: "explicit_consent", SIAO: "later"}))),
    "not signed by the sender": Situation(_one(ALL, signed=(0, 1))),
    "not signed by the recipient": Situation(_one(ALL, signed=(1, 0))),
    "signed by nobody": Situation(_one(ALL, signed=(0, 0))),
    "ended": Situation(_one(ALL, is_ended=True)),
    "between others": Situation(_one(ALL, is_between_others=True)),
    "few categories": Situation(_one(_FOOD)),
    "from another kind": Situation(_one(replace(ALL, from_kinds=frozenset({"caf"})))),
    "to another kind": Situation(_one(replace(ALL, to_kinds=frozenset({"caf", "chrs"})))),
    "by kinds": Situation(
        _one(replace(ALL, from_kinds=frozenset({"caf", "departement_cdas"}), to_kinds=frozenset({"ccas"})))
    ),
    "few purposes": Situation(_one(replace(ALL, purposes=frozenset(PURPOSES[:2])))),
    "no agreement": Situation(_one(replace(ALL, bases={COLLEAGUES: "inform", SIAO: None}))),
    "forbidden at once": Situation(_one(ALL, _LATER)),
    "transition over": Situation(_one(ALL, _over(_LATER))),
    "transition over, both moved": Situation(_one(ALL, _over(_LATER), signed=(2, 2))),
    "one moved": Situation(_one(_FOOD, ALL, signed=(2, 1))),
    "one moved, transition over": Situation(_one(ALL, _over(ALL), signed=(2, 1))),
    "three versions": Situation(_one(_FOOD, _over(ALL), _LATER, signed=(2, 3))),
    "two charters": Situation(
        (Charter((replace(_FOOD, bases={COLLEAGUES: None}),)), Charter((replace(ALL, codes=codes("2 3 5 7 14")),)))
    ),
    "two halves": Situation(
        (Charter((replace(ALL, purposes=frozenset()),)), Charter((replace(ALL, bases={}),)))
    ),
}  # fmt: skip
