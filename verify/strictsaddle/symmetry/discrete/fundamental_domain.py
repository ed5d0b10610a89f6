"""Linear inequalities that leave at least one point of each orbit of a group of signed permutations.

Order vectors lexicographically, and let w be the largest of its (finite) orbit. For P in the stabiliser of
the first i - 1 coordinates, that is (Pw')_k = w'_k for all w' and k < i, Pw agrees with w there, so w_i >=
(Pw)_i. And (Pw)_i runs through s*w_j for the literals s*x_j in the orbit of x_i under that stabiliser. So the
inequalities

    w_i >= s * w_j    for all i and all such literals

hold at w: every orbit has a point that satisfies all of them, and any subset of them. When they are all kept,
a generic orbit has only one such point. A chain that is not complete has smaller orbits, thus fewer
inequalities: still true. The group maps the domain to itself, so the point is in the domain when the orbit
is.
"""

from __future__ import annotations

from collections.abc import Sequence

from strictsaddle.symmetry.discrete.permutation_group import StabiliserChain
from strictsaddle.symmetry.discrete.signed_permutations import SignedPermutationGroup

Row = tuple[int, ...]
MOST_ROWS = 20


def inequalities(
    group: SignedPermutationGroup, most: int = MOST_ROWS, order: Sequence[int] | None = None
) -> tuple[Row, ...]:
    """Rows c of integers (one a unknown) with c·w >= 0, at most `most`, none implied by the others.

    Each is of the form w_i >= 0, w_i >= w_j or w_i >= -w_j. `order` lists the unknowns by priority; theirs
    when left out. For the whole set of rows the domain has 1/group.order of the volume of a symmetric box.
    """
    dimension = group.dimension
    chain = group.chain
    if order is not None:
        chain = StabiliserChain(chain.generators, chain.points, [2 * k for k in order])
        chain.fill()
    at_least: list[tuple[int, int]] = []  # (u, v): literal u >= literal v
    for point, orbit in zip(chain.base, chain.orbits(), strict=True):
        at_least += [(point, literal) for literal in sorted(orbit) if literal != point]
    return tuple(_row(u, v, dimension) for u, v in _irredundant(at_least)[:most])


def _irredundant(at_least: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The relations that do not follow from the rest by transitivity; u >= v is also -v >= -u."""
    kept = list(at_least)
    for relation in reversed(at_least):
        rest = [other for other in kept if other != relation]
        if _follows(relation, rest):
            kept = rest
    return kept


def _follows(relation: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    below: dict[int, list[int]] = {}
    for u, v in others:
        below.setdefault(u, []).append(v)
        below.setdefault(v ^ 1, []).append(u ^ 1)
    start, goal = relation
    seen, queue = {start}, [start]
    while queue:
        for literal in below.get(queue.pop(), ()):
            if literal == goal:
                return True
            if literal not in seen:
                seen.add(literal)
                queue.append(literal)
    return False


def _row(u: int, v: int, dimension: int) -> Row:
    row = [0] * dimension
    row[u // 2] += 1 - 2 * (u % 2)
    row[v // 2] -= 1 - 2 * (v % 2)
    size = max(map(abs, row))
    return tuple(c // size for c in row)


def words(rows: Sequence[Row], names: Sequence[str]) -> tuple[str, ...]:
    """The inequalities as text: "x >= 0", "x >= -y"."""
    found = []
    for row in rows:
        terms = [(c, name) for c, name in zip(row, names, strict=True) if c]
        first = next(k for k, (c, _) in enumerate(terms) if c > 0)
        others = [("-" if c > 0 else "") + name for k, (c, name) in enumerate(terms) if k != first]
        found.append(f"{terms[first][1]} >= {others[0] if others else '0'}")
    return tuple(found)
