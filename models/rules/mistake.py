"""A mistake in the directory that a member reports from their phone: its shape, and the words for what is wrong.

Pure. docs/protocol.md, *Mistake*. A field that is not in the list is another release’s: kept, and shown as other.
"""

from __future__ import annotations

import re
from typing import Final

from models.rules.formats import Form, is_code, is_id, is_instant, is_name, is_text, record

MAX_MISTAKES: Final = 20  # in one request
MAX_CHARACTERS: Final = 300
FIELDS: Final = {
    "ferme": "N’existe plus, ou a déménagé",
    "telephone": "Le téléphone",
    "horaires": "Les horaires",
    "adresse": "L’adresse",
    "conditions": "Qui est reçu, à quelles conditions",
    "services": "Ce qu’on y trouve",
    "nom": "Le nom",
    "autre": "Autre chose",
}
# Thirteen digits, perhaps two more, as people write a number of social security.
_NIR: Final = re.compile(r"(?<!\d)[12][ .]?\d\d[ .]?\d\d[ .]?(\d\d|2[abAB])[ .]?\d{3}[ .]?\d{3}([ .]?\d\d)?(?!\d)")


def names_someone(text: str) -> bool:
    """Whether it holds what looks like a number of social security, which is refused in every field."""
    return bool(_NIR.search(text))


def _is_short_text(value: object) -> bool:
    """Perhaps empty: the field may say enough."""
    return value == "" or (is_text(value) and len(str(value)) <= MAX_CHARACTERS)


is_mistake: Final[Form] = record(
    {"id": is_id, "place": is_name, "field": is_code, "text": _is_short_text, "at": is_instant}
)
