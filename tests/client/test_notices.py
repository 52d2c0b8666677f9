"""What a phone may show a person, in which languages: as its organisation chose, verified by hash, kept offline."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from models import roster, translations
from models.notices import FILES, LANGUAGES, LIST_SHA256, TEXTS
from models.projections.readers import Reader
from tests.client.harness import Modules
from tests.client.phones import Phone, answering

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.browser
STATIC = Path(__file__).parents[2] / "static"
FONTS = {"prs": "fa", "ps": "ps-af"}  # as fontconfig names what they are written with
RULES = json.loads((Path(__file__).parent.parent / "vectors" / "notices.json").read_text("utf-8"))
# `kept()`: the texts on the disk, by hash; `put(change)`: the same row, changed.
KEPT = """
const row = async (change, newRelease = false) => {
  const db = await database(member);
  const store = db.transaction("meta", "readwrite").objectStore("meta");
  const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const found = await done(store.get("noticeTexts"));
  if (change) await done(store.put(change(found), "noticeTexts"));
  if (change && newRelease) await done(store.delete("noticeTag"));
  db.close();
  return found;
};
const kept = async () => (await row()).texts;
const put = row;
"""
PhoneOf = Callable[..., Phone]
NOW = datetime.now(UTC)
OFFERS = "return vault.noticeOffers().map(({ language, variant, validated }) => [language, variant, validated])"
FRENCH: list[Any] = [["fr", "simple", True], ["fr", "standard", True]]


def text(language: str, variant: str) -> str:
    newest = (one for one in TEXTS if one.id != "orientation.1")
    return next(one.sha256 for one in newest if (one.language, one.variant) == (language, variant))


def reader_of(phone: Phone, role: str) -> Reader:
    """Someone of this role, in the phone's organisation for a supervisor, anywhere for who keeps the charter."""
    own = phone.run("return vault.me().organisation.id")
    for id in [own] if role == "supervisor" else roster.network().organisations:
        organisation = roster.organisation(id)
        assert organisation is not None
        for member in organisation.members.values():
            if member.role == role:
                return Reader(member.id, id)
    raise AssertionError(role)


def choose(phone: Phone, *languages: str, unvalidated: bool = True, dpo: str = "") -> None:
    translations.choose(reader_of(phone, "supervisor"), languages, unvalidated, dpo, NOW)


def pull(phone: Phone) -> bool:
    """The exchange of the notices alone, at once: whether all that was chosen is on the phone."""
    whole: bool = phone.run(
        "const { pullNotices } = await import(`${base}app/sync/pull.js`); return pullNotices(Date.now())"
    )
    return whole


def offers(phone: Phone) -> list[Any]:
    found: list[Any] = phone.run(OFFERS)
    return sorted(found)


def test_a_phone_offers_what_the_rules_of_the_server_offer(page_modules: Modules) -> None:
    found = page_modules.run(
        """const { offered } = await load("app/rules/notice.js");
        return cases.map((one) => offered(one.texts, one.subject, one, one.validated)
          .map(({ text, validated }) => [text.sha256, validated]));""",
        cases=RULES["offered"],
    )
    wrong = [case["name"] for case, one in zip(RULES["offered"], found, strict=True) if one != case["offered"]]
    assert wrong == []


def test_french_alone_is_there_and_nothing_is_fetched_until_an_organisation_chooses(phone_of: PhoneOf) -> None:
    bruno = phone_of()
    asked: list[str] = []
    bruno.page.on("request", lambda request: asked.append(request.url) if "/notices/" in request.url else None)
    bruno.sign_in("bruno")
    assert pull(bruno)
    assert offers(bruno) == FRENCH
    assert [url.rsplit("/", 1)[1] for url in asked] == [LIST_SHA256]
    assert bruno.run("return vault.noticeText('ar', 'simple')") is None
    assert bruno.run("return vault.wordsOf('ar').language") == "fr"


