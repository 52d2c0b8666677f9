"""The lists the oracle judges by, written out by hand: nothing here is read from models/.

The matrix is the first mark of each cell of the printed reference table (columns A to H); levels are those of its list
of categories. The legal bases are the shipped ones, reduced to what a judgement needs.
"""

from __future__ import annotations

from typing import NamedTuple

COLUMNS = "ABCDEFGH"
YES, NECESSITY, PRACTICAL, NEVER = "✔●◔✖"
_MATRIX = """
C01 1 ✔✔✔✔✔✔✔●
C02 2 ✔✔✔✔●✖✔●
C03 1 ✔✔✔✔✔✔✔●
C04 2 ✔✔✔●●◔●●
C05 2 ✔✔✔●●◔●●
C06 3 ✔✔●✖●✖●●
C07 2 ✔✔✔●●◔●●
C08 3 ●●●✖●✖●✖
C09 4 ●●●✔✖✖✖✖
C10 2 ✔✔✔✖✔◔●✖
C11 1 ✔✔✔✔✔✔✔✖
C12 1 ✔✔✔✖✔✔✔✖
C13 2 ✔✔✔●✔✔●✖
C14 1 ✔✔✔✖✔✔✔●
C15 4 ●●●●◔◔✖✖
C16 5 ✖✖✖✖✖✖✖✖
C17 5 ✖✖✖✖✖✖✖✖
C18 5 ✖✖✖✖✖✖✖✖
C19 5 ✖✖✖✖✖✖✖✖
C20 3 ✔✔✔●●✖●✖
"""
_ROWS = [line.split() for line in _MATRIX.split("\n") if line]
MATRIX = {code: dict(zip(COLUMNS, marks, strict=True)) for code, _, marks in _ROWS}
LEVELS = {code: int(level) for code, level, _ in _ROWS}
# A practical variant exists only where the first mark of some column is ◔.
PRACTICALS = tuple(f"{code}.practical" for code, row in MATRIX.items() if PRACTICAL in row.values())
CODES = (*MATRIX, *PRACTICALS)

KIND_LEVELS = {"departement_cdas": 1, "ccas": 1, "chrs": 2, "cada_huda_cph": 3, "csapa_caarud": 4}

PURPOSES = (
    "orienter_vers_un_service", "preparer_un_rendez_vous", "eviter_de_repeter", "coordonner_a_plusieurs",
    "relais_en_absence", "verifier_conditions_aide", "retour_d_information",
)  # fmt: skip

# How much the person's word weighs in a basis, mildest first. From `prior_consent` on, they must have agreed.
MODES = ("none_beyond_notice", "inform", "object", "prior_consent", "explicit_consent")
ANYONE = frozenset({"state", "profession", "function", "mission", None})
BOUND = ANYONE - {None}


class Basis(NamedTuple):
    """`allows` is a set of codes, or None for all but `denies`; `floor` the stricter mode a charter asks by default."""

    mode: str
    emitters: frozenset[str | None]
    recipients: frozenset[str | None]
    asks_necessity: bool
    allows: frozenset[str] | None
    denies: frozenset[str]
    floor: str | None = None
    active: bool = True


def codes(numbers: str) -> frozenset[str]:
    """`codes("1 5 5p")`: C01, C05, C05.practical."""
    return frozenset(f"C{one.rstrip('p'):>02}" + (".practical" if one.endswith("p") else "") for one in numbers.split())


AGREEMENT = "person.agreement.orientation"
CARRIED = "person.carried"
COLLEAGUES = "fr.casf.l121-6-2.al5"
CHILDREN = "fr.casf.l226-2-2"
CARE_EXCHANGE = "fr.csp.l1110-4.ii"
CARE_OUTSIDE = "fr.csp.l1110-4.iii.out"
SIAO = "fr.casf.l345-2-10"
INSERTION = "fr.casf.l263-4-1"
PUBLIC_TASK = "gdpr.6.1.e"
_CARE = frozenset({"profession"})
_SIAO = frozenset({"function", "mission"})
_NOT_HEALTH = codes("9 16 17 18 19")
BASES = {
    AGREEMENT: Basis("prior_consent", ANYONE, ANYONE, False, codes("1 2 3 4 5 7 10 11 12 13 14 20 4p 5p 7p 10p 15p"),
                     codes("6 8 9 15 16 17 18 19")),
    CARRIED: Basis("prior_consent", ANYONE, ANYONE, False, frozenset(), frozenset()),
    COLLEAGUES: Basis("inform", BOUND, BOUND, True, None, _NOT_HEALTH, floor="prior_consent"),
    CHILDREN: Basis("inform", BOUND, BOUND, True, None, codes("17 18 19"), active=False),
    CARE_EXCHANGE: Basis("object", _CARE, _CARE, True, None, codes("16 17 18 19"), floor="prior_consent"),
    CARE_OUTSIDE: Basis("prior_consent", _CARE, _CARE, True, None, codes("16 17 18 19")),
    SIAO: Basis("inform", _SIAO, _SIAO, True, None, _NOT_HEALTH, floor="prior_consent"),
    INSERTION: Basis("object", BOUND, BOUND, False, None, _NOT_HEALTH, active=False),
    PUBLIC_TASK: Basis("none_beyond_notice", ANYONE, ANYONE, False, frozenset(), frozenset()),
}  # fmt: skip
