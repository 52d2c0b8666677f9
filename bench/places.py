"""Places for the figures of the directory: real ones where they lie beside the clone, otherwise invented from a seed.

The real files are those of `shared/data/directory` (never committed): structures in the older form of data·inclusion,
and services. To have as many as asked, structures come again under other ids; each is given one service.
"""

from __future__ import annotations

import itertools
import json
import random
from datetime import datetime
from itertools import cycle
from pathlib import Path
from typing import Any

from models import directory
from models.database import insert
from models.directory.changes import changing, dumped
from models.projections.instants import written
from models.rules.directory_row import SERVICE, TEXTS
from models.tables import Service

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data" / "directory"
STRUCTURES, SERVICES = (
    BESIDE / "structures-data-inclusion-2023-02.json",
    BESIDE / "services-data-inclusion-v0-2022-12.json",
)
SEED = 10
THEMES = ("equipement-et-alimentation--alimentation", "logement-hebergement", "sante--acces-aux-soins", "mobilite")
WORDS = tuple(
    """accueil action aide alimentation association atelier centre colis communal droits emploi enfance entraide
    épicerie espace famille femmes foyer halte insertion jeunesse logement maison mission numérique parents permanence
    point relais santé secours service social solidaire soutien territoire vestiaire""".split()  # noqa: SIM905 - read as words
)
TOWNS, ENDS = (
    ("Ar", "Born", "Brec", "Car", "Dol", "Fou", "Gué", "Plou", "Quim", "Tré"),
    ("ac", "an", "ec", "ieux", "is"),
)
OFFERED = (*TEXTS[SERVICE], "thematiques", "publics")


def fill(first: int, last: int, now: datetime) -> str:
    """Import places `first` to `last`, a service each; says where they come from."""
    are_real = STRUCTURES.exists() and SERVICES.exists()
    structures, services = _real() if are_real else _invented()
    chosen = itertools.islice(enumerate(cycle(structures)), first, last)
    ids = directory.import_places([each | {"id": f"{each['id']}-{number}"} for number, each in chosen], now).added
    offered = []
    for number, (place, service) in enumerate(zip(ids, cycle(services)), first):
        said = {name: service[name] for name in OFFERED if service.get(name)}
        offered.append((f"bench--{number}", "bench", place, dumped(said), True, written(now)))
    with changing(now, None) as change:
        insert(Service, offered)
        change.touch(ids)
    return "real" if are_real else f"invented, seed {SEED}"


def _real() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return json.loads(STRUCTURES.read_text("utf-8")), json.loads(SERVICES.read_text("utf-8"))


def _invented() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    chance = random.Random(SEED)

    def said(least: int, most: int) -> str:
        return " ".join(chance.choice(WORDS) for _ in range(chance.randrange(least, most)))

    structures = [
        {
            "id": str(number), "source": "bench", "nom": said(2, 6).capitalize(), "date_maj": "2026-06-01",
            "commune": chance.choice(TOWNS) + chance.choice(ENDS), "code_postal": f"35{chance.randrange(1000):03}",
            "adresse": f"{chance.randrange(1, 90)} rue {said(1, 3)}", "telephone": f"02{chance.randrange(10**8):08}",
            "latitude": 48 + chance.random(), "longitude": -2 + chance.random(), "description": said(20, 120),
            "horaires_accueil": "Mo-Fr 09:00-12:00,13:30-17:00", "thematiques": [chance.choice(THEMES)],
        }
        for number in range(1_000)
    ]  # fmt: skip
    services = [
        {"nom": said(2, 6), "description": said(20, 100), "thematiques": [chance.choice(THEMES)]} for _ in range(500)
    ]
    return structures, services
