"""What a charter opens and what a legal basis asks. No article of law here: they are versioned data.

Pure. Twin: static/app/rules/basis.js, same vectors.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from models.rules.matrix import category_of
from models.rules.roster_state import CharterVersion

ANY: Final = "*"
ASKING_MODES: Final = ("prior_consent", "explicit_consent")
CONSENT_MODES: Final = ("none_beyond_notice", "inform", "object", *ASKING_MODES)


def charter_allows(versions: Sequence[CharterVersion], from_kind: str, to_kind: str, code: str | None) -> bool:
    """Whether every version of a charter in force has a flow for `code` between these kinds (None: any flow)."""
    return all(
        any(
            _names(flow.from_kinds, from_kind) and _names(flow.to_kinds, to_kind) and _names_code(flow.categories, code)
            for flow in version.flows
        )
        for version in versions
    )


def basis_allows(basis: Mapping[str, Any], code: str | None) -> bool:
    """Whether a legal basis lets `code` be sent. It may name a variant whose category it denies.

    None, for the need alone: whether it lets anything be sent. The slip carried by the person sends nothing.
    """
    allow, deny = basis["categories_allow"], basis["categories_deny"]
    if code is None:
        return bool(allow)
    return code in allow or (_names_code(allow, code) and not _names_code(deny, code))


def must_ask(basis: Mapping[str, Any], charter_floor: str | None) -> bool:
    """Whether the person must be asked: by the basis' own mode, or by the charter's floor where that is stricter.

    A charter that says nothing has the floor the reference gives the basis.
    """
    return consent_mode(basis, charter_floor) in ASKING_MODES


def consent_mode(basis: Mapping[str, Any], charter_floor: str | None) -> str:
    own: str = basis["consent_mode"]
    floor: str = charter_floor or basis["charter_floor"] or own
    if floor not in CONSENT_MODES:
        return CONSENT_MODES[-1]  # a word of a newer charter: nothing is told without asking
    return max(own, floor, key=CONSENT_MODES.index)


def _names(names: Collection[str], name: str) -> bool:
    return ANY in names or name in names


def _names_code(names: Collection[str], code: str | None) -> bool:
    return code is None or ANY in names or code in names or category_of(code) in names
