"""Are networks trained on the iris measurements strict-saddle, and what makes them so? (`make demo` runs this.)

Each objective fits petal width to petal length on all 150 rows, standardised, in exact rationals. First as people
usually write it, then modified; tensor decomposition comes last. It prints one table and writes the reports it names.
"""

from __future__ import annotations

import os
import sys
import textwrap
import time
from pathlib import Path

from tabulate import tabulate

from strictsaddle import check, load, zoo
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Event, Progress, Started
from strictsaddle.records.verdict import Verdict
from strictsaddle_reports import html, json_report, markdown
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
ANSWERS = {
    "strict_saddle": "strict-saddle",
    "not_strict_saddle": "not strict-saddle",
    "undecided": "undecided",
}
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


def table(verdicts: list[Verdict]) -> str:
    """Objective, unknowns, stationary points by kind, verdicts, proof, seconds: a row for each verdict."""
    headers = ["objective", "unknowns", "stationary points", "verdict", "modulo symmetry", "proof", "seconds"]
    rows = []
    for verdict in verdicts:
        name = str(verdict.objective["name"]).removeprefix("iris, ")
        modulo = verdict.modulo_symmetry
        rows.append(
            [
                name,
                len(verdict.objective["variables"]),
                points(verdict),
                ANSWERS[verdict.definition_1.verdict],
                "" if modulo is None else ANSWERS[modulo.verdict],
                verdict.definition_1.proof,
                f"{verdict.resources.seconds:.2f}",
            ]
        )
    return tabulate(rows, headers=headers, tablefmt="simple")


def points(verdict: Verdict) -> str:
    """The isolated stationary points by kind, in words."""
    if not verdict.stationary.complete:
        return "not isolated"
    names = {"local_minimum": ("minimum", "minima"), "strict_saddle": ("saddle", "saddles")}
    names["local_maximum"] = ("maximum", "maxima")
    counts = verdict.stationary.counts
    return ", ".join(f"{counts[kind]} {words[counts[kind] > 1]}" for kind, words in names.items() if counts[kind])


def main(folder: Path = HERE.parent / "reports-out") -> list[Verdict]:
    """Check all, print the table, write and name the reports."""
    start = time.perf_counter()
    every = objectives()
    verdicts = prove(every)
    print(f"\n{table(verdicts)}\n")
    for verdict in verdicts:
        line = f"{verdict.objective['name']}: {verdict.definition_1.reason}."
        print(textwrap.fill(line, 110, subsequent_indent="    "))
    print(f"\n{len(verdicts)} objectives in {time.perf_counter() - start:.1f} s. Reports:")
    for path in write_reports(verdicts, every, folder):
        print(f"  {os.path.relpath(path)}")
    return verdicts


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
