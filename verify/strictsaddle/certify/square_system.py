"""A zero of a square system that is proved to be there: Newton, then Krawczyk, in Arb balls."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb, arb_mat

from strictsaddle.arithmetic.evaluate import evaluate_arb
from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.arithmetic.tape import Tape
from strictsaddle.formula.graph import Graph

PRECISION = 192


def solve_square(system: Tape, jacobian: Tape, start: list[float]) -> list[arb] | None:
    """A proved enclosure of a zero of a square system near `start` (Newton, then Krawczyk), or None."""
    if not start:
        return []
    with at_precision(PRECISION):
        try:
            return _solve(system, jacobian, start)
        except ZeroDivisionError:
            return None


def _solve(system: Tape, jacobian: Tape, start: list[float]) -> list[arb] | None:
    n = len(start)
    centre = [arb(x) for x in start]

    def slope(box: list[arb]) -> arb_mat:
        entries = evaluate_arb(jacobian, box)
        return arb_mat([[entries[i * n + j] for j in range(n)] for i in range(n)])

    for _ in range(60):
        step = slope(centre).mid().inv() * arb_mat([[v.mid()] for v in evaluate_arb(system, centre)])
        moved = [step[i, 0].mid() for i in range(n)]
        if not all(s.is_finite() for s in moved):
            return None
        centre = [(c - s).mid() for c, s in zip(centre, moved, strict=True)]
        tiny = 2.0 ** (24 - PRECISION)
        if all(abs(float(s)) < tiny * max(1.0, abs(float(c))) for s, c in zip(moved, centre, strict=True)):
            break
    if max(abs(float(c) - s) for c, s in zip(centre, start, strict=True)) > 0.1:
        return None
    inverse = slope(centre).mid().inv().mid()
    shift = inverse * arb_mat([[v] for v in evaluate_arb(system, centre)])
    identity = arb_mat([[arb(int(i == j)) for j in range(n)] for i in range(n)])
    for exponent in (PRECISION - 60, PRECISION - 100, PRECISION - 140):
        radius = [arb(0, max(1.0, abs(float(c))) * 2.0**-exponent) for c in centre]
        box = [c + r for c, r in zip(centre, radius, strict=True)]
        spread = (identity - inverse * slope(box)) * arb_mat([[r] for r in radius])
        image = [centre[i] - shift[i, 0] + spread[i, 0] for i in range(n)]
        if all(b.contains_interior(k) for b, k in zip(box, image, strict=True)):
            return image
    return None


def substituted(
    graph: Graph, nodes: Sequence[int], values: dict[int, Fraction], renumbered: dict[int, int]
) -> tuple[Graph, list[int]]:
    """The nodes with some variables put at rational values and the others renumbered, simplified as it is built."""
    made = Graph()

    def leaf(i: int) -> int:
        return made.constant(values[i]) if i in values else made.variable(renumbered[i])

    return made, graph.mapped(nodes, made, leaf)
