"""What modifications cost: each row is proved, by `strictsaddle.check` and `strictsaddle.constants`.

python examples/reformulation_prices.py        a minute on two cores
"""

from __future__ import annotations

from typing import NamedTuple

from tabulate import tabulate

import strictsaddle as ss
from strictsaddle.definition_2.constants import examine


class Row(NamedTuple):
    """A modified objective: its formula, and whether constants of Definition 2 are asked for at delta = 1/10."""

    name: str
    unknowns: str
    formula: str
    constants: bool = False


CURVE = "(u*v - 1)**2"
THREE = "(a*b*c - 1)**2"
BALANCE = "((a**2 - b**2)**2 + (b**2 - c**2)**2)/8"
ROWS = (
    Row("flat minimum, ridge 1/1000", "w", "w**4/4 + w**2/1000"),
    Row("flat minimum, tilt 1/1000", "w", "w**4/4 + w/1000"),
    Row("inflection, tilt against it", "w", "-w**3/3 - w/1000 + w**4/4"),
    Row("product, ridge 1/10", "u v", f"{CURVE} + (u**2 + v**2)/10"),
    Row("product, ridge 1/5", "u v", f"{CURVE} + (u**2 + v**2)/5", True),
    Row("product, balance 1/8", "u v", f"{CURVE} + (u**2 - v**2)**2/8", True),
    Row("three layers, ridge 1/100", "a b c", f"{THREE} + (a**2 + b**2 + c**2)/100"),
    Row("three layers, balance 1/8", "a b c", f"{THREE} + {BALANCE}"),
    Row("three layers, balance 1/8 and tilt 1/50", "a b c", f"{THREE} + {BALANCE} - (a + b + c)/50"),
    Row("three layers, ridge 1/100 and tilt 1/10", "a b c", f"{THREE} + (a**2 + b**2 + c**2)/100 - (a + b + c)/10"),
    Row("width 2, balance", "a1 a2 b1 b2", "(a1*b1 + a2*b2 - 1)**2 + ((a1**2 - b1**2)**2 + 2*(a1*a2 - b1*b2)**2 + (a2**2 - b2**2)**2)/8"),
    Row("width 2, balance and orthogonality", "a1 a2 b1 b2",
        "(a1*b1 + a2*b2 - 1)**2 + ((a1**2 - b1**2)**2 + 2*(a1*a2 - b1*b2)**2 + (a2**2 - b2**2)**2)/8 + (a1*a2)**2 + (b1*b2)**2"),
)  # fmt: skip
HEAD = [
    "modified objective",
    "verdict",
    "minima",
    "saddles",
    "spurious",
    "least α",
    "least γ",
    "α",
    "γ",
    "ε",
    "iterations",
]


def measured(row: Row) -> dict[str, object]:
    """What is proved about a row."""
    objective = ss.Objective(row.name, row.unknowns, row.formula)
    verdict = ss.check(objective)
    minima = [p for p in verdict.stationary.isolated if p.kind == "local_minimum"]
    others = [p for p in verdict.stationary.isolated if p.kind != "local_minimum"]
    found: dict[str, object] = {
        "verdict": verdict.definition_1.verdict,
        "minima": len(minima),
        "saddles": sum(p.kind == "strict_saddle" for p in others),
        "spurious": None if verdict.minimum is None else verdict.minimum.spurious_minima,
        "least alpha": min((p.eigenvalues[0].low for p in minima), default=None),
        "least gamma": min((-p.eigenvalues[0].high for p in others), default=None),
    }
    if row.constants:
        asked = examine(objective, {"delta": "1/10"}, ss.Options(budget=60)).definition_2
        assert asked is not None
        found |= {"alpha": asked.constants.alpha, "gamma": asked.constants.gamma, "epsilon": asked.constants.epsilon}
        found["iterations"] = None if asked.theorem_6 is None else asked.theorem_6.iterations
    return found


def main() -> None:
    rows = []
    for row in ROWS:
        found = measured(row)
        numbers = [found.get(key) for key in ("least alpha", "least gamma")]
        constants = [found.get(key) for key in ("alpha", "gamma", "epsilon")]
        rows.append([
            row.name, str(found["verdict"]).replace("_", " "), found["minima"], found["saddles"], found["spurious"],
            *("" if x is None else f"{x:.4g}" for x in numbers),
            *("" if c is None else str(c) for c in constants),
            "" if found.get("iterations") is None else f"{found['iterations']:.1e}",
        ])  # fmt: skip
    print(tabulate(rows, HEAD))


if __name__ == "__main__":
    main()
