"""What a cell of a file was meant to say: text, numbers, dates and codes as spreadsheets spoil them.

Pure. A spreadsheet turns `01000` into 1000, `0299000001` into 299000001.0 and a SIRET into 3.82E+13; what can be known
again is repaired, what cannot is nobody's guess.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

LONGEST_TEXT: Final = 20_000
DEEPEST: Final = 5
LARGEST: Final = 10**30  # Python writes no number of thousands of digits
ERRORS: Final = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
_SPREADSHEET_EPOCH: Final = date(1899, 12, 30)
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d*)?(?:[eE][+]?\d{1,2})?$", re.ASCII)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufeff]")
_NUMERIC_DATE: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)", re.ASCII)
OVERSEAS: Final = ("971", "972", "973", "974", "975", "976", "977", "978", "984", "986", "987", "988")
_MAINLAND: Final = {f"{number:02}" for number in range(1, 96) if number != 20} | {"2A", "2B"}


def cleaned(value: Any, depth: int = 0) -> Any:
    """A value without what no text may hold; blank text, errors of formulas and numbers that are none become None.

    So does what is nested deeper than any directory is.
    """
    if isinstance(value, str):
        text = re.sub(r"\s+", " ", _UNPRINTABLE.sub(" ", value)).strip()
        return text[:LONGEST_TEXT] if text and text not in ERRORS else None
    if depth > DEEPEST or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, int) and abs(value) > LARGEST:
        return None
    if isinstance(value, list):
        return [one for one in (cleaned(each, depth + 1) for each in value) if one is not None] or None
    if isinstance(value, dict):
        named = ((cleaned(str(name)), cleaned(each, depth + 1)) for name, each in value.items())
        return {name: each for name, each in named if name is not None and each is not None} or None
    return value


def as_text(value: Any) -> str:
    """The text of a cell: a whole number has no `.0`, a date is ISO, a list is joined as directories write it."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    if isinstance(value, list):
        return ";".join(map(as_text, value))
    return str(value)


def as_values(value: Any) -> list[str]:
    """A list as files write it: a list, or a text separated by `;` or `|`. Only values that are text or numbers."""
    parts = value if isinstance(value, list) else re.split(r"[;|]", as_text(value)) if value is not None else []
    texts = (as_text(part).strip() for part in parts if isinstance(part, str | int | float))
    return list(dict.fromkeys(text for text in texts if text))


def as_number(value: Any) -> float | None:
    """A number, its comma or dot; None when this is none."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(as_text(value).replace(" ", "").replace(",", "."))
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def as_date(value: Any) -> str | None:
    """`YYYY-MM-DD` from an ISO date or instant, a French date, or the day number of a spreadsheet; None otherwise."""
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()[:10]
    text = as_text(value).strip()
    if found := _NUMERIC_DATE.match(text):
        day, month, year = map(int, found.groups())
        return _iso(year, month, day)
    if re.fullmatch(r"\d{5}(\.\d+)?", text, re.ASCII) and 20_000 <= float(text) <= 60_000:
        return (_SPREADSHEET_EPOCH + timedelta(days=int(float(text)))).isoformat()
    found = re.match(r"(\d{4})-(\d{2})-(\d{2})", text, re.ASCII)
    return _iso(*map(int, found.groups())) if found else None


def as_flag(value: Any) -> bool | None:
    """Yes or no, as people write it; None when it is neither."""
    if isinstance(value, bool):
        return value
    word = as_text(value).strip().lower()
    return {"oui": True, "vrai": True, "true": True, "1": True, "x": True,
            "non": False, "faux": False, "false": False, "0": False}.get(word)  # fmt: skip


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def digits(value: Any) -> str:
    """The text of a code without spaces or points, `75001.0` and `3,8E+13` made whole when nothing of them is lost."""
    text = as_text(value).strip()
    if _NUMBER.match(text):
        try:
            number = Decimal(text.replace(",", "."))
        except InvalidOperation:
            return text
        if number == number.to_integral_value():
            short = re.search(r"[eE]", text) and len(re.sub(r"[^\d]", "", re.split(r"[eE]", text)[0])) < 13
            return text if short else f"{number:.0f}" if re.search(r"[.,eE+-]", text) else text
    return re.sub(r"[\s.\u00a0\u202f-]", "", text)


def postal_code(value: Any, insee: str | None = None) -> str | None:
    """A French postal code, its lost zero found again; None when there is no such code.

    With `insee`, a zero is only put back where both codes are of one département.
    """
    code = re.sub(r"^F-?", "", digits(value))
    if re.fullmatch(r"\d{4}", code, re.ASCII):
        code = "0" + code
        if insee and not insee.startswith(code[:2]):
            return None
    return code if re.fullmatch(r"\d{5}", code, re.ASCII) and "01" <= code[:2] <= "98" else None


def insee_code(value: Any) -> str | None:
    """The code of a commune, its lost zero found again, `2a` in capitals; None when there is no such code."""
    code = digits(value).upper()
    code = "0" + code if re.fullmatch(r"\d{4}", code, re.ASCII) else code
    if not re.fullmatch(r"\d[\dAB]\d{3}", code, re.ASCII):
        return None
    return code if code[:2] in _MAINLAND or code[:3] in OVERSEAS else None


def siret(value: Any) -> str | None:
    """Fourteen digits; a lost zero is found again when the check digit agrees. None otherwise."""
    code = digits(value)
    if re.fullmatch(r"\d{13}", code, re.ASCII) and has_check_digit("0" + code):
        code = "0" + code
    return code if re.fullmatch(r"\d{14}", code, re.ASCII) and set(code) != {"0"} else None


def has_check_digit(code: str) -> bool:
    """Whether the digits of a SIRET agree (Luhn). Source: INSEE; La Poste's own are added up by another rule."""
    doubled = (int(one) * (2 if index % 2 == 0 else 1) for index, one in enumerate(code))
    of_la_poste = code.startswith("356000000") and sum(map(int, code)) % 5 == 0
    return of_la_poste or sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def telephone(value: Any) -> str | None:
    """A telephone number as it was written, its lost zero found again; None when there is none in it."""
    text = as_text(value).strip()
    bare = digits(value)
    if text.startswith("+"):
        return text if 8 <= len(re.sub(r"[^\d]", "", text)) <= 20 else None
    if re.fullmatch(r"[1-9]\d{8}", bare, re.ASCII):
        return "0" + bare
    if re.fullmatch(r"33[1-9]\d{8}", bare, re.ASCII):
        return "+" + bare
    if re.fullmatch(r"\d{2,14}", bare, re.ASCII) and _NUMBER.match(text):
        return bare
    return text if len(re.sub(r"[^\d]", "", text)) >= 2 and len(text) <= 100 else None
