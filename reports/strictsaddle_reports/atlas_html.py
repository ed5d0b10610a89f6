"""The atlas as one page that can be filtered and sorted, with matrices of activation against regularisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from strictsaddle.atlas.entry import Entry
from strictsaddle_reports.atlas_tables import REGULARISATIONS, SHORT, WHY, answer, shown, summary

KINDS = {"strict_saddle": "yes", "not_strict_saddle": "no", "undecided": "open"}
COLUMNS = ["objective", "verdict", "unknowns", "modulo symmetry", "why not", "minima", "global", "spurious", "gap", "saddles", "maxima",
           "least α", "least γ", "attained", "infimum", "proof", "symmetry", "seconds"]  # fmt: skip
GRIDS = (  # title, loss, data, hidden units
    ("squared loss, one unit", "squared", "two rows", "1"),
    ("logistic loss, one unit", "logistic", "two rows", "1"),
    ("pseudo-Huber loss, one unit", "pseudo_huber", "two rows", "1"),
    ("log-cosh loss, one unit", "log_cosh", "two rows", "1"),
    ("squared loss, two units", "squared", "two rows", "2"),
    ("logistic loss, two units", "logistic", "two rows", "2"),
    ("squared loss, two hidden layers", "squared", "two rows", "1-1"),
    ("squared loss, iris", "squared", "iris", "1"),
)


def page(entries: Sequence[Entry]) -> str:
    """The page, complete in itself."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("strictsaddle_reports"), autoescape=True, undefined=StrictUndefined,
                              trim_blocks=True, lstrip_blocks=True)  # fmt: skip
    filters = [(name, values) for name in ("group", "activation", "loss", "regularisation", "data", "hidden", "verdict")
               if len(values := sorted({str(getattr(e, name)) for e in entries if getattr(e, name) is not None})) > 1]  # fmt: skip
    text = summary(entries).split("\n\n", maxsplit=1)[0]
    return environment.get_template("atlas.html.jinja").render(
        summary=text, grids=[grid for grid in (_grid(entries, *one) for one in GRIDS) if grid["rows"]], filters=filters,
        columns=COLUMNS, rows=[_row(entry) for entry in entries],
    )  # fmt: skip


def _grid(entries: Sequence[Entry], title: str, loss: str, data: str, hidden: str) -> dict[str, Any]:
    chosen = [e for e in entries if (e.loss, e.data, e.hidden, e.bias) == (loss, data, hidden, False)]
    columns = [r for r in REGULARISATIONS if any(e.regularisation == r for e in chosen)]
    rows = []
    for activation in dict.fromkeys(e.activation for e in chosen):
        cells = []
        for column in columns:
            found = next((e for e in chosen if e.activation == activation and e.regularisation == column), None)
            cells.append(None if found is None else _cell(found))
        rows.append({"name": activation, "cells": cells})
    return {"title": title, "columns": columns, "rows": rows}


def _cell(entry: Entry) -> dict[str, str]:
    why = "; ".join(WHY[cause] for cause in entry.why.split())
    points = (
        f"{entry.minima} minima, {entry.saddles} saddles"
        if entry.minima is not None and entry.saddles is not None
        else ""
    )
    words = ". ".join(filter(None, (answer(entry), why, points)))
    text = {"strict_saddle": "yes", "not_strict_saddle": "no"}.get(entry.verdict, "?")
    if entry.verdict == "strict_saddle" and entry.attained is False:
        text = "yes*"  # no minimiser
    return {"kind": KINDS[entry.verdict], "title": words, "text": text}


def _row(entry: Entry) -> dict[str, Any]:
    names = ("group", "activation", "loss", "regularisation", "data", "hidden", "verdict")
    return {
        "key": entry.key, "reason": entry.reason, "theorem": entry.theorem, "digest": entry.digest, "certificate": entry.certificate,
        "kind": KINDS[entry.verdict], "verdict": answer(entry),
        "fields": [(name, "" if getattr(entry, name) is None else str(getattr(entry, name))) for name in names],
        "cells": [shown(entry.unknowns), SHORT.get(entry.modulo_symmetry or "", ""), entry.why, *map(shown, (
            entry.minima, entry.global_minima, entry.spurious_minima, entry.gap, entry.saddles, entry.maxima, entry.least_alpha,
            entry.least_gamma, entry.attained, entry.infimum)), entry.proof, entry.symmetry or "", f"{entry.seconds:.1f}"],
    }  # fmt: skip
