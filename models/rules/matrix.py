"""Which category may reach whom, how sensitive it is, and which circle receives it.

Pure: the reference lists are an argument. Twin: static/app/rules/matrix.js, same vectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from models.vocabulary import MARK_STRICTNESS, MAX_LEVEL, MAX_SHARED_LEVEL, CircleClass, Mark


class Reference(Protocol):
    """What the rules read of `models.reference.REFERENCE`."""

    @property
    def categories(self) -> Mapping[str, Mapping[str, Any]]: ...
    @property
    def matrix(self) -> Mapping[str, Mapping[str, Mark]]: ...
    @property
    def bases(self) -> Mapping[str, Mapping[int, Mapping[str, Any]]]: ...
    @property
    def needs(self) -> Mapping[str, Mapping[str, Any]]: ...
    @property
    def organisation_kinds(self) -> Mapping[str, Mapping[str, Any]]: ...


def category_of(code: str) -> str:
    """`C05` for `C05.practical`, and for `C05`."""
    return code.removesuffix(".practical")


def mark(reference: Reference, profiles: Iterable[str], code: str) -> Mark:
    """The strictest cell of `code` over the recipients' profiles; never for an unknown code or without any recipient.

    A practical variant is allowed wherever its category is anything but never, and needs no necessity section.
    """
    row = reference.matrix.get(category_of(code), {})
    cells = [row.get(profile, Mark.NEVER) for profile in profiles]
    if code not in reference.categories or not cells:
        return Mark.NEVER
    strictest = max(cells, key=lambda cell: MARK_STRICTNESS[cell])
    if code != category_of(code) and strictest != Mark.NEVER:
        return Mark.ALLOWED
    return strictest


def level_of(reference: Reference, code: str) -> int:
    """The level of a category, 1 to 5; 5 for one that is not in the list."""
    category = reference.categories.get(code)
    return MAX_LEVEL if category is None else int(category["level"])


def level_of_kind(reference: Reference, kind: str) -> int:
    """What a recipient's mere name tells, 1 to 4: a referral to an addiction centre is health data even if empty."""
    known = reference.organisation_kinds.get(kind)
    return MAX_SHARED_LEVEL if known is None else int(known["level"])


def level_of_places(reference: Reference, kinds: Iterable[str | None]) -> int:
    """What a team tells by where it receives: the least level of its places (None: a place of no known kind); 1 without
    any. A team that receives for an addiction centre and for an office may be asked about either."""
    levels = [level_of_kind(reference, kind) if kind else 1 for kind in kinds]
    return min(levels, default=1)


def least_level(reference: Reference, codes: Iterable[str], kind: str, need: str | None = None) -> int:
    """The least level an author may declare: the highest of categories, recipient's kind and need's theme."""
    return max(
        [level_of_kind(reference, kind), *_theme(reference, need), *(level_of(reference, code) for code in codes)]
    )


def _theme(reference: Reference, need: str | None) -> list[int]:
    """The level of a need's theme: a need that is not in the list is as sensitive as what may be shared at most."""
    if need is None:
        return []
    known = reference.needs.get(need)
    return [MAX_SHARED_LEVEL if known is None else int(known["level"])]


def class_for(level: int, has_bound: bool, has_open: bool = True) -> CircleClass | None:
    """The class of a team's circle that receives this level; None where the team has none for it."""
    wanted = CircleClass.OPEN if level == 1 or (level == 2 and not has_bound) else CircleClass.BOUND
    if wanted == CircleClass.OPEN and has_open:
        return CircleClass.OPEN
    return CircleClass.BOUND if has_bound else None
