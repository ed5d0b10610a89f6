"""A sweep for the terminal, and its branches as CSV."""

from __future__ import annotations

import csv
import io
import textwrap
from collections.abc import Mapping, Sequence

from tabulate import tabulate

from strictsaddle.errors import visible
from strictsaddle.families.branches import Branch
from strictsaddle.records.sweep import Cut, Piece, Plane, Sweep
from strictsaddle.records.terms import Interval
from strictsaddle_reports import prose
from strictsaddle_reports.numerals import NOTE, shown

WHY = {
    "degenerate": "a point is degenerate",
    "infinity": "points may leave to infinity",
    "boundary": "points may leave the box",
    "undecided": "not known",
}


def report(sweep: Sweep, *, width: int = 100) -> str:
    """The line in words: a row for each cut and each piece, in their order; ends with a newline."""
    name = " ".join(str(sweep.objective["name"]).split())
    low, high = sweep.range
    parts = f"{plural(len(sweep.pieces), 'piece')}, {plural(len(sweep.cuts), 'cut')}"
    head = f"{name} for {sweep.parameter} from {low} to {high}: {parts}. What a row says of a piece is proved for every value in it."
    rows = [_cut(sweep.parameter, part) if isinstance(part, Cut) else _piece(sweep, part) for part in ordered(sweep)]
    table = tabulate(
        rows, [sweep.parameter, "verdict", "stationary points", "proof", ""], tablefmt="simple", disable_numparse=True
    )
    blocks = [textwrap.fill(head, width, break_on_hyphens=False), f"    f = {_formula(sweep)}", f"{table}\n{NOTE}"]
    for cut in sweep.cuts:
        place = (
            f"{sweep.parameter} = {value_of(cut)}"
            if cut.exact or cut.polynomial
            else f"{sweep.parameter} in {value_of(cut)}"
        )
        more = f" ({sweep.parameter} is a root of {cut.polynomial})" if cut.polynomial else ""
        blocks.append(
            textwrap.fill(f"{place}{more}: {cut.reason}.", width, subsequent_indent="  ", break_on_hyphens=False)
        )
    used = f"{sweep.resources.seconds:.2f} seconds, {sweep.resources.engine} engine"
    blocks.append(f"took {used}" + (f", {sweep.resources.boxes:,} boxes" if sweep.resources.boxes else ""))
    return visible("\n\n".join(blocks)) + "\n"


def plural(count: int, word: str) -> str:
    """The number with the word, an s behind it unless there is one."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def ordered(sweep: Sweep) -> list[Cut | Piece]:
    """Cuts and pieces from the lower end to the upper one."""
    parts: list[tuple[float, float, Cut | Piece]] = [(cut.value.low, cut.value.high, cut) for cut in sweep.cuts]
    parts += [(piece.low.low, piece.high.high, piece) for piece in sweep.pieces]
    return [part for _, _, part in sorted(parts, key=lambda part: (part[0] + part[1], part[0]))]


def value_of(cut: Cut) -> str:
    """The cut's value as exactly as it is known, in few characters."""
    if cut.exact is not None:
        return cut.exact if len(cut.exact) <= 12 else shown(cut.value, 10)
    return shown(cut.value, 8) if cut.polynomial is not None else f"[{cut.value.low:.9g}, {cut.value.high:.9g}]"


def counts(found: Mapping[str, int] | None) -> str:
    """The numbers of stationary points in words."""
    if found is None:
        return "not all listed"
    words = [f"{number} {prose.kind(kind, number)}" for kind, number in found.items() if number]
    return ", ".join(words) or "none"


def _formula(sweep: Sweep) -> str:
    expression = " ".join(str(sweep.objective["expression"]).split())
    return expression if len(expression) <= 200 else f"{expression[:170]} ... ({len(expression):,} characters)"


def _cut(name: str, cut: Cut) -> list[str]:
    return [f"= {value_of(cut)}" if cut.exact or cut.polynomial else value_of(cut), prose.ANSWERS[cut.verdict],
            "" if cut.counts is None else counts(cut.counts), cut.proof, WHY[cut.why]]  # fmt: skip


def _piece(sweep: Sweep, piece: Piece) -> list[str]:
    ends = [_short(piece.low), _short(piece.high)]
    return [f"{ends[0]} ... {ends[1]}", prose.ANSWERS[piece.verdict], counts(piece.counts), piece.proof, ""]


def _short(end: Interval) -> str:
    return f"{0.5 * (end.low + end.high):.8g}"


def branches_csv(sweep: Sweep, branches: Sequence[Branch]) -> str:
    """The branches of the diagram, a row for each of their points: number, index, parameter, unknowns, value. Drawn in floating point."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["branch", "index", sweep.parameter, *map(str, sweep.objective["variables"]), "value"])
    for number, branch in enumerate(branches, start=1):
        index = "" if branch.index is None else branch.index
        for at, point, value in zip(
            branch.parameter.tolist(), branch.points.tolist(), branch.values.tolist(), strict=True
        ):
            writer.writerow([number, index, repr(at), *map(repr, point), repr(value)])
    return out.getvalue()


def plane(found: Plane, *, width: int = 100) -> str:
    """The regions of the plane of two parameters, the largest first; ends with a newline."""
    name = " ".join(str(found.objective["name"]).split())
    ranges = ", ".join(
        f"{p} from {low} to {high}" for p, (low, high) in zip(found.parameters, found.ranges, strict=True)
    )
    head = f"{name} for {ranges}: {plural(len(found.regions), 'region')} of parameters. What a row says is proved for all values in its "
    head += f"region. {100 * sum(r.share for r in found.regions):.1f} % of the rectangle lies in a region."
    rows = [
        [str(number), ", ".join(f"{p} = {v}" for p, v in zip(found.parameters, region.at, strict=True)), f"{100 * region.share:.1f} %",
         prose.ANSWERS[region.verdict], counts(region.counts), region.proof]
        for number, region in enumerate(found.regions, start=1)
    ]  # fmt: skip
    table = tabulate(
        rows, ["#", "holds", "share", "verdict", "stationary points", "proof"], tablefmt="simple", disable_numparse=True
    )
    blocks = [textwrap.fill(head, width, break_on_hyphens=False), table]
    blocks += [f"{found.reason}."] if found.reason else []
    blocks.append(f"took {found.resources.seconds:.2f} seconds, {found.resources.boxes:,} boxes")
    return visible("\n\n".join(blocks)) + "\n"
