"""What rows are read by: the published schemas, our older words, our kinds. Read once for a process."""

from __future__ import annotations

from functools import cache

from models.reference import REFERENCE, directory_labels, directory_words, published_schemas
from models.rules.directory_row import PLACE, SERVICE, words_of
from models.rules.spoken import Words, spoken_of


@cache
def words() -> dict[str, Words]:
    """By sort of row. A place may say itself what v1 says of its services (themes, publics…): most files do."""
    schemas, older = published_schemas(), directory_words()
    spoken = spoken_of(directory_labels(), older["spoken"])
    both = {
        "properties": schemas["service"]["properties"] | schemas["structure"]["properties"],
        "$defs": schemas["service"]["$defs"] | schemas["structure"]["$defs"],
    }
    return {
        PLACE: words_of(PLACE, both, older, REFERENCE.organisation_kinds, spoken),
        SERVICE: words_of(SERVICE, schemas["service"], older, {}, spoken),
    }
