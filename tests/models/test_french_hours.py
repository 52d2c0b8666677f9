"""Hours in plain French: read when the whole is sure, left as the text they are otherwise."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from models.opening_hours import hours_of
from models.rules.french_hours import osm_of

SAID = (
    "lundi", "Mardi", "mer.", "jeudis", "dimanche", "du", "au", "à", "-", "et", ",", ";", ":", "/", "9h", "9 h 30",
    "12h", "14:00", "midi", "18h", "24h", "25h", "fermé", "sauf", "le", "tous les jours", "1er", "3e", "dernier",
    "du mois", "jours fériés", "week-end", "sur rendez-vous", "ou sur rendez-vous", "sans rendez-vous", "9h-12h",
    "14h-17h",
    "\n",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "osm"),
    [
        ("lundi au vendredi 9h-12h", "Mo-Fr 09:00-12:00"),
        ("Du lundi au jeudi de 9 h à 12 h 30 et de 14h à 17h", "Mo-Th 09:00-12:30,14:00-17:00"),
        ("mardi et jeudi 14h-16h30", "Tu,Th 14:00-16:30"),
        ("lun-ven 9h-12h/14h-17h", "Mo-Fr 09:00-12:00,14:00-17:00"),
        ("Lun. – ven. : 9:00–12:00", "Mo-Fr 09:00-12:00"),
        ("Tous les jours de 9h à midi", "Mo-Su 09:00-12:00"),
        ("le 1er et le 3ème mardi du mois de 14h à 16h", "Tu[1,3] 14:00-16:00"),
        ("dernier samedi du mois 10h-12h", "Sa[-1] 10:00-12:00"),
        ("Lundi au vendredi 9h-12h, fermé le mercredi", "Mo-Fr 09:00-12:00; We off"),
        ("du lundi au vendredi sauf le mercredi : 9h-12h", "Mo-Fr 09:00-12:00; We off"),
        ("lundi 9h-12h\nmardi fermé\nmercredi 14h-17h", "Mo 09:00-12:00; We 14:00-17:00; Tu off"),
        ("lundi 9h-12h. Fermé les jours fériés.", "Mo 09:00-12:00; PH off"),
        ("lundi 9h-12h sur rendez-vous", 'Mo 09:00-12:00 "sur rendez-vous"'),
        ("Sur rendez-vous, lundi 9h-12h et 14h-17h", 'Mo 09:00-12:00,14:00-17:00 "sur rendez-vous"'),
        ("lundi 9h-12h ou sur RDV", 'Mo 09:00-12:00; "ou sur rendez-vous"'),
        ("lundi 9h-12h sans rendez-vous", "Mo 09:00-12:00"),
        ("24h/24, 7j/7", "24/7"),
    ],
)  # fmt: skip
def test_what_is_said_plainly_is_read(text: str, osm: str) -> None:
    assert osm_of(text) == osm
    assert "week" in hours_of({"horaires_accueil": text}, date(2026, 11, 22))


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "lundi", "9h-12h", "sur rendez-vous", "fermé", "fermé le mercredi", "tous les jours", "24h/24",
        "1er et 3e mardi du mois", "1er mardi 14h-16h", "5e mardi du mois 9h-12h", "11er mardi du mois 9h-12h",
        "lundi matin 9h-12h", "lundi à partir de 9h", "lundi 9h", "lundi 9h-12", "lundi 9-12h", "lundi 9h 12h",
        "lundi 9h 12-14h", "lundi 9h/12h", "lundi 22h-2h", "lundi 12h-12h", "lundi 9h-25h", "lundi 9h75-12h",
        "lundi 14h-17h, 9h-12h", "lundi 9h-13h et 12h-14h", "lundi 9h-12h, lundi 14h-17h",
        "lundi au vendredi 9h-12h, mercredi 14h-17h", "mardi 9h-12h, 1er mardi du mois 14h-16h",
        "lundi mardi 9h-12h", "lundi 9h-12h mardi", "9h-12h lundi", "fermé le lundi, mardi 9h-12h",
        "fermé lundi de 9h à 12h", "lundi 9h-12h sauf vacances scolaires", "lundi 9h-12h sauf le 1er du mois",
        "lundi 9h-12h et 14h-17h sur rendez-vous", "lundi 9h-12h, mardi 14h-17h sur rendez-vous",
        "un lundi sur deux 9h-12h", "lundi des semaines paires 9h-12h", "du 1er juillet au 31 août, lundi 9h-12h",
        "jours fériés 9h-12h", "lundi 9h-12h (accueil), 14h-17h (téléphone)", "lundi environ 9h-12h",
        "Mo-Fr 09:00-12:00", "lundi 9h-12h hors été", "lundi 14h-5h", "lundi ٩h-12h",
    ],
)  # fmt: skip
def test_what_is_not_wholly_sure_stays_text(text: str) -> None:
    assert osm_of(text) is None


@given(st.one_of(st.text(), st.lists(st.sampled_from(SAID), max_size=14).map(" ".join)))
def test_any_text_is_none_or_what_the_grammar_reads(text: str) -> None:
    osm = osm_of(text)
    assert osm is None or OpeningHours(osm, auto_country=False, auto_timezone=False)


@pytest.mark.parametrize("text", ["fermé lundi, mardi " * 25, "1er et " * 70, "lundi, " * 70, "lundi 9h-12h et " * 31])
def test_a_long_text_takes_no_time(text: str) -> None:
    """Without atomic groups, each joint would double the readings: this would never end."""
    assert osm_of(text) is None
