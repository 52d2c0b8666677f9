"""The directory at a desk: its list, an entry with its history, and each change made by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from models import roster
from models.directory import duplicates, editing, mistakes, places
from models.directory.keepers import Keeper, keeper
from models.problems import Problem
from models.rules import place_edit
from models.rules.confidential import WHERE
from web import desk, field_words
from web.clock import now
from web.desk import check_form, desk_permission
from web.forms import PlacesFilter
from web.guard import caller

routes = Blueprint("desk_directory", __name__)
LIST: Final = "/desk/annuaire/"
ENTRY: Final = "/desk/annuaire/lieu"
ORDER: Final = (
    "kind", "description", "food_aid", "telephone", "courriel", "site_web", "adresse", "complement_adresse",
    "code_postal", "commune", "horaires_accueil", "publics", "publics_precisions", "conditions_acces",
    "justificatifs", "frais", "frais_precisions", "langues", "thematiques", "modes_accueil", "modes_mobilisation",
    "mobilisation_precisions", "mobilisable_par", "lien_mobilisation", "reseaux_porteurs", "accessibilite_lieu",
    "siret", "code_insee", "latitude", "longitude", "lien_source", "a_classer",
)  # fmt: skip
"""The fields of an entry, in the order people look for them."""

GROUPS: Final = (
    ("Le lieu", ("nom", "kind", "description", "food_aid")),
    ("Joindre", ("telephone", "courriel", "site_web")),
    ("Où", ("adresse", "complement_adresse", "code_postal", "commune", "code_insee", "latitude", "longitude")),
    ("Quand", ("horaires_accueil",)),
    ("Pour qui, comment", ("publics", "publics_precisions", "conditions_acces", "frais", "modes_accueil",
                           "modes_mobilisation", "mobilisation_precisions")),
    ("Thèmes", ("thematiques",)),
    ("Registre", ("siret",)),
)  # fmt: skip
TOLD: Final = {
    "enregistre": "Enregistré. Les téléphones le recevront à leur prochain échange.",
    "exact": "Merci : la fiche est marquée comme vérifiée aujourd’hui.",
    "complet": "Noté : ce lieu est complet. Les téléphones le diront à leur prochain échange.",
    "place": "Noté : ce lieu reçoit à nouveau.",
    "cache": "L’adresse ne sort plus du serveur. Les téléphones l’effaceront à leur prochain échange.",
    "montre": "L’adresse est à nouveau montrée.",
    "ferme": "Le lieu est fermé : il reste dans l’annuaire pour les orientations qui le nomment.",
    "rouvert": "Le lieu est à nouveau ouvert.",
    "tenu": "La fiche a changé de mains.",
    "repris": "La modification est reprise.",
    "fusion": "Les deux fiches n’en font plus qu’une. Vous pouvez revenir en arrière.",
    "distincts": "Noté : ce sont deux lieux. La question ne sera plus posée.",
    "defait": "C’est défait : les deux fiches sont comme avant.",
    "cherche": "La recherche est faite.",
    "traite": "Merci. Le signalement est classé.",
}
"""What a page says after an act, by the word in its address."""


def who() -> Keeper:
    """Who this desk is for the directory."""
    return keeper(caller().reader, now())


def page(template: str, part: str, keeper_: Keeper, **values: object) -> str:
    """A page of the directory, with what waits in each of its parts."""
    parts = (
        (LIST, "Lieux", 0),
        (LIST + "?a_verifier=1&miens=1", "À vérifier", places.count_due(keeper_, now())),
        (LIST + "erreurs", "Erreurs signalées", mistakes.count(keeper_)),
        (LIST + "doublons", "Doublons", duplicates.count_proposed(keeper_)),
        (LIST + "imports", "Importer", 0),
        (LIST + "exporter", "Exporter", 0),
    )
    told = TOLD.get(request.args.get("fait", ""))
    return desk.page(
        template, section="annuaire", parts=parts, part=part, told=told, who=keeper_, words=field_words, **values
    )


def back(path: str, told: str, **query: str) -> Response:
    """See the page again, which says what was done: reloading it does nothing twice."""
    return redirect(f"{path}?{urlencode({**query, 'fait': told})}", 303)


@routes.get(LIST)
@desk_permission("directory.edit")
def listed() -> str:
    keeper_ = who()
    chosen = PlacesFilter(request.args)
    chosen.offer_sources(places.sources())
    if not chosen.validate():
        raise Problem("not_found")
    wanted = chosen.wanted
    found = places.find(keeper_, wanted, chosen.page.data or 1, now())
    asked = {name: value for name, value in request.args.items() if value and name not in ("page", "fait")}
    part = LIST + "?a_verifier=1&miens=1" if wanted.due else LIST
    return page("desk/places.html", part, keeper_, filter=chosen, found=found, query=urlencode(asked))


@routes.get(ENTRY)
@desk_permission("directory.edit")
def entry() -> str:
    keeper_ = who()
    shown = places.entry(keeper_, _id(), now())
    merged = shown.fields.get("merged_into")
    return page(
        "desk/place.html",
        "",
        keeper_,
        entry=shown,
        merged=places.entry(keeper_, str(merged), now()) if merged else None,
        services=places.services(shown),
        history=places.history(keeper_, shown),
        mistakes=mistakes.queue(keeper_, place=shown.id) if shown.may_change else [],
        order=ORDER,
        week=field_words.say_week(shown.fields, now().date()),
        organisations=roster.network().organisations,
        revertible=editing.REVERTIBLE,
        today=now().date(),
        latest=now().date() + timedelta(days=place_edit.MAX_FULL_DAYS),
    )


@routes.get(ENTRY + "/modifier")
@desk_permission("directory.edit")
def edit() -> str:
    keeper_ = who()
    shown = _theirs(keeper_)
    return _form(keeper_, shown, {**shown.fields}, {}, asked_week=None)


@routes.post(ENTRY + "/modifier")
@desk_permission("directory.edit")
def save() -> str | Response | tuple[str, int]:
    """Write what was typed, once the week that new hours make was seen. What is wrong is shown again, with all that was
    typed."""
    check_form()
    keeper_ = who()
    shown = _theirs(keeper_)
    typed = _typed(shown)
    values, faults = place_edit.read(typed, field_words.directory_labels())
    hours = values.get("horaires_accueil")
    is_new = "horaires_accueil" in values and hours != shown.fields.get("horaires_accueil")
    if faults:
        return _form(keeper_, shown, {**shown.fields, **typed}, faults, asked_week=None), 422
    if is_new and hours and request.form.get("vu") != hours:
        return _form(keeper_, shown, {**shown.fields, **typed}, {}, asked_week=str(hours))
    editing.edit(keeper_, shown.id, values, _number("version"), now())
    return back(ENTRY, "enregistre", id=shown.id)


def _theirs(keeper_: Keeper) -> places.Entry:
    """The entry of this request, to be changed. Raises Problem(not_found | forbidden | merged_entry)."""
    shown = places.entry(keeper_, _id(), now())
    keeper_.require(shown.fields)
    if shown.fields.get("merged_into"):
        raise Problem("merged_entry")
    return shown


def _typed(shown: places.Entry) -> dict[str, str | list[str]]:
    """The fields of the form. An empty one that is hidden keeps what it has: nobody could see it to empty it."""
    texts = (*place_edit.LONGEST, *place_edit.COORDINATES, *place_edit.CHOSEN)
    typed: dict[str, str | list[str]] = {name: request.form[name] for name in texts if name in request.form}
    typed |= {name: request.form.getlist(name) for name in place_edit.LISTS}
    kept = [name for name in WHERE if shown.fields["confidential_address"] and not typed.get(name)]
    return {name: value for name, value in typed.items() if name not in kept}


def _form(
    keeper_: Keeper, shown: places.Entry, values: dict[str, Any], faults: dict[str, str], asked_week: str | None
) -> str:
    hours = values.get("horaires_accueil") or ""
    known = {**shown.fields, "horaires_accueil": hours}
    return page(
        "desk/edit.html",
        "",
        keeper_,
        entry=shown,
        values=values,
        faults=faults,
        groups=GROUPS,
        lists=place_edit.LISTS,
        longest=place_edit.LONGEST,
        labels=field_words.directory_labels(),
        hidden_names=WHERE,
        asked_week=asked_week,
        week=field_words.say_week(known, now().date()) if hours else [],
        version=request.form.get("version") or shown.version,
    )


@routes.post(ENTRY + "/<any(exact, complet, place, cache, montre, ferme, rouvert, tenu, repris):act>")
@desk_permission("directory.edit")
def change(act: str) -> Response:
    """One button of an entry's page."""
    check_form()
    keeper_, id_, instant = who(), _id(), now()
    match act:
        case "exact":
            editing.verify(keeper_, id_, instant)
        case "complet" | "place":
            editing.set_full(keeper_, id_, _until() if act == "complet" else None, instant)
        case "cache" | "montre":
            editing.set_confidential(keeper_, id_, act == "cache", instant)
        case "ferme" | "rouvert":
            editing.set_open(keeper_, id_, act == "rouvert", instant)
        case "tenu":
            editing.set_keeper(keeper_, id_, request.form.get("organisation") or None, instant)
        case "repris":
            editing.revert(keeper_, id_, _number("ligne"), instant)
    return back(ENTRY, act, id=id_)


def _id() -> str:
    """The entry this is about. Ids come from files: one may hold any sign, so it is never a part of a path."""
    return (request.form.get("id") if request.method == "POST" else request.args.get("id")) or ""


def _until() -> str:
    try:
        return place_edit.read_full_until(request.form.get("jusqu_au", ""), now().date())
    except ValueError:
        raise Problem("malformed") from None


def _number(name: str) -> int:
    written = request.form.get(name, "")
    if not (written.isascii() and written.isdigit() and len(written) < 16):
        raise Problem("malformed")
    return int(written)
