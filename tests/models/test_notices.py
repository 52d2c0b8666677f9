"""The texts people are shown: never edited, whole in each language, and offered only when faithful and read."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from models.notices import FILES, FOLDER, LANGUAGES, LIST, LIST_SHA256, NOTICES, TEXTS, Notice, load, load_words
from models.reference import REFERENCE
from models.rules.formats import digest
from models.rules.notice import FRENCH, WORDS, Choice, Text, is_current, offered
from models.vocabulary import CONSENT_DAYS, ORIENTATION_LABELS

VECTORS = Path(__file__).parent.parent / "vectors"
RULES = json.loads((VECTORS / "notices.json").read_text("utf-8"))
PINNED = json.loads((VECTORS / "notice_hashes.json").read_text("utf-8"))
NEWEST = [notice for notice in NOTICES if notice.text.id == "orientation.2"]
TRANSLATED = [notice for notice in NEWEST if notice.text.language != FRENCH]
OTHERS = [words for code, words in LANGUAGES.items() if code != FRENCH]
OPEN = {"organisation", "recipient", "categories", "purpose", "duration", "until", "dpo"}
# What each language is written in, beside Latin for names and the address of the CNIL.
SCRIPTS = {
    "ar": "ARABIC", "fa": "ARABIC", "prs": "ARABIC", "ps": "ARABIC", "uk": "CYRILLIC", "ru": "CYRILLIC",
    "ka": "GEORGIAN", "ti": "ETHIOPIC", "bn": "BENGALI",
}  # fmt: skip
RIGHT_TO_LEFT = {"ar", "fa", "prs", "ps"}
SPOKEN = ("C03", "language")  # each language has its own name already
# The shortest and the longest that a translation may be beside its French, in characters.
LENGTHS = (0.45, 1.9)


def named(notice: Notice) -> str:
    return f"{notice.text.language}-{notice.text.variant}"


def sentences(notice: Notice) -> list[str]:
    return [notice.title, *(line for page in notice.pages for line in (page["title"], *page["text"]))]


def source_of(notice: Notice) -> Notice:
    same = (one for one in NEWEST if one.text.language == FRENCH)
    return next(one for one in same if one.text.variant == notice.text.variant)


def opened(sentence: str) -> list[str]:
    return sorted(re.findall(r"\{(\w*)\}", sentence))


# --- what never changes ------------------------------------------------------------------------------------------


def test_a_notice_never_changes() -> None:
    """A consent seals this hash. To change a word, add the next number: never edit a file here, nor its line there."""
    assert {f"{one.text.id}.{named(one)}": one.text.sha256 for one in NOTICES} == PINNED


def test_a_letter_more_gives_another_hash_and_the_file_is_found_by_it(tmp_path: Path) -> None:
    name = "orientation.1.fr.simple.json"
    (tmp_path / name).write_bytes((FOLDER / name).read_bytes() + b" ")
    changed = load(tmp_path)[0]
    assert changed.text.sha256 not in PINNED.values()
    assert changed.text.sha256 == digest((tmp_path / name).read_bytes())


def test_a_notice_under_another_name_is_refused(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "orientation.1.fr.simple.json", tmp_path / "orientation.2.fr.simple.json")
    with pytest.raises(ValueError, match="names"):
        load(tmp_path)


@pytest.mark.parametrize("change", [{"language": "ar"}, {"id": "other"}], ids=str)
def test_words_under_another_name_are_refused(tmp_path: Path, change: dict[str, str]) -> None:
    words = json.loads((FOLDER / "words/fr.json").read_text("utf-8"))
    (tmp_path / "fr.json").write_text(json.dumps(words | change), "utf-8")
    with pytest.raises(ValueError, match="names"):
        load_words(tmp_path)


def test_every_text_is_served_under_its_own_hash_and_so_is_their_list() -> None:
    assert {digest(content) for content in FILES.values()} == set(FILES)
    assert {text.sha256 for text in TEXTS} | {LIST_SHA256} == set(FILES)
    listed = json.loads(LIST)
    assert {text["sha256"] for text in listed["texts"]} == {text.sha256 for text in TEXTS}
    assert {code for code, about in listed["languages"].items() if about["dir"] == "rtl"} == RIGHT_TO_LEFT & set(
        LANGUAGES
    )


# --- the French texts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["orientation.1", "orientation.2"])
def test_the_simple_notice_speaks_in_short_sentences(number: str) -> None:
    simple = next(one for one in NOTICES if (one.text.id, named(one)) == (number, "fr-simple"))
    for page in simple.pages:
        assert all(len(sentence.replace("\u00a0", "").split()) <= 12 for sentence in page["text"])


def test_both_french_variants_say_the_same_things_in_the_same_order() -> None:
    simple, standard = (one for one in NEWEST if one.text.language == FRENCH)
    assert [page["block"] for page in simple.pages] == [page["block"] for page in standard.pages]
    assert len({page["block"] for page in simple.pages}) == len(simple.pages) == 10


@pytest.mark.parametrize("notice", NEWEST, ids=named)
def test_each_notice_says_all_that_must_be_said(notice: Notice) -> None:
    """Who asks, what, to whom, why, how long, and who answers for personal data, by name; and the CNIL."""
    assert {name for line in sentences(notice) for name in opened(line)} == OPEN
    said = {page["block"]: " ".join(page["text"]) for page in notice.pages}
    assert "{organisation}" in said["who"]
    assert "{categories}" in said["what"]
    assert "{recipient}" in said["whom"]
    assert "{purpose}" in said["why"]
    assert {"{duration}", "{until}"} <= set(re.findall(r"\{\w+\}", said["duration"]))
    assert {"{organisation}", "{dpo}"} <= set(re.findall(r"\{\w+\}", said["rights"]))
    assert "cnil.fr" in said["complaint"]


def test_the_french_words_are_those_of_the_lists() -> None:
    lists = LANGUAGES[FRENCH].lists
    plain = {code: about for code, about in REFERENCE.categories.items() if "of" not in about}
    assert lists["categories"] == {code: about["label"] for code, about in REFERENCE.categories.items()}
    assert lists["category_purposes"] == {code: about["purpose"] for code, about in plain.items()}
    assert lists["purposes"] == REFERENCE.purposes
    assert lists["durations"] == REFERENCE.labels["durations"]
    assert set(lists["durations"]) == set(CONSENT_DAYS)
    assert lists["needs"] == {code: about["label"] for code, about in REFERENCE.needs.items()}
    assert set(lists["states"]) == set(ORIENTATION_LABELS)
    assert lists["options"] == {
        f"{code}.{field['id']}.{option['code']}": option["label"]
        for code, about in REFERENCE.categories.items()
        for field in about["fields"]
        if (code, field["id"]) != SPOKEN
        for option in field.get("options", ())
    } | {
        f"{code}.{field['id']}": field["label"]
        for code, about in plain.items()
        for field in about["fields"]
        if field["type"] in ("yesno", "number")
    }


# --- translations ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("notice", TRANSLATED, ids=named)
def test_a_translation_says_each_thing_and_leaves_the_same_places_open(notice: Notice) -> None:
    source = source_of(notice)
    assert notice.text.translates == source.text.sha256
    for page, french in zip(notice.pages, source.pages, strict=True):
        assert (page["block"], page["pictogram"]) == (french["block"], french["pictogram"])
        assert len(page["text"]) == len(french["text"])
        for said, meant in zip(page["text"], french["text"], strict=True):
            check_same_facts(said, meant)


@pytest.mark.parametrize("notice", TRANSLATED, ids=named)
def test_a_translation_is_of_a_likely_length(notice: Notice) -> None:
    for page, french in zip(notice.pages, source_of(notice).pages, strict=True):
        lengths = [len(" ".join(one["text"])) for one in (page, french)]
        assert LENGTHS[0] <= lengths[0] / lengths[1] <= LENGTHS[1], (page["block"], lengths)


@pytest.mark.parametrize("words", OTHERS, ids=lambda words: words.text.language)
def test_the_words_of_a_language_are_all_there(words: Any) -> None:
    french = LANGUAGES[FRENCH]
    assert words.text.translates == french.text.sha256, "the French changed: read every language again, then say so"
    assert {name: list(codes) for name, codes in words.lists.items()} == {
        name: list(codes) for name, codes in french.lists.items()
    }
    for name, codes in words.lists.items():
        for code, said in codes.items():
            check_same_facts(said, french.lists[name][code])


def check_same_facts(said: str, meant: str) -> None:
    """No place left open was lost or made up, no number and no address changed, nothing was left empty."""
    assert said == said.strip() != ""
    assert opened(said) == opened(meant), said
    assert re.findall(r"[0-9]+", said) == re.findall(r"[0-9]+", meant), said
    assert re.findall(r"[a-z]+\.fr|CNIL|https?:", said) == re.findall(r"[a-z]+\.fr|CNIL|https?:", meant), said
    # Digits as French papers write them: the person compares them with what they are given.
    assert [each for each in said if each.isdigit() and each not in "0123456789"] == []


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {FRENCH}))
def test_a_language_is_written_in_its_script_and_in_its_direction(language: str) -> None:
    said = [line for one in TRANSLATED if one.text.language == language for line in sentences(one)]
    said += [word for codes in LANGUAGES[language].lists.values() for word in codes.values()]
    for line in said:
        check_script(line, SCRIPTS.get(language, "LATIN"))
    directions = {one.dir for one in NOTICES if one.text.language == language} | {LANGUAGES[language].dir}
    assert directions == {"rtl" if language in RIGHT_TO_LEFT else "ltr"}


def check_script(line: str, script: str) -> None:
    letters = [each for each in re.sub(r"\{\w*\}|cnil\.fr|CNIL|SMS", "", line) if each.isalpha()]
    assert [each for each in letters if not unicodedata.name(each).startswith(script)] == [], line


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_sentence_is_said_twice_in_a_notice_nor_left_in_french(language: str) -> None:
    french = {line for one in NEWEST if one.text.language == FRENCH for line in sentences(one)}
    for notice in (one for one in NEWEST if one.text.language == language):
        said = [line for page in notice.pages for line in page["text"]]
        assert len(set(said)) == len(said)
        kept = french & set(said) if language != FRENCH else set()
        assert kept <= {"{purpose}."}


def test_every_language_has_its_words_and_both_variants() -> None:
    by_language: dict[str, set[str]] = {}
    for one in NEWEST:
        by_language.setdefault(one.text.language, set()).add(one.text.variant)
    assert by_language == {code: {"simple", "standard"} for code in LANGUAGES}


def test_nothing_in_this_release_is_stale() -> None:
    newest = [one for one in TEXTS if one.id != "orientation.1"]
    assert [one for one in newest if not is_current(one, TEXTS)] == []
    assert not any(is_current(one, TEXTS) for one in TEXTS if one.id == "orientation.1")


# --- what may be shown -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", RULES["offered"], ids=lambda case: case["name"])
def test_a_text_is_offered_when_it_is_faithful_and_read(case: dict[str, Any]) -> None:
    texts = [Text(**each) for each in case["texts"]]
    choice = Choice(tuple(case["languages"]), case["unvalidated"])
    found = offered(texts, case["subject"], choice, case["validated"])
    assert [[one.text.sha256, one.validated] for one in found] == case["offered"]


def test_all_that_is_here_can_be_offered() -> None:
    every = sorted(set(LANGUAGES) - {FRENCH})
    found = offered(TEXTS, "orientation", Choice(every, unvalidated=True), ())
    assert {(one.text.language, one.text.variant) for one in found} == {
        (code, variant) for code in LANGUAGES for variant in ("simple", "standard")
    }
    assert {one.text.language for one in offered(TEXTS, "orientation", Choice(every), ())} == {FRENCH}
    assert all(one.text.variant != WORDS for one in found)