def test_chosen_languages_come_before_anyone_needs_them_and_stay_without_network(phone_of: PhoneOf) -> None:
    """Locked, unlocked again without any network: the very bytes whose hash a consent seals."""
    bruno = phone_of("bruno")
    choose(bruno, "ar", "uk", dpo="dpo@departement.example")
    assert pull(bruno)
    bruno.context.set_offline(True)
    bruno.run("await vault.lock()")
    bruno.unlock("bruno")
    bruno.run("await vault.loadNotices()")
    assert offers(bruno) == sorted(
        [*FRENCH, *([code, variant, False] for code in ("ar", "uk") for variant in ("simple", "standard"))]
    )
    shown = bruno.run("return vault.noticeText('ar', 'simple')")
    assert shown["sha256"] == text("ar", "simple")
    assert shown["pages"] == json.loads(FILES[text("ar", "simple")])["pages"]
    assert shown["dir"] == "rtl"
    words = bruno.run("return vault.wordsOf('uk')")
    assert words["lists"]["screen"] == json.loads(FILES[text("uk", "words")])["screen"]
    assert bruno.run("return vault.dpo()") == "dpo@departement.example"
    bruno.context.set_offline(False)


def test_who_wants_validated_texts_only_offers_those(phone_of: PhoneOf) -> None:
    bruno = phone_of("bruno")
    choose(bruno, "ar", unvalidated=False)
    assert pull(bruno)
    assert offers(bruno) == FRENCH
    authority = reader_of(bruno, "charter_admin")
    for sha256 in (text("ar", "simple"), text("ar", "words")):
        translations.validate(authority, sha256, True, NOW)
    assert pull(bruno)
    assert offers(bruno) == sorted([*FRENCH, ["ar", "simple", True]])
    translations.validate(authority, text("ar", "words"), False, NOW)
    assert pull(bruno)
    assert offers(bruno) == FRENCH


def test_a_language_no_longer_chosen_leaves_the_phone(phone_of: PhoneOf) -> None:
    bruno = phone_of("bruno")
    choose(bruno, "ar")
    assert pull(bruno)
    choose(bruno, "ru")
    assert pull(bruno)
    assert {language for language, _, _ in offers(bruno)} == {"fr", "ru"}
    kept = bruno.run(KEPT + "return Object.keys(await kept())", member=bruno.member)
    assert sorted(kept) == sorted([LIST_SHA256, *(text("ru", variant) for variant in ("simple", "standard", "words"))])


def test_what_is_chosen_is_not_asked_twice(phone_of: PhoneOf) -> None:
    bruno = phone_of("bruno")
    choose(bruno, "ar")
    assert pull(bruno)
    asked: list[str] = []
    bruno.page.on("request", lambda request: asked.append(request.url))
    assert pull(bruno)
    assert [url.rsplit("/", 2)[1:] for url in asked] == [["api", "notices"]]


def test_every_letter_of_every_language_is_drawn_with_the_fonts_of_the_device(page_modules: Modules) -> None:
    """None is the empty box of a letter no font has. Skipped where the machine itself has no font of a script."""
    letters = {
        code: "".join(sorted({each for line in words.lists.values() for said in line.values() for each in said}))
        for code, words in LANGUAGES.items()
        if subprocess.run(["fc-list", f":lang={FONTS.get(code, code)}"], capture_output=True, check=False).stdout
    }
    stack = re.search(r"--font: (.+);", (STATIC / "css/tokens.css").read_text("utf-8"))
    assert stack
    assert {"fr", "en"} <= set(letters)
    letters["none"] = "\u0378"  # no letter at all: the control
    boxes = page_modules.run(
        """const canvas = new OffscreenCanvas(60, 60).getContext("2d", { willReadFrequently: true });
        canvas.font = `32px ${stack}`;
        canvas.textBaseline = "top";
        const drawn = (letter) => {
          canvas.clearRect(0, 0, 60, 60);
          canvas.fillText(letter, 4, 4);
          return canvas.getImageData(0, 0, 60, 60).data.join();
        };
        const box = drawn(String.fromCodePoint(0x10fffd));
        return Object.entries(letters).map(([code, all]) =>
          [code, [...all].filter((letter) => drawn(letter) === box)]);""",
        letters=letters, stack=stack[1],
    )  # fmt: skip
    assert [[code, missing] for code, missing in boxes if missing] == [["none", ["\u0378"]]]


