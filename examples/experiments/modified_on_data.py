"""Does a modified objective help on real data? Networks trained with and without ridges, balance and tilts, paired over seeds.

    python examples/experiments/modified_on_data.py        about half an hour on two cores; goes on where it was stopped

Two layers with biases and softmax cross-entropy on scikit-learn's iris, wine, breast cancer and digits, and on mnist1d where it is
installed (pip install --no-deps mnist1d). Each seed draws a split (60 % to train, 20 % to choose the strength of the modification, 20 % to
test), a start and what the modification draws; all arms share them. Strengths are chosen for every arm and seed by the same inner
validation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from shared import COLOURS, FOLDER, Store, arguments, figure, hodges_lehmann, holm, page, rank_biserial, table, wilcoxon
from training import (
    ARMS,
    MODELS,
    PLATEAU,
    RECORDS,
    SECOND_ORDER_STEPS,
    Model,
    by_scipy,
    changes,
    has_mnist1d,
    rows,
    split,
    trained,
)

from strictsaddle.dynamics.optimisers import optimiser
from strictsaddle.dynamics.optimisers.optimiser import Optimiser, Sequential

RATES = {
    "gd": (0.1, 0.5, 2.0),
    "momentum": (0.03, 0.1, 0.5),
    "sgd": (0.03, 0.1, 0.5),
    "adam": (0.003, 0.01, 0.05),
}
STEPS = 300
START = 0.1  # standard deviation of the weights at the start: near the saddle at 0 of networks without biases
TUNING_SEEDS = 5


@dataclass(frozen=True)
class Cell:
    """What is trained: a network on data by an optimiser."""

    data: str
    activation: str
    width: int
    optimiser: str


def cells(quick: bool) -> list[Cell]:
    """All that is trained."""
    if quick:
        return [Cell("iris", "tanh", 2, name) for name in ("adam", "saddle-free", "lbfgs")]
    found = [
        Cell(data, activation, width, name)
        for data in ("iris", "wine", "breast_cancer")
        for activation in ("tanh", "gelu", "softplus", "relu")
        for width in (2, 8)
        for name in ("gd", "momentum", "sgd", "adam")
    ]
    found += [
        Cell("iris", a, 2, name)
        for a in ("tanh", "gelu", "softplus")
        for name in ("saddle-free", "lbfgs", "trust-exact")
    ]
    large = ["digits"] + (["mnist1d"] if has_mnist1d() else [])
    found += [Cell(data, a, 32, "sgd") for data in large for a in ("tanh", "relu")]
    return found


def measured(cell: Cell, seeds: int, seed: int) -> dict[str, Any]:
    """Every arm on one cell, its strength chosen for each seed: arm -> measure -> a number a seed."""
    x, y = rows(cell.data)
    model = Model((x.shape[1], cell.width, int(y.max()) + 1), cell.activation)
    made = optimiser(cell.optimiser, 64 if len(y) > 1000 else 16)
    first = made.second_order if isinstance(made, Optimiser) else True
    steps = SECOND_ORDER_STEPS if first else STEPS

    def run(numbers: Sequence[int], rate: float) -> dict[str, np.ndarray]:
        splits = [split(x, y, n) for n in numbers]
        starts = np.stack([START * np.random.default_rng(20_000 + n).standard_normal(model.dimension) for n in numbers])
        every = [changes(model.dimension, n) for n in numbers]
        change = tuple(np.stack([one[k] for one in every]) for k in range(3))
        if isinstance(made, Sequential):
            return by_scipy(model, made, splits, starts, change)
        return trained(model, made, rate, splits, starts, change, steps, seed)

    rate = 0.0
    if cell.optimiser in RATES:  # by the unmodified objective's training loss, on seeds of its own
        own = range(5_000, 5_000 + TUNING_SEEDS)
        tuned = {r: np.nan_to_num(run(own, r)["train"][:, 0], nan=1e9).mean() for r in RATES[cell.optimiser]}
        rate = min(tuned, key=lambda r: tuned[r])
    found = run([1000 * seed + k for k in range(seeds)], rate)
    result: dict[str, Any] = {"rate": rate, "parameters": model.dimension}
    for arm in ARMS:
        mine = [k for k, (name, _) in enumerate(MODELS) if name == arm]
        best = np.argmin(np.nan_to_num(found["choose"][:, mine], nan=1e9), axis=1)
        picked = [mine[k] for k in best]
        result[arm] = {
            key: [float(np.nan_to_num(found[key][s, m], nan=1e3)) for s, m in enumerate(picked)]
            for key in ("train", "test", "left")
        }
        result[arm]["strength"] = [MODELS[m][1] for m in picked]
    return result


def main() -> None:
    given = arguments(__doc__, seeds={"type": int, "default": 30, "help": "paired seeds"})
    seeds = 6 if given.quick else given.seeds
    store = Store(given.output, "modified-on-data", [Path(__file__), FOLDER / "training.py"], given.again)
    todo = cells(given.quick)
    found = {}
    for cell in todo:
        key = [*vars(cell).values(), seeds, given.seed]
        found[cell] = store.get(key, lambda c=cell: measured(c, seeds, given.seed), len(todo))
    numbers = [{**vars(cell), **record} for cell, record in found.items()]
    page(given.output, "modified-on-data", text(found, seeds, given.seed), numbers, picture(found))


COMPARISONS = (
    ("equal ridge", "none"),
    ("own ridge", "equal ridge"),
    ("balance", "none"),
    ("balance", "equal ridge"),
    ("balance and tilt", "equal ridge"),
)


def pooled(found: dict[Cell, Any], key: str, arm: str, data: str, name: str | None = None) -> np.ndarray:
    """The mean of a measure over the cells on these data, by this optimiser or all, one number a seed."""
    wanted = [r for cell, r in found.items() if cell.data == data and name in (None, cell.optimiser)]
    return np.mean([record[arm][key] for record in wanted], axis=0)


def compared(found: dict[Cell, Any], a: str, b: str, groups: Sequence[tuple[str, str]]) -> str:
    """A section: arm a minus arm b."""
    lines, ps = [], []
    for group in groups:
        one, two = ({key: pooled(found, key, arm, *group) for key in ("test", "train", "left")} for arm in (a, b))
        middle, low, high = hodges_lehmann(100 * one["test"], 100 * two["test"])
        ps.append(wilcoxon(one["test"], two["test"]))
        loss = hodges_lehmann(one["train"], two["train"])[0]
        steps = hodges_lehmann(one["left"], two["left"])[0]
        effect = rank_biserial(one["test"], two["test"])
        lines.append(
            [*group, f"{middle:+.2f} [{low:+.2f}, {high:+.2f}]", f"{effect:+.2f}", "", f"{loss:+.4f}", f"{steps:+.1f}"]
        )
    for line, p in zip(lines, holm(ps), strict=True):
        line[4] = f"{p:.2g}" + (" *" if p < 0.05 else "")
    better = sum("*" in line[4] and line[2].startswith("-") for line in lines)
    worse = sum("*" in line[4] and line[2].startswith("+") for line in lines)
    head = ["data", "optimiser", "test error, points", "effect", "p (Holm)", "training loss", "plateau, steps"]
    words = f"Better in {better}, worse in {worse} of {len(lines)} (p < 0.05 after Holm's correction)."
    return f"## {a} minus {b}\n\n{words}\n\n{table(lines, head)}"


def text(found: dict[Cell, Any], seeds: int, seed: int) -> str:
    """The page."""
    groups = list(dict.fromkeys((cell.data, cell.optimiser) for cell in found))
    means = [[*group, *(f"{100 * pooled(found, 'test', arm, *group).mean():.2f}" for arm in ARMS)] for group in groups]
    body = "\n\n".join(compared(found, a, b, groups) for a, b in COMPARISONS)
    return f"""# Modified against traditional objectives on data

