"""Strict against not strict: how long noise needs to leave a certified saddle, as the noise becomes less.

    python examples/experiments/strict_or_not.py        about fifteen minutes on two cores; goes on where it was stopped

Each objective is examined by `strictsaddle.check`; noisy gradient descent (Ge et al. 2015) and gradient descent start at its certified
saddles, one of each orbit. Logarithm against power in one picture, and which share of the paths gets stuck.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from shared import COLOURS, Store, arguments, figure, page, table

import strictsaddle as ss

FOUR = "three linear layers, balance 1/8, tilt 1/50"
CURVE, THREE = "(a*b - 1)**2", "(a*b*c - 1)**2"
BALANCE = "((a**2 - b**2)**2 + (b**2 - c**2)**2)/8"


def objectives() -> dict[str, ss.Objective]:
    """By name, in the order of the table."""
    return {
        "tensor, Eq. 5, d = 2": ss.zoo.tensor_eq5(d=2),
        "tensor, Eq. 4, d = 2": ss.zoo.tensor_eq4(d=2),
        "tensor, Eq. 5, d = 3": ss.zoo.tensor_eq5(d=3),
        "tensor, Eq. 4, d = 3": ss.zoo.tensor_eq4(d=3),
        "two linear layers": ss.Objective("two linear layers", "a b", CURVE),
        "two linear layers, ridge 1/10": ss.Objective("two, ridge", "a b", f"{CURVE} + (a**2 + b**2)/10"),
        "three linear layers": ss.Objective("three linear layers", "a b c", THREE),
        "three linear layers, ridge 1/100": ss.Objective(
            "three, ridge", "a b c", f"{THREE} + (a**2 + b**2 + c**2)/100"
        ),
        "three linear layers, balance 1/8": ss.Objective("three, balance", "a b c", f"{THREE} + {BALANCE}"),
        FOUR: ss.Objective("three, balance, tilt", "a b c", f"{THREE} + {BALANCE} - (a + b + c)/50"),
    }


def measured(objective: ss.Objective, seeds: int, seed: int) -> dict[str, Any]:
    """The record of `escape`, without its paths."""
    options = ss.Options(budget=240, seed=seed)
    names = ["gd", "noisy-sgd", "trust-exact"]
    found = ss.escape(objective, optimisers=names, seeds=seeds, saddles=4, theorem_6=False, options=options).to_dict()
    return {key: found[key] for key in ("verdict", "saddles", "table", "ends", "notes")}


def main() -> None:
    given = arguments(__doc__, seeds={"type": int, "default": 200, "help": "paths of each optimiser from each saddle"})
    store = Store(given.output, "strict-or-not", [Path(__file__)], given.again)
    every = objectives()
    if given.quick:
        every = {name: every[name] for name in ("two linear layers", "three linear layers")}
    seeds = 20 if given.quick else given.seeds
    found = {}
    for name, objective in every.items():
        found[name] = store.get(
            [name, seeds, given.seed], lambda o=objective: measured(o, seeds, given.seed), len(every)
        )
    page(given.output, "strict-or-not", text(found, seeds, given.seed), found, picture(found))


def text(found: dict[str, Any], seeds: int, seed: int) -> str:
    """The page."""
    rows = [row(name, record, number) for name, record in found.items() for number in range(len(record["saddles"]))]
    ends = [
        [
            name,
            end["optimiser"],
            end["where"],
            end["standing"] or "-",
            f"{100 * end['share']:.0f} %",
            f"{end['count']} of {end['runs']}",
        ]
        for name, record in found.items()
        for end in record["ends"]
        if end["where"] != "at a minimum" or end["standing"] != "global"
    ]
    head = [
        "objective",
        "verdict",
        "saddle",
        "kind",
        "least eigenvalue",
        "mean steps, eps falling by 10",
        "by law",
        "exponent",
        "by law",
    ]
    others = (
        table(ends, ["objective", "optimiser", "where", "", "share", "paths"])
        if ends
        else "All of them end at global minima."
    )
    return f"""# Strict against not strict

`python examples/experiments/strict_or_not.py --seeds {seeds} --seed {seed}`

Noisy gradient descent from certified saddles, {seeds} paths each, with three noises of which each has a tenth of the eps before it
(dX = -grad f dt + sqrt(2 eps) dW in the limit of small steps). At a strict saddle the mean number of steps grows like ln(1/eps): the
exponent of a power of eps tends to 0. At degenerate points it is a power. The laws have no free constants: linear theory, or the mean exit
time along the valley of a degenerate point with a kernel of dimension one; for other kernels only the exponent is known, by homogeneity.
Balls, step sizes and noises are chosen by the rules that `strictsaddle escape` prints.

{table(rows, head)}

![steps against noise](strict-or-not.png)

## Where paths end that left, if not at a global minimum

{others}
"""


def row(name: str, record: dict[str, Any], number: int) -> list[str]:
    """Of the table: one saddle."""
    saddle = record["saddles"][number]
    noisy = [r for r in record["table"] if r["saddle"] == number and r["optimiser"] == "noisy-sgd"]
    means = ["-" if r["steps"]["mean"] is None else f"{r['steps']['mean']:,.0f}" for r in noisy]
    laws = ["-" if r["predicted"] is None else f"{r['predicted']:,.0f}" for r in noisy]
    scaling, least = saddle["scaling"], saddle["least_eigenvalue"]
    exponent = "-" if scaling is None else f"{scaling['exponent']:.3f} [{scaling['ci'][0]:.3f}, {scaling['ci'][1]:.3f}]"
    law = "-" if scaling is None or scaling["predicted_exponent"] is None else f"{scaling['predicted_exponent']:.3f}"
    return [
        name, record["verdict"].replace("_", " "), f"{number + 1} of {len(record['saddles'])}", saddle["kind"].replace("_", " "),
        "-" if least is None else f"{0.5 * (least[0] + least[1]):.3g}", ", ".join(means), ", ".join(laws), exponent, law,
    ]  # fmt: skip


def picture(found: dict[str, Any]) -> Any:
    """Mean steps against eps."""
    made, ((axes,),) = figure(1, 1, 8.5, 5.6)
    for k, (name, record) in enumerate(found.items()):
        for number in range(len(record["saddles"])):
            noisy = [r for r in record["table"] if r["saddle"] == number and r["optimiser"] == "noisy-sgd"]
            rows = [r for r in noisy if r["steps"]["mean"] is not None]
            if len(rows) < 2:
                continue
            strict = record["saddles"][number]["kind"] == "strict_saddle"
            x = np.array([r["eps"] / rows[0]["eps"] for r in rows])
            y = [r["steps"]["mean"] / rows[0]["steps"]["mean"] for r in rows]
            label = f"{name}{'' if strict else ', degenerate'}" if number == 0 or not strict else None
            style = "-o" if strict else "--s"
            axes.plot(x, y, style, color=COLOURS[k % len(COLOURS)], markersize=4, label=label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.invert_xaxis()
    axes.set_xlabel("noise eps, relative to the first")
    axes.set_ylabel("mean steps to leave, relative to the first")
    axes.legend(frameon=False, fontsize=8)
    return made


if __name__ == "__main__":
    main()
