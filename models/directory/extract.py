"""What phones are given of the directory: never where a confidential place is, and of a closed one only its name."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from models.database import available, rows
from models.directory.columns import PLACE_COLUMNS
from models.tables import Place

# The last two lead to it: a public register gives the address of a SIRET, and the source's own page shows it.
HIDDEN_WHEN_CONFIDENTIAL: Final = (
    "adresse", "complement_adresse", "code_postal", "code_insee", "latitude", "longitude", "accessibilite_lieu",
    "siret", "lien_source",
)  # fmt: skip
KEPT_WHEN_CLOSED: Final = ("id", "nom", "commune")
VERIFY_AFTER_DAYS: Final = 365


def extract(now: datetime) -> dict[str, Any]:
    """`{"version", "places"}` for phones. `version` changes exactly when a place does (an ETag).

    A confidential place never shows where it is. A closed one keeps its name, because orientations point to it.
    `a_verifier` marks what its source did not touch for a year.
    """
    with available():
        found = rows(Place.select().order_by(Place.id))
    places = [_shown(dict(zip(PLACE_COLUMNS, row, strict=True)), now.date()) for row in found]
    canonical = json.dumps(places, ensure_ascii=False, sort_keys=True).encode("utf-8")
    version = base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode("ascii")
    return {"version": version, "places": places}


def _shown(row: Mapping[str, Any], today: date) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(row["content"])
    if not row["active"]:
        return {name: content[name] for name in KEPT_WHEN_CLOSED if name in content} | {"active": False}
    hidden = {"a_classer", *(HIDDEN_WHEN_CONFIDENTIAL if row["confidential_address"] else ())}
    place = {name: value for name, value in content.items() if name not in hidden}
    if row["kind"]:
        place["kind"] = row["kind"]
    if row["confidential_address"]:
        place["confidential_address"] = True
    if (today - date.fromisoformat(content["date_maj"])).days > VERIFY_AFTER_DAYS:
        place["a_verifier"] = True
    return place
