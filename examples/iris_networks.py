"""Are networks trained on the iris measurements strict-saddle, and what makes them so? (`make demo` runs this.)

Each objective fits petal width to petal length on all 150 rows, standardised, in exact rationals. First as people
usually write it, then modified; tensor decomposition comes last. Prints one table, writes the reports that it names.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from strictsaddle import zoo
from strictsaddle.pipeline import check
from strictsaddle.events import Event, Progress, Started
from strictsaddle.loading import load
from strictsaddle.objective.objective import Objective
from strictsaddle.verdict import Verdict
from strictsaddle_reports import html, json_report, markdown, tables, text
from strictsaddle_reports.writing import write

HERE = Path(__file__).parent
FILES = (
    "iris-linear.toml",
    "iris-linear-ridge.toml",
    "iris-two-units-equal-ridge.toml",
    "iris-two-units-unequal-ridge.toml",
    "iris-quadratic.toml",
    "iris-three-layers.toml",
    "iris-three-layers-ridge.toml",
)
BUDGET = 20.0  # seconds an objective may take at most; each needs far less


def objectives() -> list[Objective]:
    """The seven networks, and Eq. 5 of Ge, Huang, Jin and Yuan (2015) for d = 2."""
    return [load(str(HERE / name)) for name in FILES] + [zoo.get("tensor-eq5", {"d": 2})]


def say(line: str) -> None:
    """A line of progress: on the standard error, so that the standard output holds the result alone."""
    print(line, file=sys.stderr, flush=True)


def tell(event: Event) -> None:
    """What an engine reports while it runs."""
    if isinstance(event, Started):
        say(f"    {event.engine} engine: {event.why}")
    elif isinstance(event, Progress):
        boxes = f", {event.boxes:,} boxes" if event.boxes else ""
        say(f"    {event.phase}{boxes}")


def prove(every: list[Objective]) -> list[Verdict]:
    """A verdict for each objective, one after the other."""
    verdicts = []
    for number, objective in enumerate(every, start=1):
        say(f"[{number}/{len(every)}] {objective.name}: {objective.dimension} unknowns")
        verdicts.append(check(objective, budget=BUDGET, listener=tell))
    return verdicts


def write_reports(verdicts: list[Verdict], every: list[Objective], folder: Path) -> list[Path]:
    """HTML, Markdown and JSON of all verdicts, in `folder`; the files written."""
    folder.mkdir(exist_ok=True)
    contents = {
        "iris-networks.html": html.report(verdicts, every),
        "iris-networks.md": markdown.report(verdicts),
        "iris-networks.json": json_report.report(verdicts),
    }
    for name, content in contents.items():
        write(folder / name, content)
    return [folder / name for name in contents]


def main(folder: Path = HERE.parent / "reports-out") -> list[Verdict]:
    """Check all, print the table, write and name the reports."""
    start = time.perf_counter()
    every = objectives()
    verdicts = prove(every)
    print()
    print(text.draw(tables.comparison(verdicts)))
    print()
    for verdict in verdicts:
        print(f"{verdict.objective['name']}: {verdict.definition_1.reason}")
    print(f"\n{len(verdicts)} objectives in {time.perf_counter() - start:.1f} s. Reports:")
    for path in write_reports(verdicts, every, folder):
        print(f"  {os.path.relpath(path)}")
    return verdicts


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
