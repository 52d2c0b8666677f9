"""Writes tests/vectors/roster.json: `python -m tests.vectors.make_roster`.

Three chains that are right, read in the order given; the statements that must be refused after so many of them, each
with its code; and questions about where it all ends, with their answers.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.vectors.roster_departement import tell_the_departement
from tests.vectors.roster_food_bank import tell_the_food_bank
from tests.vectors.roster_network import tell_the_network
from tests.vectors.roster_questions import questions
from tests.vectors.roster_shapes import refuse_shapes, refuse_what_was_touched
from tests.vectors.statements import Script, ident


def write() -> dict[str, Any]:
    script = Script(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    tell_the_network(script)
    refuse_shapes(script)
    tell_the_food_bank(script)
    tell_the_departement(script)
    refuse_what_was_touched(script)
    return {
        "founding": ident("founding"),
        "valid": script.valid,
        "invalid": script.invalid,
        "questions": questions(script),
    }


if __name__ == "__main__":
    target = Path(__file__).with_name("roster.json")
    target.write_text(json.dumps(write(), ensure_ascii=False, indent=1) + "\n", "utf-8")
