"""The texts people are shown, at a desk: which languages an organisation offers, and the validation of translations."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from models import roster, translations
from models.notices import ALL, LANGUAGES, TEXTS, Notice, Words
from models.problems import Problem
from models.rules.notice import FRENCH, WORDS, Text, is_current, source_of
from models.rules.permission import may
from web import desk
from web.clock import now
from web.desk import check_form, desk_permission
from web.guard import caller

routes = Blueprint("desk_texts", __name__)
LIST: Final = "/desk/textes/"
TOLD: Final = {
    "choix": "Enregistré. Les téléphones le sauront à leur prochain échange.",
    "valide": "Merci : ce texte est validé, à votre nom et à cette date.",
    "retire": "La validation est retirée.",
}
"""What a page says after an act, by the word in its address."""
KINDS: Final = {"standard": "Information", "simple": "Information, version simple", WORDS: "Mots des écrans et du reçu"}
LANGUAGE_NAMES: Final = {
    "fr": "Français", "en": "Anglais", "ar": "Arabe", "fa": "Persan", "prs": "Dari", "ps": "Pachto", "uk": "Ukrainien",
    "ru": "Russe", "es": "Espagnol", "pt": "Portugais", "ro": "Roumain", "ka": "Géorgien", "ti": "Tigrinya",
    "sq": "Albanais", "tr": "Turc", "bn": "Bengali",
}  # fmt: skip
LIST_TITLES: Final = {
    "categories": "Informations", "category_purposes": "À quoi elles servent", "purposes": "Buts",
    "durations": "Durées", "needs": "Besoins", "states": "Où en est la demande", "screen": "Écrans de la personne",
    "receipt": "Reçu", "options": "Réponses possibles",
}  # fmt: skip


@routes.get(LIST)
@desk_permission("notice.choose")
def listed() -> str:
    """Every language with the state of its texts, and what the organisation of who looks offers."""
    who = caller()
    choice, dpo = translations.choice_of(who.organisation)
    languages = [code for code in LANGUAGE_NAMES if code in LANGUAGES and code != FRENCH]
    return _page(
        "desk/texts.html",
        languages={code: _texts_of(code) for code in languages},
        choice=choice,
        dpo=dpo,
        may_validate=may(who.role, who.permissions, "notice.validate"),
    )


@routes.post(LIST + "choix")
@desk_permission("notice.choose")
def choose() -> Response:
    check_form()
    chosen = set(request.form.getlist("langue"))
    if not chosen <= set(LANGUAGE_NAMES):
        raise Problem("malformed")
    translations.choose(
        caller().reader,
        [code for code in LANGUAGE_NAMES if code in chosen],
        request.form.get("sans_relecture") == "1",
        request.form.get("dpo", "").strip(),
        now(),
    )
    return redirect(f"{LIST}?fait=choix", 303)


@routes.get(LIST + "lire")
@desk_permission("notice.validate")
def read() -> str:
    """A text beside the French it says again."""
    text = _current(request.args.get("texte", ""))
    french = source_of(text, TEXTS)
    if french is None:
        raise Problem("not_found")
    return _page("desk/text.html", text=text, line=_line(text), parts=_side_by_side(text, french))


@routes.post(LIST + "valider")
@desk_permission("notice.validate")
def validate() -> Response:
    check_form()
    sha256, answer = request.form.get("texte", ""), request.form.get("valide", "")
    if answer not in ("0", "1"):
        raise Problem("malformed")
    translations.validate(caller().reader, sha256, answer == "1", now())
    told = "valide" if answer == "1" else "retire"
    return redirect(f"{LIST}lire?{urlencode({'texte': sha256, 'fait': told})}", 303)


def _page(template: str, **values: object) -> str:
    told = TOLD.get(request.args.get("fait", ""))
    organisations = roster.network().organisations
    return desk.page(
        template, section="textes", told=told, names=LANGUAGE_NAMES, spoken=LANGUAGES, kinds=KINDS,
        organisations=organisations, **values,
    )  # fmt: skip


def _texts_of(language: str) -> list[dict[str, Any]]:
    current = [text for text in TEXTS if text.language == language and is_current(text, TEXTS)]
    return [_line(text) for text in sorted(current, key=lambda text: list(KINDS).index(text.variant))]


def _line(text: Text) -> dict[str, Any]:
    """A text, and the history of its validation, the newest first."""
    history = translations.validations().get(text.sha256, [])
    return {"text": text, "history": history, "valid": bool(history and history[0].valid)}


def _current(sha256: str) -> Text:
    """Raises Problem(not_found) for a text nobody has to validate: French, stale, or unknown."""
    for text in TEXTS:
        if text.sha256 == sha256 and text.language != FRENCH and is_current(text, TEXTS):
            return text
    raise Problem("not_found")


def _side_by_side(text: Text, french: Text) -> list[dict[str, Any]]:
    """`{"title", "pairs": [(French, translation)]}`, part by part."""
    said, meant = _content(text), _content(french)
    return [
        {"title": title, "pairs": list(zip(meant[title], said[title], strict=True))} for title in meant
    ]  # both have the same parts: a test compares every translation with its French


def _content(text: Text) -> dict[str, list[str]]:
    """The sentences of a text, by the French title of their part."""
    one = next(each for each in ALL if each.text == text)
    if isinstance(one, Words):
        return {LIST_TITLES[name]: list(codes.values()) for name, codes in one.lists.items()}
    french = source_of(text, TEXTS)
    titles = [page["title"] for each in ALL if each.text == french and isinstance(each, Notice) for page in each.pages]
    pages = [[page["title"], *page["text"]] for page in one.pages]
    numbered = [f"{number}. {title}" for number, title in enumerate(titles, 1)]
    return {"Titre": [one.title], **dict(zip(numbered, pages, strict=True))}
