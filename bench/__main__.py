"""`make bench`: runs every program in turn, each in a process of its own, and prints one table.

SIZE=small for a quick pass, SIZE=large for the long one. ONLY=p01,p13 for some. WRITE=1 writes the table, with the
date, the machine and the versions, between the marks of bench/README.md. A program that fails is a line that says so.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile

from bench.frame import ROOT, Row, size, table, tell

HERE = Path(__file__).resolve().parent
README = HERE / "README.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
LONGEST_SECONDS = 1_200


def main() -> int:
    only = tuple(filter(None, os.environ.get("ONLY", "").split(",")))
    programs = sorted(path.stem for path in HERE.glob("p[0-9]*.py"))
    rows: list[Row] = []
    for program in programs:
        if not only or program.startswith(only):
            rows += _run(program)
    sys.stdout.write("\n" + table(rows))
    if os.environ.get("WRITE") == "1":
        _write(rows)
    return 0


def _run(program: str) -> list[Row]:
    tell(f"{program} …")
    began = time.monotonic()
    with NamedTemporaryFile("r", suffix=".jsonl") as file:
        command = [sys.executable, "-m", f"bench.{program}"]
        environment = os.environ | {"BENCH_ROWS": file.name}
        try:
            ran = subprocess.run(  # noqa: S603 - our own programs
                command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, timeout=LONGEST_SECONDS, check=False
            )
            failed = f"stopped with {ran.returncode}" if ran.returncode else ""
        except subprocess.TimeoutExpired:
            failed = f"was still running after {LONGEST_SECONDS} s"
        rows = [Row(**json.loads(line)) for line in file]
    tell(f"{program}: {failed or 'done'}, {time.monotonic() - began:.0f} s")
    figure = f"P{int(program[1:3])}"
    return rows if not failed else [*rows, Row(figure, f"{program} {failed}", "", "", None, "", 0.0, None, "")]


def _write(rows: list[Row]) -> None:
    before, _, rest = README.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(f"{before}{BEGIN}\n{_measured_on()}\n\n{table(rows)}{END}{after}", "utf-8")


def _measured_on() -> str:
    """The date, the machine and the versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(
        f"{name} {version(name)}" for name in ("flask", "peewee", "joserfc", "cryptography", "waitress", "brotli")
    )
    machine = f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB, Linux {platform.release().partition('-')[0]}"
    busy = os.getloadavg()[1]
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}, {size():,} events, on {machine}; load {busy:.1f}. "
        f"Python {platform.python_version()}, {versions}."
    )


def _processor() -> str:
    text = Path("/proc/cpuinfo").read_text("utf-8") if Path("/proc/cpuinfo").exists() else ""
    names = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    sys.exit(main())
