"""Sixty people who do not exist: what they said of themselves, as items of the categories."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from device.acts import item
from device.primitives import Json

FILE = Path(__file__).with_name("persons.json")
_HOMES_WITHOUT_KITCHEN = {"hotel": ["no_kitchen", "no_cooking"], "street": ["no_cooking"], "makeshift": ["no_cooking"]}


@dataclass(frozen=True, slots=True)
class Person:
    """`team` keeps the dossier. `orientation`: {to, codes, path, end?, reason?, outcome?, reply_hours?, then?}."""

    team: str
    address: str
    called: str
    given_name: str
    family_name: str
    birth_date: str
    language: str
    adults: int
    children: int
    ages: str
    housing: str
    need: str
    request: str
    contact: str
    orientation: dict[str, Any] | None = None

    def item(self, code: str, now: datetime) -> Json:
        """What is noted of this person under a category."""
        return item(code, self._fields(code), now)

    def _fields(self, code: str) -> Json:
        match code:
            case "C01":
                return {"called": self.called, "address": self.address}
            case "C02":
                return {"family_name": self.family_name, "given_name": self.given_name, "birth_date": self.birth_date}
            case "C03":
                return {"channel": "call", "contact": self.contact, "when": "l’après-midi", "language": self.language}
            case "C04":
                ages = {"ages": self.ages} if self.ages else {}
                return {"adults": self.adults, "children": self.children} | ages
            case "C04.practical":
                return {
                    "choice": [self._household()] + (["baby"] if "mois" in self.ages or "1 an" in self.ages else [])
                }
            case "C05":
                urgent = self.housing in ("street", "makeshift", "hotel")
                return {"situation": self.housing, "urgency": "week" if urgent else "none"}
            case "C05.practical":
                return {"choice": _HOMES_WITHOUT_KITCHEN.get(self.housing, ["no_storage"])}
            case "C06":
                return {"bracket": "650_1100", "debts": self.need == "budget", "aid": "Aide ponctuelle"}
            case "C07":
                return {"in_progress": self.request}
            case "C09":
                return {"consequence": "Ne peut pas porter de charge."}
            case "C10":
                return {"situation": "seeking", "constraints": self.request}
            case "C11":
                return {"means": ["walk", "bus"], "limit": "5km"}
            case "C12":
                return {"equipment": ["smartphone"], "autonomy": "helped"}
            case "C13":
                return {"wishes": ["visits", "activities"], "details": self.request}
        return {"request": self.request, "quantity": self.adults + self.children}

    def _household(self) -> str:
        size = self.adults + self.children
        return {1: "alone", 2: "two", 3: "three_four", 4: "three_four"}.get(size, "five_more")


def load() -> list[Person]:
    """Every person, in the order of the file."""
    return [Person(**row) for row in json.loads(FILE.read_text("utf-8"))]
