"""`python -m device.demonstration fill SERVER FOUNDING`: fill an empty server. `accounts`: say who can sign in.

FOUNDING is the link, or the id, that `flask network init` printed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from device import acts
from device.demonstration import accounts, stories, territory
from device.demonstration.stories import Story
from device.demonstration.territory import TEAMS, Territory
from device.transport import HttpTransport


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m device.demonstration")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("accounts")
    fill = commands.add_parser("fill")
    fill.add_argument("server", help="http://localhost:8000")
    fill.add_argument("founding")
    fill.add_argument("--origin", help="the origin the server believes it has, when it is not SERVER")
    fill.add_argument("--out", type=Path, help="write the ids of what was made")
    asked = parser.parse_args()
    if asked.command == "fill":
        _fill(asked.server, asked.origin or asked.server, asked.founding.rpartition("/")[2], asked.out)
    else:
        print("\n".join(accounts.lines()))


def _fill(server: str, origin: str, founding: str, out: Path | None) -> None:
    started, now = time.monotonic(), datetime.now(UTC)
    made = territory.build(HttpTransport(server), origin.rstrip("/"), founding, now)
    told = stories.fill(made, now)
    sent = [(story, orientation) for story in told for orientation in story.sent]
    states = Counter(acts.state_of(made.phones[story.writer], orientation, now) for story, orientation in sent)
    print(f"{len(told)} personnes inventées, {len(sent)} orientations ({_counted(states)})")
    print(f"en {time.monotonic() - started:.1f} s, par le protocole, scellées avant l’envoi.")
    if out:
        out.write_text(json.dumps(_ids(made, told), ensure_ascii=False, indent=1) + "\n", "utf-8")


def _counted(states: Counter[str]) -> str:
    return ", ".join(f"{count} {state}" for state, count in sorted(states.items()))


def _ids(made: Territory, told: list[Story]) -> dict[str, object]:
    """Ids only: nothing of what was sealed."""
    return {
        "genesis": made.phones["gwenaelle"].bundle.genesis,
        "organisations": {one["name"]: one["id"] for one in (territory.DEPARTEMENT, territory.CCAS, territory.BANK)},
        "teams": {name: team.id for name, team in TEAMS.items()},
        "circles": made.circles,
        "members": {name: phone.bundle.member for name, phone in made.phones.items()},
        "orientations": [orientation for story in told for orientation in story.sent],
    }


if __name__ == "__main__":
    main()