`python examples/experiments/modified_on_data.py --seeds {seeds} --seed {seed}`

Two layers with biases, cross-entropy; {seeds} paired seeds, each with its own split, start and drawn modification, the same for all arms.
Activations and widths are pooled: tanh, gelu, softplus and relu with 2 and 8 units on iris, wine and breast cancer; tanh and relu with 32
on digits and mnist1d (by sgd); second-order methods on iris with 2 units and smooth activations. {STEPS} steps ({SECOND_ORDER_STEPS} of
second-order methods), rates tuned on the unmodified objective, which is an advantage for it. Every arm but `none` has three strengths,
chosen for each seed by the loss on a fifth of the rows; another fifth is for the test. Training losses are those of the unmodified
objective. A plateau ends when the training loss falls below {PLATEAU} of that at the start, looked at {RECORDS} times in a run.

Negative differences of the test error are in favour of the arm that is named first. Mean test error in %:

{table(means, ["data", "optimiser", *ARMS])}

![differences of test errors](modified-on-data.png)

{body}
"""


def picture(found: dict[Cell, Any]) -> Any:
    """Differences of the test error from `none`, by data and arm, all optimisers pooled."""
    data = list(dict.fromkeys(cell.data for cell in found))
    made, ((axes,),) = figure(1, 1, 8.5, 4.0)
    for k, arm in enumerate(ARMS[1:]):
        for j, name in enumerate(data):
            one, two = (pooled(found, "test", which, name) for which in (arm, "none"))
            middle, low, high = hodges_lehmann(100 * one, 100 * two)
            axes.errorbar(j + 0.15 * (k - 1.5), middle, yerr=[[middle - low], [high - middle]], fmt="o", color=COLOURS[k], capsize=2,
                          label=arm if j == 0 else None)  # fmt: skip
    axes.axhline(0, color="#999999", linewidth=0.8)
    axes.set_xticks(range(len(data)), [name.replace("_", " ") for name in data])
    axes.set_ylabel("test error minus that of `none`, points")
    axes.legend(frameon=False, ncols=2)
    return made


if __name__ == "__main__":
    main()
