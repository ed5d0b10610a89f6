"""Forty and more published problems: what the source says, what is proved here, how, and in what time.

    python examples/public_cases.py                  the table
    python examples/public_cases.py --only cauchy    rows whose name has this word
    python examples/public_cases.py -o FILE.md       the table as Markdown

The problems stand in tables/public_cases.toml. The last line counts the rows that are decided, and those that disagree with their source.
"""

from __future__ import annotations

import argparse
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from tabulate import tabulate

from strictsaddle import Objective, check
from strictsaddle.objective.domain import Box, Domain, Equalities, Euclidean
from strictsaddle.records.verdict import Verdict

CASES = Path(__file__).parent / "tables" / "public_cases.toml"
BUDGET = 30.0  # seconds a problem; each needs far less
WORDS = {"strict_saddle": "strict-saddle", "not_strict_saddle": "not strict-saddle", "undecided": "undecided"}


@dataclass(frozen=True)
class Row:
    case: dict[str, Any]
    verdict: Verdict
    seconds: float
    complaints: tuple[str, ...]


def cases(word: str = "") -> list[dict[str, Any]]:
    """The problems whose names have the word."""
    found = tomllib.loads(CASES.read_text("utf-8"))["case"]
    return [case for case in found if word.lower() in case["name"].lower()]


def objective(case: dict[str, Any]) -> Objective:
    """A problem as an objective."""
    domain: Domain = Euclidean(tuple(case.get("where", ())))
    if "equalities" in case:
        domain = Equalities(tuple(case["equalities"]))
    if "box" in case:
        domain = Box(*(tuple(Fraction(str(pair[end])) for pair in case["box"]) for end in (0, 1)))
    return Objective(
        case["name"], case["variables"], case["expression"], domain=domain, source=case["source"], data=case.get("data", ())
    )  # fmt: skip


def complaints(case: dict[str, Any], verdict: Verdict) -> Iterator[str]:
    """What does not agree with the source."""
    wanted = case.get("verdict", "strict_saddle")
    if verdict.definition_1.verdict != wanted:
        yield f"{WORDS[verdict.definition_1.verdict]}, not {WORDS[wanted]}"
    if "modulo" in case and (verdict.modulo_symmetry is None or verdict.modulo_symmetry.verdict != case["modulo"]):
        yield f"modulo symmetry it is not {WORDS[case['modulo']]}"
    counts = verdict.stationary.counts
    for key, kind in (("minima", "local_minimum"), ("saddles", "strict_saddle"), ("maxima", "local_maximum")):
        if key in case and counts[kind] != case[key]:
            yield f"{counts[kind]} {key}, not {case[key]}"
    for wanted_point in case.get("points", ()):
        near = [
            point
            for point in verdict.stationary.isolated
            if all(
                abs(0.5 * (side.low + side.high) - x) <= case.get("tolerance", 1e-6)
                for side, x in zip(point.point, wanted_point, strict=True)
            )
        ]
        if len(near) != 1:
            yield f"{len(near)} points near {wanted_point}"


def examined(case: dict[str, Any]) -> Row:
    started = time.monotonic()
    verdict = check(objective(case), budget=BUDGET, seed=7)
    return Row(case, verdict, time.monotonic() - started, tuple(complaints(case, verdict)))


def ours(verdict: Verdict) -> str:
    """Our answer in a few words."""
    counts = verdict.stationary.counts
    words = {"local_minimum": "min", "strict_saddle": "saddle", "local_maximum": "max", "degenerate": "degenerate"}
    found = ", ".join(f"{counts[key]} {word}" for key, word in words.items() if counts[key])
    modulo = verdict.modulo_symmetry
    if modulo is not None and modulo.dimension and modulo.verdict != verdict.definition_1.verdict:
        found = "; ".join(filter(None, (found, f"modulo symmetry {WORDS[modulo.verdict]}")))
    answer = WORDS[verdict.definition_1.verdict]
    return f"{answer}: {found}" if found else answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    rows = []
    for case in cases(options.only):
        print(f"    {case['name']}", file=sys.stderr, flush=True)
        rows.append(examined(case))
    columns = ["problem", "source", "published answer", "ours", "proof", "seconds", "agrees"]
    table = [
        [
            row.case["name"], row.case["source"], row.case["answer"], ours(row.verdict), row.verdict.definition_1.proof,
            f"{row.seconds:.2f}", "; ".join(row.complaints) or "yes",
        ]
        for row in rows
    ]  # fmt: skip
    if options.output is not None:
        options.output.write_text(tabulate(table, columns, tablefmt="github") + "\n", "utf-8")
    else:
        print(tabulate(table, columns, maxcolwidths=[22, 30, 30, 34, None, None, 24]))
    decided = sum(row.verdict.definition_1.verdict != "undecided" for row in rows)
    against = sum(bool(row.complaints) for row in rows)
    print(
        f"{decided} of {len(rows)} are decided; {against or 'none'} of all disagree{'s' * (against <= 1)} with the source"
    )
    sys.exit(bool(against))


if __name__ == "__main__":
    main()
