"""The door to the directory: files come in with a report that loses none, places are kept, phones and others read them.

Rows are deactivated, never deleted. Words of places: data·inclusion v1 (models/rules/place_row.py). Every write goes
through `changes.changing`.
"""

from models.directory.extract import extract, proposed, territories
from models.directory.importing import Report, import_places
from models.reference import REFERENCE, directory_words

__all__ = ["REFERENCE", "Report", "directory_words", "extract", "import_places", "proposed", "territories"]
