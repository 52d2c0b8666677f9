"""The door to the directory: files come in with a report that loses none, places are kept, phones and others read them.

Rows are deactivated, never deleted. Words of places: data·inclusion v1 (models/rules/directory_row.py). Every write
goes through `changes.changing`. A file comes in by `receive`, `look` and `confirm` (its columns), `plan` (a dry run),
`lines` (what it would change), `apply`; `import_places` is all of that at once.
"""

from models.directory.applying import Choices, apply
from models.directory.extract import extract, proposed, territories
from models.directory.importing import Report, import_places, report_of
from models.directory.planning import plan
from models.directory.receiving import Look, Tell, confirm, look, mapping_of, receive
from models.directory.renewing import renew_hours
from models.directory.report import LABELS, Line, lines, sentences, sheet_of
from models.directory.runs import OPERATOR, Run, forget_imports, recent_runs, run_of
from models.reference import REFERENCE, directory_words

__all__ = [
    "LABELS", "OPERATOR", "REFERENCE", "Choices", "Line", "Look", "Report", "Run", "Tell", "apply", "confirm",
    "directory_words", "extract", "forget_imports", "import_places", "lines", "look", "mapping_of", "plan", "proposed",
    "receive", "recent_runs", "renew_hours", "report_of", "run_of", "sentences", "sheet_of", "territories",
]  # fmt: skip
