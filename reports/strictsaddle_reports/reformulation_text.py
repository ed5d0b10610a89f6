"""A reformulation for the terminal: why the objective fails, what mends it, and at what price."""

from __future__ import annotations

import textwrap

from tabulate import tabulate

from strictsaddle.errors import visible
from strictsaddle.records.terms import Interval
from strictsaddle.reformulation.records import Candidate, Reformulation
from strictsaddle_reports import prose
from strictsaddle_reports.numerals import shown

MOST_ROWS = 12
NOTE = (
    "* no other candidate is better in everything. excess: loss of the original objective at the modified one's global "
    "minimisers, above its infimum; "
    "distance: from these to its minimisers; least α, γ: curvature at minima and at the other points; iterations: "
    "Theorem 6 of Ge et al. at δ = 1/10. "
    "Every number is proved; - is not known."
)


def report(found: Reformulation, *, width: int = 100, everything: bool = False) -> str:
    """The whole answer as text that ends with a newline. everything: all candidates, and those that were refused."""
    name = prose.title(found.original)
    blocks = []
    if found.best is None and found.original.definition_1.verdict == "strict_saddle":
        head = f"{name} is strict-saddle as it stands."
    elif found.best is None:
        head = f"No modification of {name} was certified."
    else:
        count = len(found.candidates)
        head = f"{name}: {count} modified objectives are certified to be strict-saddle. The first of them: {found.best.name}."
    blocks.append(textwrap.fill(head, width, break_on_hyphens=False))
    blocks.append(textwrap.fill(found.diagnosis, width, break_on_hyphens=False))
    rows = found.candidates if everything else found.candidates[:MOST_ROWS]
    if rows:
        table = tabulate([_row(one) for one in rows], _HEAD, tablefmt="simple", disable_numparse=True)
        more = len(found.candidates) - len(rows)
        blocks.append(table + (f"\n... and {more} more: --json or --all has them" if more else ""))
        if found.best is not None and found.best.risk is None:
            blocks.append(textwrap.fill(NOTE, width, break_on_hyphens=False))
    if found.best is not None:
        first = " ".join(found.best.objective.expression.split())
        formula = first if len(first) <= 300 else f"{first[:270]} ... ({len(first):,} characters)"
        values = ", ".join(f"{key} = {value}" for key, value in found.best.strengths.items())
        blocks.append(textwrap.fill(f"The first: {found.best.words}.", width, break_on_hyphens=False))
        blocks.append(f"    f = {formula}" + (f"   where {values}" if len(values) < 200 else ""))
        if found.best.risk is not None:
            blocks.append(textwrap.fill(f"Proof: random. {found.best.reason}.", width, break_on_hyphens=False))
    if found.refused:
        names = ", ".join(
            f"{one.name} ({'refuted' if one.answer == 'not_strict_saddle' else one.answer})" for one in found.refused
        )
        blocks.append(textwrap.fill(f"Not certified: {names}.", width, break_on_hyphens=False))
    if found.remark:
        blocks.append(textwrap.fill(found.remark, width, break_on_hyphens=False))
    blocks.append(f"took {found.seconds:.1f} seconds")
    return visible("\n\n".join(blocks)) + "\n"


_HEAD = [
    "",
    "modification",
    "proof",
    "excess",
    "distance",
    "minima",
    "spurious",
    "least α",
    "least γ",
    "iterations",
    "symmetry",
]


def _row(one: Candidate) -> list[str]:
    price = one.price
    return [
        "*" if one.pareto else "", one.name, one.proof, _side(price.excess), _side(price.distance), _count(price.minima),
        _count(price.spurious_minima),
        _side(price.least_alpha), _side(price.least_gamma), "-" if price.iterations is None else f"{price.iterations:.1e}",
        "-" if price.symmetry is None else f"{price.symmetry[0]} to {price.symmetry[1]}",
    ]  # fmt: skip


def _side(value: Interval | None) -> str:
    if value is None:
        return "-"
    if value.low == 0.0 and value.high < 1e-12:
        return "0" if value.high == 0.0 else f"< {max(value.high, 1e-99):.0e}"
    return shown(value, 4)


def _count(value: int | None) -> str:
    return "-" if value is None else str(value)
