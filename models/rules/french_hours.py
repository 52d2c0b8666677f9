"""Opening hours in plain French → the same in OpenStreetMap's syntax, or None when any of it is not understood. Pure.

Nothing is guessed: an unknown word, a day that is said twice, hours out of order or past midnight, an appointment that
may be asked for some of the hours only, and the whole text stays a text. Days without hours say nothing.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import chain, pairwise
from typing import Final

_WEEK: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_STARTS: Final = {"lun": 0, "mar": 1, "mer": 2, "jeu": 3, "ven": 4, "sam": 5, "dim": 6}
_DAY: Final = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)s?|(?:lun|mar|mer|jeu|ven|sam|dim)\.?"
_ORDINALS: Final = {"1er": 1, "premier": 1, "2e": 2, "2eme": 2, "deuxieme": 2, "second": 2, "3e": 3, "3eme": 3,
                    "troisieme": 3, "4e": 4, "4eme": 4, "quatrieme": 4, "dernier": -1}  # fmt: skip
# A letter for each kind of word; a space for those that say nothing alone. The first that fits.
_KINDS: Final = {
    "J": r"tous les jours|7 ?j(?:ours)?(?: ?/ ?| sur )7", "M": r"(?:du|de chaque) mois",
    "P": r"(?:les )?jours feries", "W": r"week-?ends?",
    "Q": r"(?:et|ou) sur (?:rendez[- ]vous|rdv)", "N": r"sans (?:rendez[- ]vous|rdv)",
    "R": r"(?:uniquement )?sur (?:rendez[- ]vous|rdv)(?: uniquement)?",
    "T": r"(?:\d{1,2}(?:h\d\d| h \d\d(?! ?[h:\d])| ?h(?:eures?)?|:\d\d)|midi)(?![a-z\d:])",
    "O": rf"(?:{'|'.join(sorted(_ORDINALS, key=len, reverse=True))})s?\b", "D": rf"(?:{_DAY})(?![a-z])",
    "F": r"fermee?s?\b", "X": r"sauf\b", "a": r"(?:au|a|jusqu'a|jusqu'au)\b", "d": "-", "e": r"et\b|&|puis\b",
    "c": ",", "s": "/", "S": r"[;.|]", "C": ":", " ": r"\s+|(?:le|les|du|de|des|chaque|tous les|ouvert)\b",
}  # fmt: skip
_WORD: Final = re.compile("|".join(f"(?P<k{ord(kind)}>{words})" for kind, words in _KINDS.items()), re.ASCII)
_ITEM: Final = "(?:O(?:[ce]{1,2}O)*DM|D(?:[ad]D)?|[JWP])"
_LIST: Final = f"{_ITEM}(?:[ces]{{1,2}}{_ITEM})*"
_TIMES: Final = "T[ad]T(?:[ces]{0,2}T[ad]T)*"
# Atomic: what a list of days took is not given back to make another reading of the whole fit.
_CLAUSE: Final = f"(?>{_LIST}(?:X{_LIST})?[Ccd]?{_TIMES}|[FX]C?{_LIST}|{_LIST}C?F|N)"
_TEXT: Final = re.compile(f"(?P<before>R[Cc]?)?(?P<clauses>{_CLAUSE}(?:[Sce]*{_CLAUSE})*)(?:[Sc]*(?P<after>[QR]))?S*")
_ALWAYS: Final = re.compile(r"24 ?h ?/ ?24(?: ?h)?,? (?:et )?7 ?j(?:ours)? ?/ ?7(?: ?j)?")
Words = list[tuple[str, str]]


def osm_of(text: str) -> str | None:
    """These hours as OpenStreetMap writes them: `du lundi au jeudi de 9 h à 12 h 30` is `Mo-Th 09:00-12:30`."""
    bare = _bare(text)
    if _ALWAYS.fullmatch(bare):
        return "24/7"
    words = _words(bare)
    kinds = "".join(kind for kind, _ in words or [])
    found = _TEXT.fullmatch(kinds)
    if words is None or found is None:
        return None
    start, end = found.span("clauses")
    spans = [(start + each.start(), start + each.end()) for each in re.finditer(_CLAUSE, kinds[start:end])]
    return _joined([words[first:last] for first, last in spans], bool(found["before"]), found["after"])


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.lower().replace("’", "'").replace("–", "-").replace("—", "-"))
    return " ".join("".join(sign for sign in apart if not unicodedata.combining(sign)).split())


def _words(text: str) -> Words | None:
    """(kind, word) of the whole text, or None when there is a word of no kind."""
    words, at = [], 0
    while at < len(text):
        found = _WORD.match(text, at)
        if found is None:
            return None
        words.append((chr(int(str(found.lastgroup)[1:])), found[0]))
        at = found.end()
    return [word for word in words if word[0] != " "]


def _joined(clauses: list[Words], asked_before: bool, after: str | None) -> str | None:
    opens: list[str] = []
    closed: list[str] = []
    seen: list[int] = []
    ranges = 0
    for clause in clauses:
        kinds = "".join(kind for kind, _ in clause)
        if "T" not in kinds:
            closed += [_days(clause)] if kinds != "N" else []
            continue
        days, times = _cut(clause, "X")[0], _times(clause)
        if times is None or "P" in kinds[: len(days)]:
            return None
        seen += _weekdays(days)
        closed += [_days(clause[len(days) :])] if "X" in kinds else []
        opens.append(f"{_days(days)} {','.join(times)}")
        ranges += len(times)
    is_asked = asked_before or after == "R"
    if not opens or len(seen) != len(set(seen)) or (is_asked and (len(opens) > 1 or (not asked_before and ranges > 1))):
        return None
    comment = ' "sur rendez-vous"' if is_asked else ""
    rules = [opens[0] + comment, *opens[1:], *(f"{days} off" for days in closed)]
    return "; ".join(rules + (['"ou sur rendez-vous"'] if after == "Q" else []))


def _cut(clause: Words, kind: str) -> tuple[Words, Words]:
    at = next((at for at, word in enumerate(clause) if word[0] in (kind, "T")), len(clause))
    return clause[:at], clause[at:]


def _items(clause: Words) -> list[list[str]]:
    """The days of a clause, each as what it is in OpenStreetMap: [first, last] or [one]."""
    said = [word for word in clause if word[0] in "ODJWPad"]
    text = "".join(kind for kind, _ in said)
    return [
        _item(said[each.start() : each.end()]) for each in re.finditer("O+D|D(?:[ad]D)?|[JWP]", text)
    ]  # fmt: skip


def _item(words: Words) -> list[str]:
    if words[0][0] == "O":
        ordinals = ",".join(str(_ORDINALS.get(word, _ORDINALS.get(word.rstrip("s"), 0))) for _, word in words[:-1])
        return [f"{_day(words[-1][1])}[{ordinals}]"]
    fixed = {"J": ["Mo", "Su"], "W": ["Sa", "Su"], "P": ["PH"]}
    return fixed.get(words[0][0]) or [_day(word) for kind, word in words if kind == "D"]


def _day(word: str) -> str:
    return _WEEK[_STARTS[word[:3]]]


def _days(clause: Words) -> str:
    return ",".join("-".join(item) for item in _items(clause))


def _weekdays(clause: Words) -> list[int]:
    """The weekdays that are named, each as often as it is; any ordinal of one is that one."""
    ends = [[_WEEK.index(day[:2]) for day in item] for item in _items(clause)]
    return list(chain(*([(item[0] + step) % 7 for step in range((item[-1] - item[0]) % 7 + 1)] for item in ends)))


def _times(clause: Words) -> list[str] | None:
    """The ranges of hours, or None when they are no hours or not in their order."""
    minutes = [_minutes(word) for kind, word in clause if kind == "T"]
    if any(first >= last for first, last in pairwise(minutes)) or minutes[-1] > 24 * 60:
        return None
    said = [f"{minute // 60:02}:{minute % 60:02}" for minute in minutes]
    return [f"{first}-{last}" for first, last in zip(said[::2], said[1::2], strict=True)]


def _minutes(word: str) -> int:
    """Since midnight; more than a day for what is no hour."""
    hour, minute, *_ = (*map(int, re.findall(r"\d+", word.replace("midi", "12"))), 0)
    return hour * 60 + minute if minute < 60 else 10_000