# --- what a server or a network may do ---------------------------------------------------------------------------


def altered(route: Route) -> None:
    """A word of each text is changed on the way: a « no » becomes a « yes »."""
    content = json.loads(FILES[route.request.url.rsplit("/", 1)[1]])
    route.fulfill(status=200, content_type="application/json", body=json.dumps({"text": json.dumps(content)}))


BENT: dict[str, Callable[[Route], None]] = {
    "altered": altered,
    "cut": lambda route: route.abort(),
    "missing": lambda route: route.fulfill(status=404),
    "portal": lambda route: route.fulfill(status=200, content_type="text/html", body="portail"),
    "no text": lambda route: route.fulfill(status=200, content_type="application/json", body='{"text": 3}'),
}


def test_a_text_that_is_not_the_one_of_its_hash_is_never_shown_and_is_asked_again(phone_of: PhoneOf) -> None:
    bruno = phone_of("bruno")
    for name, answer in BENT.items():
        choose(bruno, "ar", "uk")
        bruno.page.route(f"**/notices/{text('ar', 'words')}", answer)
        bruno.page.route(f"**/notices/{text('uk', 'simple')}", answer)
        assert not pull(bruno), name
        assert offers(bruno) == sorted([*FRENCH, ["uk", "standard", False]]), name
        bruno.page.unroute_all()
        assert pull(bruno), name
        assert {language for language, _, _ in offers(bruno)} == {"fr", "ar", "uk"}, name
        choose(bruno)
        assert pull(bruno), name


def test_a_list_that_is_not_the_one_of_this_release_is_not_believed(phone_of: PhoneOf) -> None:
    bruno = phone_of()
    bruno.page.route(f"**/notices/{LIST_SHA256}", altered)
    bruno.sign_in("bruno")
    choose(bruno, "ar")
    assert not pull(bruno)
    assert offers(bruno) == FRENCH


def test_a_list_that_does_not_come_leaves_what_was_there(phone_of: PhoneOf) -> None:
    """The phone has another release's texts, and the network gives nothing: those it has stay."""
    bruno = phone_of("bruno")
    choose(bruno, "ar")
    assert pull(bruno)
    bruno.run(
        KEPT
        + """const { digest } = await import(`${base}app/crypto/index.js`);
        const older = `${(await kept())[list]} `;
        const name = await digest(older);
        const { [list]: _, ...others } = await kept();
        await put(() => ({ list: name, texts: { ...others, [name]: older } }), true);""",
        member=bruno.member, list=LIST_SHA256,
    )  # fmt: skip
    bruno.page.route(f"**/notices/{LIST_SHA256}", lambda route: route.abort())
    assert not pull(bruno)
    assert {language for language, _, _ in offers(bruno)} == {"fr", "ar"}
    bruno.page.unroute_all()
    assert pull(bruno)


def test_a_text_changed_on_the_disk_is_not_shown_and_comes_again(phone_of: PhoneOf) -> None:
    bruno = phone_of("bruno")
    choose(bruno, "ar")
    assert pull(bruno)
    bruno.run(
        KEPT
        + """const bent = (await kept())[changed].replace("لا", "نعم");
        await put((row) => ({ ...row, texts: { ...row.texts, [changed]: bent } }));
        await vault.loadNotices();""",
        member=bruno.member, changed=text("ar", "simple"),
    )  # fmt: skip
    assert offers(bruno) == sorted([*FRENCH, ["ar", "standard", False]])
    assert pull(bruno)
    assert ["ar", "simple", False] in offers(bruno)


NO_CHOICE: tuple[dict[str, Any], ...] = (
    {}, {"languages": "ar"}, {"languages": ["ar"]}, {"languages": [1], "validated": []},
    {"languages": ["ar"], "validated": None}, {"languages": ["__proto__", "xx"], "validated": ["x"]},
)  # fmt: skip


