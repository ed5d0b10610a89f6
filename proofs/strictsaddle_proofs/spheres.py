"""Definition 1 on products of spheres, chart by chart.

On |w_g| = 1 some coordinate p of the group is largest in size: w_g = s c/|c| with c_p = 1, the others in [-1, 1] and s the sign of w_p.
One such pole (p, s) for each sphere makes a chart, a diffeomorphism onto an open set that contains the closed cube's image; the cubes
cover the spheres. The stationary points are those of F(c) = f(s c/|c|), with the same index and nullity. A symmetry of f that permutes
the spheres takes charts to charts, so that one of each orbit is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np

from strictsaddle_proofs import definition_1
from strictsaddle_proofs.balls import Derivatives
from strictsaddle_proofs.container import Certificate
from strictsaddle_proofs.covering import Covering
from strictsaddle_proofs.errors import Unchecked, require
from strictsaddle_proofs.expression import Formulas, copied
from strictsaddle_proofs.objective import Objective
from strictsaddle_proofs.run import Run
from strictsaddle_proofs.symmetry import Map, half_spaces, leaves, signed_permutation

MOST_CHARTS = 20_000
Poles = tuple[tuple[int, int], ...]  # for each sphere an unknown and its sign


def check(objective: Objective, certificate: Certificate, proof: dict[str, Any], run: Run) -> None:
    """That all stationary points are good. Raises Refused or Unchecked."""
    groups = objective.groups
    if sum(map(len, groups)) != objective.dimension:
        raise Unchecked("unknowns beside the spheres")
    require(prod(2 * len(group) for group in groups) <= MOST_CHARTS, "too many charts", "charts")
    run.weaken("interval")
    with run.lemma("symmetry"):
        maps = [signed_permutation(m, objective.dimension) for m in proof.get("maps", [])]
        for number, moved in enumerate(maps):
            require(
                leaves(objective.formulas, objective.node, moved), "not a symmetry of the objective", f"maps[{number}]"
            )
            require(_permutes(groups, moved), "not a symmetry of the spheres", f"maps[{number}]")
    charts = proof.get("charts", [])
    named = [_poles(objective, chart.get("poles")) for chart in charts]
    missing = set(product(*([(i, s) for i in group for s in (1, -1)] for group in groups))) - _reached(
        groups, named, maps
    )
    require(not missing, "a chart that is not covered", "charts")
    for number, (chart, poles) in enumerate(zip(charts, named, strict=True)):
        _covered(objective, certificate, chart, poles, f"charts[{number}]", run)


def _poles(objective: Objective, given: Any) -> Poles:
    good = isinstance(given, list) and len(given) == len(objective.groups) and all(
        isinstance(p, list) and len(p) == 2 and type(p[0]) is int and p[0] in group and p[1] in (1, -1)
        for p, group in zip(given, objective.groups, strict=True))  # fmt: skip
    require(good, "not a pole of each sphere", "charts")
    return tuple((int(i), int(s)) for i, s in given)


def _permutes(groups: Sequence[Sequence[int]], moved: Map) -> bool:
    """Whether the map takes spheres to spheres."""
    wanted = {frozenset(group) for group in groups}
    return all(frozenset(moved[i][0] for i in group) in wanted for group in groups)


def _reached(groups: Sequence[Sequence[int]], named: Sequence[Poles], maps: Sequence[Map]) -> set[Poles]:
    """The charts that these are taken to. With v = hw, v_i = s w_j: where w has the pole (j, t), v has (i, s t)."""
    home = {i: number for number, group in enumerate(groups) for i in group}
    seen, queue = set(named), list(named)
    while queue:
        poles = dict(queue.pop())
        for moved in maps:
            image: list[tuple[int, int]] = [(0, 0)] * len(groups)
            for i, (j, s) in enumerate(moved):
                if j in poles:
                    image[home[i]] = (i, s * poles[j])
            if tuple(image) not in seen:
                seen.add(tuple(image))
                queue.append(tuple(image))
    return seen


def _covered(objective: Objective, certificate: Certificate, chart: Any, poles: Poles, where: str, run: Run) -> None:
    """The cube of one chart, up to symmetries of its own."""
    fixed = {i for i, _ in poles}
    unknowns = [i for i in range(objective.dimension) if i not in fixed]
    m, formulas = len(unknowns), Formulas(len(unknowns))
    parts = {i: formulas.variable(k) for k, i in enumerate(unknowns)} | {i: formulas.constant(1) for i in fixed}
    place = [0] * objective.dimension
    for (_, sign), group in zip(poles, objective.groups, strict=True):
        norm = formulas.combination([(formulas.product([(parts[i], 2)]), Fraction(1)) for i in group])
        for i in group:
            place[i] = formulas.combination(
                [(formulas.product([(parts[i], 1), (formulas.function("sqrt", norm), -1)]), sign)]
            )
    (node,) = copied(objective.formulas, [objective.node], formulas, place)
    require(not objective.formulas.guards, "a formula that is not defined everywhere", where)
    given = chart.get("symmetry", {"maps": [], "order": [], "half_spaces": []})
    maps = [signed_permutation(p, m) for p in given["maps"]]
    require(all(leaves(formulas, node, moved) for moved in maps), "not a symmetry of the chart", where)
    rows = half_spaces(given["half_spaces"], given["order"], maps, m)
    low, high = definition_1.root_of(chart.get("root"))
    require(len(low) == m, "the box has other unknowns", where)
    for k in range(m):  # the cube, or the half of it that a half-space leaves
        single = any(row[k] > 0 and np.count_nonzero(row) == 1 for row in rows)
        require(high[k] >= 1 and low[k] <= (0 if single else -1), "the search begins with less than the cube", where)
    question = Covering(
        Derivatives(formulas, node), rows, None, np.empty((0, 2, m)), False, np.empty(0, dtype=np.int64)
    )
    definition_1.close(question, (low, high), certificate.blob(chart.get("tree")), chart.get("batch"), run)
