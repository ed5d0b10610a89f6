"""The atlas as CSV, JSON and Markdown, and the table of one screen that answers the question."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields

from tabulate import tabulate

from strictsaddle.atlas.entry import Entry
from strictsaddle.errors import visible, visible_json
from strictsaddle_reports import prose

SCHEMA = "strictsaddle/atlas/1"
SHORT = {"strict_saddle": "yes", "not_strict_saddle": "no", "undecided": "?"}
REGULARISATIONS = ("none", "output", "hidden", "equal", "layer", "own", "balance", "balance and orthogonality", "ridge and tilt",
                   "unit norm", "fixed output")  # fmt: skip
WHY = {
    "orbit": "a continuous symmetry moves stationary points",
    "interpolation": "minima of value 0 form a manifold",
    "dead_unit": "a unit with output weight 0 leaves its own weights free",
    "continuum": "stationary points form curves or surfaces",
    "degenerate_point": "an isolated point is degenerate",
    "no_minimiser": "the infimum is not attained",
    "not_smooth": "not twice differentiable",
}


def csv_text(entries: Iterable[Entry]) -> str:
    """CSV with a line for each row; empty cells are what is not known. Numbers read back as themselves."""
    out = io.StringIO()
    names = [field.name for field in fields(Entry)]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for entry in entries:
        record = entry.to_dict()
        writer.writerow(["" if record[name] is None else record[name] for name in names])
    return out.getvalue()


def json_text(entries: Iterable[Entry]) -> str:
    """JSON: {"schema", "rows": [...]}."""
    record = {"schema": SCHEMA, "rows": [entry.to_dict() for entry in entries]}
    return visible_json(json.dumps(record, indent=1, allow_nan=False)) + "\n"


def read_json(text: str) -> list[Entry]:
    """The entries of `json_text`."""
    return [Entry.of(row) for row in json.loads(text)["rows"]]


def summary(entries: Sequence[Entry], *, width: int = 100) -> str:
    """How many rows there are, how they ended, and the table of one screen; ends with a newline."""
    counts = Counter(entry.verdict for entry in entries)
    decided = sum(entry.decided for entry in entries)
    against = [entry for entry in entries if entry.against]
    share = 100.0 * decided / max(1, len(entries))
    lines = [
        f"{len(entries)} rows, {decided} decided ({share:.1f} %): {counts['strict_saddle']} strict-saddle, "
        f"{counts['not_strict_saddle']} not strict-saddle, {counts['undecided']} undecided. "
        f"{sum(bool(entry.theorem) for entry in entries)} have a theorem, {len(against)} contradict one."
    ]
    lines += [f"AGAINST A THEOREM: {entry.key}: {entry.against}" for entry in against]
    grid = one_screen(entries)
    if grid:
        lines.append(grid)
    undecided = [entry.key for entry in entries if not entry.decided]
    if undecided:
        lines.append("Undecided: " + ", ".join(undecided))
    return visible("\n\n".join(lines)) + "\n"


def one_screen(entries: Sequence[Entry], fmt: str = "simple") -> str:
    """Activation against regularisation: how many networks are strict-saddle, of how many that are decided; empty without networks."""
    networks = [entry for entry in entries if entry.activation is not None]
    columns = [r for r in REGULARISATIONS if any(entry.regularisation == r for entry in networks)]
    activations = list(dict.fromkeys(entry.activation for entry in networks))
    rows = [
        [str(activation), *(cell(networks, activation, column) for column in columns)] for activation in activations
    ]
    return tabulate(rows, ["", *columns], tablefmt=fmt, disable_numparse=True) if rows else ""


def cell(networks: Sequence[Entry], activation: str | None, regularisation: str) -> str:
    """ "3/4" for three strict-saddle ones of four decided, with the number of undecided ones behind; empty where there are none."""
    found = [e for e in networks if e.activation == activation and e.regularisation == regularisation]
    decided = [e for e in found if e.decided]
    good = sum(e.verdict == "strict_saddle" for e in decided)
    unknown = len(found) - len(decided)
    return "" if not found else f"{good}/{len(decided)}" + (f" +{unknown}?" if unknown else "")


def markdown(entries: Sequence[Entry]) -> str:
    """The summary, the table of one screen, and a line for each row."""
    head = ["objective", "unknowns", "strict-saddle", "modulo symmetry", "why not", "minima", "spurious", "saddles", "least α", "least γ",
            "attained", "proof", "theorem"]  # fmt: skip
    rows = [
        [entry.key, entry.unknowns, SHORT[entry.verdict], SHORT.get(entry.modulo_symmetry or "", ""), entry.why, *map(
            shown, (entry.minima, entry.spurious_minima, entry.saddles, entry.least_alpha, entry.least_gamma, entry.attained)),
         entry.proof, entry.theorem]
        for entry in entries
    ]  # fmt: skip
    lines = ["# Which popular objectives are strict-saddle?", "", summary(entries).strip().split("\n\n", maxsplit=1)[0], "",
             "Of the networks, by activation and regularisation: how many are strict-saddle, of how many that are decided.", "",
             one_screen(entries, "github"), "", tabulate(rows, head, tablefmt="github", disable_numparse=True), ""]  # fmt: skip
    return visible("\n".join(lines))


def shown(value: object) -> str:
    """A cell: numbers in four digits, yes and no, nothing for what is not known."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def answer(entry: Entry) -> str:
    """The verdict in words."""
    return prose.ANSWERS[entry.verdict]
