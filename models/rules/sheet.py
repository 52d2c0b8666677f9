"""A table for a spreadsheet: CSV that Excel opens in France, in which no cell is ever a formula. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

BOM: Final = "\ufeff"  # without it, Excel reads UTF-8 as Windows-1252
# A cell that starts with one of these is a formula for a spreadsheet, even between quotes (OWASP, CSV injection).
STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\u200b", "\ufeff", "＝", "＋", "－", "＠")
GUARD: Final = "'"


def safe(value: object) -> str:
    """The text of a cell, which no spreadsheet takes for a formula: numbers stay, `+33…` and `=…` get an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = str(value)
    is_formula = text.startswith(STARTS_A_FORMULA) or text.lstrip().startswith(STARTS_A_FORMULA)
    return GUARD + text if is_formula or text.startswith(GUARD) else text


def unsafe(text: str) -> str:
    """What `safe` was given: the apostrophe that it added is taken away."""
    return text[1:] if text.startswith(GUARD) and safe(text[1:]) == text else text


def written(rows: Iterable[Sequence[object]], delimiter: str = ";", bom: bool = True) -> Iterator[str]:
    """The lines of a CSV file, one for each row, each cell made safe."""
    for number, row in enumerate(rows):
        line = delimiter.join(_quoted(safe(value), delimiter) for value in row)
        yield f"{BOM if bom and number == 0 else ''}{line}\r\n"


def _quoted(text: str, delimiter: str) -> str:
    is_plain = not any(sign in text for sign in (delimiter, '"', "\r", "\n")) and text == text.strip()
    return text if is_plain else '"' + text.replace('"', '""') + '"'
