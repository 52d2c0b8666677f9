"""What the fields and acts of the directory are called on the pages of the desk. Names: data·inclusion v1, and ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Final

from models.opening_hours import HOURS_FIELDS, hours_of
from models.reference import directory_labels as labels_of
from models.rules.opening import exception_lines, week_lines

FIELDS: Final = {
    "id": "Identifiant",
    "source": "Source",
    "date_maj": "Mis à jour par la source",
    "nom": "Nom",
    "kind": "Sorte d’organisme",
    "description": "Ce qu’on y trouve",
    "adresse": "Adresse",
    "complement_adresse": "Complément d’adresse",
    "code_postal": "Code postal",
    "commune": "Commune",
    "code_insee": "Code INSEE de la commune",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "siret": "SIRET",
    "telephone": "Téléphone",
    "courriel": "Courriel",
    "contact_nom_prenom": "Personne à contacter (ne sera pas gardée)",
    "site_web": "Site web",
    "horaires_accueil": "Horaires",
    "accessibilite_lieu": "Accessibilité",
    "lien_source": "Fiche de la source",
    "lien_mobilisation": "Lien pour orienter",
    "modes_accueil": "Accueil",
    "modes_mobilisation": "Comment orienter",
    "mobilisable_par": "Qui peut orienter",
    "mobilisation_precisions": "Comment orienter, en détail",
    "frais": "Frais",
    "frais_precisions": "Frais, en détail",
    "conditions_acces": "Conditions, pièces à apporter",
    "publics": "Publics",
    "publics_precisions": "Publics, en détail",
    "thematiques": "Thèmes",
    "reseaux_porteurs": "Réseaux",
    "type": "Sorte de service",
    "types": "Sortes de service",
    "structure_id": "Lieu",
    "zone_eligibilite": "Zone",
    "temps_passe_semaines": "Durée, en semaines",
    "temps_passe_duree_hebdomadaire": "Heures par semaine",
    "langues": "Langues",
    "justificatifs": "Papiers à apporter",
    "food_aid": "Aide alimentaire",
    "confidential_address": "Adresse confidentielle",
    "keeper": "Tenu par",
    "active": "Ouvert",
    "merged_into": "Fusionné dans",
    "full_until": "Complet jusqu’au",
    "verified_at": "Vérifié le",
    "verified_fields": "Champs vérifiés ici",
    "a_classer": "À classer",
}
ACTS: Final = {
    "imported": "Importé",
    "edited": "Modifié",
    "verified": "Vérifié : tout est exact",
    "full": "Complet, ou de nouveau ouvert",
    "closed": "Fermé, ou rouvert",
    "hidden": "Adresse cachée, ou montrée",
    "keeper_set": "Confié à une organisation",
    "reverted": "Modification reprise",
    "merged": "Fusionné",
    "unmerged": "Fusion défaite",
}
_DATES: Final = ("full_until", "verified_at", "date_maj")


@cache
def directory_labels() -> dict[str, dict[str, str]]:
    return labels_of()


def say_field(name: str) -> str:
    """The name of a field, or its own when nobody gave it one."""
    return FIELDS.get(name, name.replace("_", " "))


def say_value(name: str, value: object) -> str:
    """A value in words: slugs by their labels, lists in a line; empty for none."""
    labels = directory_labels().get(name, {})
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, dict):
        return " ; ".join(
            f"{say_field(inner)}\N{NO-BREAK SPACE}: {say_value(inner, each)}" for inner, each in value.items()
        )
    if isinstance(value, (list, tuple)):
        return ", ".join(
            say_field(str(each)) if name == "verified_fields" else labels.get(str(each), str(each)) for each in value
        )
    return say_date(str(value)) if name in _DATES else labels.get(str(value), str(value))


def say_act(act: str) -> str:
    return ACTS.get(act, act)


def is_said(name: str) -> bool:
    """Whether a field has something of its own to say: what is computed from another has not."""
    return name not in HOURS_FIELDS


def say_week(place: Mapping[str, Any], today: date) -> list[str]:
    """The week and the days that differ soon, as phones say them; empty when the hours could not be read."""
    known = {**place, **hours_of(place, today)}
    return [*week_lines(known), *exception_lines(known, today)] if known.get("week") else []


def say_date(written: str) -> str:
    """« 02/12/2026 » for a day or an instant as it is kept."""
    return "/".join(reversed(written[:10].split("-")))
