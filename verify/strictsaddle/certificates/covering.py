"""The proof by a covering: its tree, the boxes with one point, the symmetry that was used, and what is known of the outside."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from strictsaddle.certificates.tree import BATCH_OF_TREE, told
from strictsaddle.covering.block import determined_unknowns
from strictsaddle.derive.derivatives import derive
from strictsaddle.objective.objective import Objective
from strictsaddle.records.evidence import BoxTree
from strictsaddle.symmetry.discrete.permutation_group import StabiliserChain
from strictsaddle.symmetry.discrete.signed_permutations import SignedPermutationGroup


def proof_of(
    objective: Objective, claimed: dict[str, Any], tree: BoxTree, group: SignedPermutationGroup, listed: bool
) -> tuple[dict[str, Any], dict[str, bytes]] | None:
    """The hints and the blobs; None where the record cannot be followed. claimed: the objective of the claim."""
    found = told(tree, listed)
    if found is None:
        return None
    name, packed = found.blob()
    outside = _outside(objective, float(tree.upper[0]))
    root = [[float(a), float(b)] for a, b in zip(tree.lower, tree.upper, strict=True)]
    eliminated = len(tree.unknowns) < objective.dimension  # the rest of which the ridge bounds
    if not eliminated and not is_outside_proved(claimed, outside, root):
        return None
    proof: dict[str, Any] = {
        "lemma": "covering",
        "root": root,
        "outside": outside,
        "tree": name,
        "batch": BATCH_OF_TREE,
        "block": [] if eliminated else [int(k) for k in determined_unknowns(derive(objective))],
        "eliminated": eliminated,
    }
    if tree.half_spaces:
        proof["symmetry"] = symmetry_of(group, [tuple(int(c) for c in row) for row in tree.half_spaces], tree.unknowns)
    return proof, {name: packed}


def _outside(objective: Objective, end: float) -> dict[str, Any]:
    """The kind of argument why nothing is stationary outside of the root."""
    if objective.domain.ends is not None:
        return {"kind": "box"}
    if objective.network is not None and all(value > 0 for value in objective.network.ridge):
        return {"kind": "ridge"}
    if is_polynomial(objective):
        return {"kind": "charts", "weights": [1] * objective.dimension, "size": end}
    return {"kind": "tails"}


def is_outside_proved(
    claimed: dict[str, Any], given: dict[str, Any], root: list[list[float]], epsilon: Fraction | None = None
) -> bool:
    """Whether the checker accepts the argument about what lies outside of the root. It has fewer of them than there are. claimed: the
    objective of the claim."""
    import numpy as np

    from strictsaddle_proofs.errors import Refused, Unchecked
    from strictsaddle_proofs.infinity import require_outside
    from strictsaddle_proofs.objective import Objective as Checked

    low, high = np.array(root).T
    try:
        require_outside(Checked.of(claimed), given, low, high, epsilon)
    except (Refused, Unchecked):
        return False
    return True


def is_polynomial(objective: Objective) -> bool:
    from strictsaddle.formula.expansion import polynomial

    return polynomial(objective.graph, objective.node, objective.dimension) is not None


def symmetry_of(
    group: SignedPermutationGroup, rows: Sequence[tuple[int, ...]], unknowns: Sequence[int]
) -> dict[str, Any]:
    """The maps that make each half-space, in the order of the chain of stabilisers."""
    chain: StabiliserChain = group.chain
    order = [literal // 2 for literal in chain.base]
    maps: list[list[list[int]]] = []
    half_spaces = []
    wanted = set(rows)
    for position, (point, elements) in enumerate(zip(chain.base, chain.transversals(), strict=True)):
        for literal, element in sorted(elements.items()):
            row = [0] * group.dimension
            row[point // 2] += 1 - 2 * (point % 2)
            row[literal // 2] -= 1 - 2 * (literal % 2)
            size = max(map(abs, row))
            if literal == point or tuple(row[k] // size for k in unknowns) not in wanted or any(
                row[k] for k in range(group.dimension) if k not in unknowns
            ):  # fmt: skip
                continue
            moved = [[image // 2, 1 - 2 * (image % 2)] for image in element[::2]]
            if moved not in maps:
                maps.append(moved)
            half_spaces.append([position, maps.index(moved)])
    return {"maps": maps, "order": order, "half_spaces": half_spaces}
