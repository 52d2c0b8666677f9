"""What a person types into an entry of the directory → values of its fields, or what is wrong with each, in French.

Pure. The forms are those of data·inclusion v1.0.8; a text emptied is None: the field has no value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any, Final

from models.rules.formats import is_date

LONGEST: Final = {
    "nom": 150, "description": 10_000, "adresse": 200, "complement_adresse": 200, "commune": 100, "code_postal": 5,
    "code_insee": 5, "siret": 14, "telephone": 30, "courriel": 150, "site_web": 2_000, "horaires_accueil": 1_000,
    "conditions_acces": 2_000, "mobilisation_precisions": 2_000, "publics_precisions": 2_000,
}  # fmt: skip
COORDINATES: Final = {"latitude": 90, "longitude": 180}
CHOSEN: Final = ("kind", "frais")
LISTS: Final = ("food_aid", "publics", "modes_accueil", "modes_mobilisation", "thematiques")
MAX_FULL_DAYS: Final = 366
_FORMS: Final = {
    "code_postal": (re.compile(r"[0-9]{5}"), "cinq chiffres, comme 29200"),
    "code_insee": (re.compile(r"([0-9]{2}|2[AB])[0-9]{3}"), "cinq signes, comme 29019 ou 2A004"),
    "siret": (re.compile(r"[0-9]{14}"), "quatorze chiffres"),
    "telephone": (re.compile(r"[+0-9][0-9 .()-]{1,28}"), "un numéro, comme 02 98 00 00 00"),
    "courriel": (re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"), "une adresse, comme accueil@exemple.fr"),
    "site_web": (re.compile(r"https?://[^\s/]+\S*"), "une adresse qui commence par https://"),
}
_BARE: Final = ("code_postal", "code_insee", "siret")


def read(
    typed: Mapping[str, str | list[str]], allowed: Mapping[str, Collection[str]]
) -> tuple[dict[str, Any], dict[str, str]]:
    """(values, faults) by field, of the fields that were typed. Nothing is to be written while there is a fault.

    `allowed` are the values of each field that is chosen from a list.
    """
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, raw in typed.items():
        try:
            values[name] = _value(name, raw, allowed.get(name, ()))
        except ValueError as fault:
            faults[name] = str(fault)
    if bool(values.get("latitude")) != bool(values.get("longitude")) and typed.keys() >= COORDINATES.keys():
        faults.setdefault("longitude", "latitude et longitude vont ensemble")
    return values, faults


def read_full_until(typed: str, today: date) -> str:
    """The day until which a place is full, as it is kept. Raises ValueError with a French clause."""
    if not is_date(typed):
        raise ValueError("choisissez une date")
    if not today <= date.fromisoformat(typed) <= today + timedelta(days=MAX_FULL_DAYS):
        raise ValueError("la date est aujourd’hui ou plus tard, et dans moins d’un an")
    return typed


def _value(name: str, raw: str | list[str], allowed: Collection[str]) -> object:
    if isinstance(raw, list):
        if name not in LISTS or not set(raw) <= set(allowed):
            raise ValueError("choisissez dans la liste")
        return sorted(set(raw)) or None
    if name in COORDINATES:
        return _coordinate(name, raw)
    if name in CHOSEN:
        if raw and raw not in allowed:
            raise ValueError("choisissez dans la liste")
        return raw or None
    return _text(name, raw)


def _text(name: str, raw: str) -> str | None:
    text = re.sub(r"[^\S\n]+", " ", raw.replace("\r\n", "\n")).strip()
    if name != "description":
        text = " ".join(text.split())
    if name in _BARE:
        text = text.replace(" ", "").upper()
    if name == "nom" and len(text) < 3:
        raise ValueError("le nom a au moins trois signes")
    if len(text) > LONGEST[name]:
        raise ValueError(f"{LONGEST[name]} signes au plus")
    if any(ord(sign) < 32 and sign != "\n" for sign in text):
        raise ValueError("un signe invisible s’y est glissé : retapez ce texte")
    if text and name in _FORMS and not _FORMS[name][0].fullmatch(text):
        raise ValueError(f"il faut {_FORMS[name][1]}")
    return text or None


def _coordinate(name: str, raw: str) -> float | None:
    text = raw.strip().replace(",", ".")
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,12})?", text) or abs(float(text)) > COORDINATES[name]:
        raise ValueError(f"il faut un nombre entre -{COORDINATES[name]} et {COORDINATES[name]}")
    return float(text)
