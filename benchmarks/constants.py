"""How long the constants of Definition 2 take: for each entry of the zoo, one set that holds and one that must be
refuted.

The set that holds is the best that `strictsaddle constants` finds with delta left to it; then each constant is
doubled, and the refutation is timed. Prints a table; asserts nothing. Usage: python benchmarks/constants.py [NAME
...] [--budget SECONDS]
"""

from __future__ import annotations

import argparse
import time
from fractions import Fraction

import strictsaddle as ss
from strictsaddle.errors import NotYetError


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--budget", type=float, default=20.0, help="seconds for each question")
    options = parser.parse_args()
    print(f"{'entry':32}{'best values':>13}{'s':>7}{'rows':>6}{'widest gap':>12}   twice the constants")
    for name in options.names or ss.zoo.names():
        objective = ss.zoo.get(name, {})
        started = time.monotonic()
        try:
            verdict = ss.constants(objective, budget=options.budget, workers=1)
        except NotYetError:
            print(f"{name:32}{'spheres':>13}")
            continue
        seconds = time.monotonic() - started
        found = verdict.definition_2 or {}
        gaps = [row["gap"] for row in found["alphas"] + found["frontier"] if row["gap"] is not None]
        line = f"{name:32}{found['verdict']:>13}{seconds:7.2f}{len(found['frontier']):6}"
        line += f"{max(gaps):11.2%} " if gaps else f"{'-':>12}"
        if found["verdict"] == "holds":
            started = time.monotonic()
            doubled = {
                key: str(2 * Fraction(text)) if key != "delta" else text for key, text in found["constants"].items()
            }
            twice = ss.constants(objective, **doubled, budget=options.budget, workers=1)  # type: ignore[arg-type]
            line += f"   {(twice.definition_2 or {})['verdict']} in {time.monotonic() - started:.2f} s"
        print(line, flush=True)


if __name__ == "__main__":
    main()
