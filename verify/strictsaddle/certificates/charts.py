"""The proof on products of spheres: a tree for each chart that was searched, and the symmetries that take it to the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from strictsaddle.certificates.covering import symmetry_of
from strictsaddle.certificates.tree import BATCH_OF_TREE, told
from strictsaddle.manifolds.charts import charts
from strictsaddle.objective.objective import Objective
from strictsaddle.records.evidence import BoxTree
from strictsaddle.symmetry.discrete.signed_permutations import SignedPermutationGroup


def proof_of(
    objective: Objective, trees: Sequence[BoxTree], group: SignedPermutationGroup
) -> tuple[dict[str, Any], dict[str, bytes]] | None:
    """The hints and the blobs, without a list of points; None where a record cannot be followed, or not each chart has one."""
    searched = charts(objective, group)
    if len(searched) != len(trees) or any(any(chart.free) for chart in searched):
        return None
    found, blobs = [], {}
    for chart, tree in zip(searched, trees, strict=True):
        followed = told(tree, False)
        if followed is None:
            return None
        name, packed = followed.blob()
        blobs[name] = packed
        rows = [tuple(int(c) for c in row) for row in chart.half_spaces]
        found.append({
            "poles": [[pole // 2, 1 - 2 * (pole % 2)] for pole in chart.poles],
            "root": [[float(a), float(b)] for a, b in zip(tree.lower, tree.upper, strict=True)],
            "tree": name,
            "batch": BATCH_OF_TREE,
            **({"symmetry": symmetry_of(chart.own, rows, range(len(rows[0])))} if rows and chart.own is not None else {}),
        })  # fmt: skip
    maps = [[[j, s] for j, s in zip(g.images, g.signs, strict=True)] for g in group.generators]
    return {"lemma": "charts", "charts": found, "maps": maps}, blobs
