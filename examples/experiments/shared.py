"""What the experiments have in common: a store that is gone on with, progress, paired statistics, pages."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).resolve().parent
PAGES = FOLDER.parent.parent / "docs" / "experiments"
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#000000", "#999999")


def arguments(description: str, **more: Mapping[str, Any]) -> argparse.Namespace:
    """The options that all experiments take, and more."""
    parser = argparse.ArgumentParser(
        description=description.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=0, help="of all random numbers")
    parser.add_argument("--quick", action="store_true", help="a small part of it, to see that it runs")
    parser.add_argument("--output", type=Path, default=PAGES, help="folder of the page, its pictures and the numbers")
    parser.add_argument(
        "--again", action="store_true", help="forget what was measured before, instead of going on with it"
    )
    for name, settings in more.items():
        parser.add_argument(f"--{name.replace('_', '-')}", **settings)
    return parser.parse_args()


class Store:
    """Results by key in a file of JSON lines, each written when it is there: an experiment that was stopped goes on. Keys hold everything
    that a result depends on; the file's name holds a digest of the experiment's own code, so that a changed one starts anew."""

    def __init__(self, folder: Path, name: str, sources: Sequence[Path], again: bool) -> None:
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f".{name}-{digest}.jsonl"
        if again:
            self.path.unlink(missing_ok=True)
        self.known: dict[str, Any] = {}
        if self.path.exists():
            for line in self.path.read_text("utf-8").splitlines():
                try:
                    record = json.loads(line)
                except ValueError:  # the last line of a run that was killed
                    continue
                self.known[record["key"]] = record["value"]
        self.started, self.done = time.monotonic(), 0

    def get(self, key: Sequence[object], work: Callable[[], Any], total: int) -> Any:
        """The result of this key, made by `work` unless it is known."""
        text = json.dumps(list(map(str, key)))
        self.done += 1
        if text not in self.known:
            seconds = time.monotonic() - self.started
            print(f"[{self.done}/{total}] {', '.join(map(str, key))} ({seconds:.0f} s)", file=sys.stderr, flush=True)
            value = work()
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": text, "value": value}) + "\n")
            self.known[text] = value
        return self.known[text]


def table(rows: Sequence[Sequence[object]], head: Sequence[str]) -> str:
    """A table in Markdown."""
    from tabulate import tabulate

    return str(tabulate([[str(x) for x in row] for row in rows], list(head), tablefmt="github", disable_numparse=True))


def rounded(value: Any) -> Any:
    """Numbers with six digits, which is more than any of them is known to."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, Mapping):
        return {key: rounded(item) for key, item in value.items()}
    return [rounded(item) for item in value] if isinstance(value, (list, tuple)) else value


def page(folder: Path, name: str, text: str, numbers: object, figure: Any = None) -> None:
    """Write the page, the numbers that it was made from, and its picture."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.md").write_text(text.rstrip() + "\n", "utf-8")
    (folder / f"{name}.json").write_text(json.dumps(rounded(numbers), allow_nan=False) + "\n", "utf-8")
    if figure is not None:
        figure.savefig(folder / f"{name}.png", dpi=130, metadata={"Software": None})
    print(f"wrote {folder / name}.md")


def figure(rows: int, columns: int, width: float = 9.0, height: float = 3.4) -> tuple[Any, Any]:
    """A figure in the style of the reports, and its axes (rows, columns)."""
    import matplotlib

    matplotlib.rcParams.update(
        {"font.size": 9.5, "axes.spines.top": False, "axes.spines.right": False, "svg.hashsalt": "strictsaddle"}
    )
    from matplotlib.figure import Figure

    made = Figure(figsize=(width, height * rows), layout="constrained")
    return made, made.subplots(rows, columns, squeeze=False)


def wilcoxon(a: Sequence[float], b: Sequence[float]) -> float:
    """The two-sided p of paired samples; 1 where all differences are 0."""
    from scipy.stats import wilcoxon as test

    difference = np.asarray(a) - np.asarray(b)
    if not np.any(difference):
        return 1.0
    return float(test(difference, zero_method="zsplit").pvalue)


def holm(p: Sequence[float]) -> list[float]:
    """p adjusted for the number of tests (Holm 1979)."""
    order = np.argsort(p)
    adjusted, most = np.empty(len(p)), 0.0
    for rank, k in enumerate(order):
        most = max(most, min(1.0, (len(p) - rank) * p[k]))
        adjusted[k] = most
    return [float(x) for x in adjusted]


def hodges_lehmann(a: Sequence[float], b: Sequence[float]) -> tuple[float, float, float]:
    """The median of the means of pairs of differences, with its 95 % interval (Hodges, Lehmann 1963; interval by the signed ranks)."""
    from scipy.stats import norm

    difference = np.asarray(a, float) - np.asarray(b, float)
    n = len(difference)
    pairs = np.sort([0.5 * (difference[i] + difference[j]) for i in range(n) for j in range(i, n)])
    spread = np.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    below = max(0, int(np.floor(n * (n + 1) / 4 - norm.ppf(0.975) * spread)))
    return float(np.median(pairs)), float(pairs[below]), float(pairs[-1 - below])


def rank_biserial(a: Sequence[float], b: Sequence[float]) -> float:
    """The effect size of paired samples: (positive ranks - negative ranks) / all ranks."""
    from scipy.stats import rankdata

    difference = np.asarray(a, float) - np.asarray(b, float)
    difference = difference[difference != 0]
    if not len(difference):
        return 0.0
    ranks = rankdata(np.abs(difference))
    return float((ranks[difference > 0].sum() - ranks[difference < 0].sum()) / ranks.sum())