def test_a_choice_that_means_nothing_leaves_french(phone_of: PhoneOf) -> None:
    bruno = phone_of("bruno")
    for said in NO_CHOICE:
        answer = {"status": 200, "content_type": "application/json", "body": json.dumps(said)}
        bruno.page.route("**/api/notices", answering(answer))
        pull(bruno)
        assert offers(bruno) == FRENCH, said
        bruno.page.unroute_all()


def test_a_server_that_says_a_text_is_validated_cannot_change_what_it_says(phone_of: PhoneOf) -> None:
    """What it can do, and no more: have a text of the release offered that nobody read."""
    bruno = phone_of("bruno")
    lie = {
        "languages": ["ar"],
        "unvalidated": False,
        "dpo": "",
        "validated": [text("ar", "simple"), text("ar", "words")],
    }
    bruno.page.route(
        "**/api/notices", lambda route: route.fulfill(status=200, content_type="application/json", body=json.dumps(lie))
    )
    assert pull(bruno)
    assert offers(bruno) == sorted([*FRENCH, ["ar", "simple", True]])
    shown = bruno.run("return vault.noticeText('ar', 'simple').pages")
    assert shown == json.loads(FILES[text("ar", "simple")])["pages"]


def test_what_is_chosen_in_a_list_is_said_in_the_language_and_what_was_typed_stays(phone_of: PhoneOf) -> None:
    bruno = phone_of("bruno")
    choose(bruno, "ar")
    assert pull(bruno)
    items = [
        {"category": "C05", "fields": {"situation": "tenant"}},
        {"category": "C05.practical", "fields": {"choice": ["no_kitchen", "stairs"]}},
        {"category": "C06", "fields": {"debts": True, "aid": "un secours"}},
    ]
    said = bruno.run(
        """const { itemFacts } = await import(`${base}app/ui/item.js`);
        return ["fr", "ar"].map((code) => items.map((item) =>
          itemFacts(item, vault.wordsOf(code)).map(([, value]) => value)));""",
        items=items,
    )
    assert plain(said) == [
        [["Locataire"], ["Sans cuisine, Étage sans ascenseur"], ["Dettes : oui", "un secours"]],
        [["مستأجر"], ["بلا مطبخ, طابق بلا مصعد"], ["ديون : نعم", "un secours"]],
    ]


def plain(said: Any) -> Any:
    """With one kind of space."""
    return json.loads(json.dumps(said, ensure_ascii=False).replace("\u00a0", " "))


# --- what is filled ----------------------------------------------------------------------------------------------


def test_nothing_is_left_open_in_what_is_shown_in_any_language(phone_of: PhoneOf) -> None:
    """Every place of every sentence has its value, dates and lists included; digits are those of French papers."""
    bruno = phone_of("bruno")
    choose(bruno, *(set(LANGUAGES) - {"fr"}))
    assert pull(bruno)
    about = {"organisation": "Banque", "team": "Halles", "purpose": "eviter_de_repeter", "duration": "P6M",
             "categories": ["C01", "C05.practical", "C14"]}  # fmt: skip
    for language in LANGUAGES:
        said = bruno.run(
            """const { filled, noticeValues } = await import(`${base}app/ui/notice.js`);
            const values = noticeValues(about, vault.wordsOf(language), new Date("2026-11-23T10:00Z"));
            return ["standard", "simple"].flatMap((variant) => vault.noticeText(language, variant).pages
              .flatMap((page) => [page.title, ...page.text]).map((sentence) => filled(sentence, values)));""",
            language=language, about=about,
        )  # fmt: skip
        assert [sentence for sentence in said if "{" in sentence or "undefined" in sentence] == []
        assert [each for sentence in said for each in sentence if each.isdigit() and each not in "0123456789"] == []
        assert any("Halles, Banque" in sentence for sentence in said)
        assert any("2027" in sentence for sentence in said)
