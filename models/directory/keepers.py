"""Who keeps the directory: the charter's administrators all of it, a supervisor the entries of their organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.database import available
from models.problems import Problem
from models.projections import chains
from models.projections.readers import Reader
from models.reference import REFERENCE
from models.rules.matrix import level_of_places
from models.rules.permission import may
from models.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Keeper:
    """A member who may change entries: every one with `keeps_all`, otherwise those whose keeper is `organisation`."""

    member: str
    organisation: str
    keeps_all: bool

    def keeps(self, place: Mapping[str, Any]) -> bool:
        return self.keeps_all or place.get("keeper") == self.organisation

    def may_call(self, kind: str | None, before: str | None) -> bool:
        """Whether they may say that a place is of this kind. To reveal less than it did would lower what teams that
        receive there must protect, whoever they are: that is for who keeps everything."""
        least, most = (level_of_places(REFERENCE, [each]) for each in (kind, before))
        return self.keeps_all or least >= most

    def require(self, place: Mapping[str, Any]) -> None:
        """Raises Problem(forbidden) for an entry that others keep."""
        if not self.keeps(place):
            raise Problem("forbidden")


def keeper(reader: Reader, now: datetime, action: str = "directory.edit") -> Keeper:
    """Who this member is for the directory today. Raises Problem(forbidden) when their role does not allow `action`.

    A supervisor may give anyone of their organisation any role; that its members may administer the whole network's
    directory is the authority's word, in the statement that admitted the organisation.
    """
    with available():
        known = chains.load([reader.organisation])
    organisation = known.organisations.get(reader.organisation)
    member = organisation.members.get(reader.member) if organisation is not None else None
    if member is None or not member.is_current(now.date()) or not may(member.role, member.permissions, action):
        raise Problem("forbidden")
    administers = known.network.organisations[reader.organisation].administrator.role == Role.CHARTER_ADMIN
    keeps_all = administers and may(member.role, member.permissions, "directory.keep_all")
    return Keeper(member.id, reader.organisation, keeps_all)
