"""An escape for the terminal: how long each optimiser stays at each saddle, beside what laws say, and where the paths end."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from tabulate import tabulate

from strictsaddle.errors import visible
from strictsaddle.records.escape import Departure, End, Escape, Predicted, Saddle, Scaling, Steps
from strictsaddle_reports import prose
from strictsaddle_reports.numerals import shown

HEAD = ["optimiser", "noise", "left", "median", "mean", "95 % interval", "predicted", "ratio", "direction"]
NOTE = (
    "Points, eigenvalues and kinds are proved; steps are counted in floating point, over seeds. left: paths that left the ball; predicted: "
    "mean by a law without free constants (~ by the valley of a degenerate point); direction: squared cosine with the most negative "
    "curvature; - is not known, or not all paths left."
)
MOST_UNKNOWNS = 6  # whose coordinates are shown


def report(found: Escape, *, width: int = 100) -> str:
    """All of it as text that ends with a newline."""
    name = " ".join(str(found.objective["name"]).split())
    head = f"{name} is {prose.ANSWERS[found.verdict]}" if found.verdict != "undecided" else f"{name} is undecided"
    count = len(found.saddles)
    if count:
        degenerate = any(one.kind == "degenerate" for one in found.saddles)  # whether it is a saddle is not settled
        what = "point" if degenerate else "saddle"
        number = len(found.optimisers)
        head += f". From {count} {what}{'s' * (count > 1)}, up to symmetry, {found.seeds} paths of "
        head += f"{f'each of {number} optimisers' if number > 1 else found.optimisers[0]} (seed {found.seed})."
    else:
        head += ". No saddle is listed, so none can be left."
    blocks = [textwrap.fill(head, width, break_on_hyphens=False)]
    for number, one in enumerate(found.saddles):
        blocks.append(_saddle(number, one, found.objective["variables"], width))
        rows = [_row(row) for row in found.table if row.saddle == number]
        if rows:
            blocks.append(tabulate(rows, HEAD, tablefmt="simple", disable_numparse=True))
        if one.scaling is not None:
            blocks.append(textwrap.fill(_scaling(one, one.scaling), width, break_on_hyphens=False))
    if found.saddles:
        blocks.append(textwrap.fill(NOTE, width, break_on_hyphens=False))
    if found.ends:
        table = tabulate([_end(e) for e in found.ends], ["optimiser", "end", "value", "", "share", "paths"], tablefmt="simple",
                         disable_numparse=True)  # fmt: skip
        blocks.append("Where the paths end that left, numbers as in `strictsaddle check`:\n\n" + table)
    if found.theorem_6 is not None:
        t = found.theorem_6
        names = ", ".join(f"{key} = {value}" for key, value in t.constants.items())
        took = (
            "" if t.measured is None else f"; noisy-sgd left its slowest saddle in {t.measured:.3g} steps in the mean"
        )
        words = f"Theorem 6 of Ge et al. with {names} (certified, {t.proof}): {t.iterations:.1e} iterations{took}."
        blocks.append(textwrap.fill(words, width, break_on_hyphens=False))
    if found.rules and found.saddles:
        blocks.append(textwrap.fill(f"Rules: {found.rules}.", width, break_on_hyphens=False))
    blocks += [textwrap.fill(f"{note[:1].upper()}{note[1:]}.", width, break_on_hyphens=False) for note in found.notes]
    blocks.append(f"took {found.resources.seconds:.1f} seconds")
    return visible("\n\n".join(blocks)) + "\n"


def _saddle(number: int, one: Saddle, variables: Sequence[str], width: int) -> str:
    sides = list(zip(variables, one.point, strict=True))
    place = ", ".join(f"{name} = {shown(side, 6)}" for name, side in sides[:MOST_UNKNOWNS])
    more = ", ..." if len(sides) > MOST_UNKNOWNS else ""
    least = "" if one.least_eigenvalue is None else f", least eigenvalue {shown(one.least_eigenvalue, 6)}"
    size = f", one of {one.orbit_size}" if one.orbit_size > 1 else ""
    what = "Point" if one.kind == "degenerate" else "Saddle"
    words = f"{what} {number + 1}: {place}{more}; {prose.kind(one.kind, 1)}{size}{least}."
    words += f" Left where |w - saddle| > {one.radius:.4g}; eta = {one.step:.4g}."
    return textwrap.fill(words, width, break_on_hyphens=False)


def _end(end: End) -> list[str]:
    others = "" if end.images == 1 else f" or one of its {end.images - 1} image{'s' * (end.images > 2)}"
    number = "" if end.minimum is None else f" (number {end.minimum + 1}{others})"
    value = "-" if end.value is None else f"{end.value:.6g}"
    share = f"{100 * end.count / end.runs:.1f} %"
    return [end.optimiser, end.where + number, value, end.standing or "-", share, str(end.count)]


def _row(row: Departure) -> list[str]:
    noise = "-" if row.noise is None else f"{row.noise:.2g}"
    ratio = "-" if row.ratio is None else f"{row.ratio:.3f}"
    direction = "-" if row.direction is None else f"{row.direction:.3f}"
    left, median, mean = f"{row.left} of {row.runs}", _number(row.steps.median), _number(row.steps.mean)
    return [row.optimiser, noise, left, median, mean, _interval(row.steps), _law(row.predicted), ratio, direction]


def _number(x: float | None) -> str:
    return "-" if x is None else f"{x:,.1f}"


def _interval(steps: Steps) -> str:
    return "-" if steps.ci is None else f"{steps.ci.low:,.1f} to {steps.ci.high:,.1f}"


def _law(law: Predicted | None) -> str:
    if law is None:
        return "-"
    return "stays" if law.mean == float("inf") else f"{'~' if law.law == 'valley' else ''}{law.mean:,.1f}"


def _scaling(one: Saddle, s: Scaling) -> str:
    side = f"{s.exponent:.3f} [{s.ci.low:.3f}, {s.ci.high:.3f}]"
    if one.kind == "strict_saddle":
        law = "" if s.predicted_slope is None else f" (predicted {s.predicted_slope:.3g})"
        words = f"With less noise the mean grows by {s.slope:.3g} steps for each factor e of 1/eps{law}: like a logarithm, as strict "
        return f"{words}saddles do. A power of eps would have the exponent {side}."
    law = "" if s.predicted_exponent is None else f" (predicted {s.predicted_exponent:.3f})"
    return f"With less noise the mean grows like eps^{side}{law}: a power, not a logarithm."
