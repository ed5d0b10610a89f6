"""The group of signed permutations P of the unknowns with f(Pw) = f(w) and P(domain) = domain.

Candidates come from graph automorphisms (`signed_graph`); each generator is proved by putting Pw into the
normal form of f and getting the same normal form, with the same conditions of definition. The group is never
listed. Its order is that of a stabiliser chain, checked against nauty's order or completed deterministically.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from flint import fmpq

from strictsaddle.formula.atoms import Atoms, scaled
from strictsaddle.formula.normal_form import NormalForm, Substitution, normal_form
from strictsaddle.objective.domain import Domain
from strictsaddle.objective.objective import Objective
from strictsaddle.symmetry.discrete.permutation_group import SignedPermutation, StabiliserChain, composed
from strictsaddle.symmetry.discrete.signed_graph import MAXIMAL_VERTICES, NotSearched, SignedGraph
from strictsaddle.symmetry.discrete.words import unit_moves, words

MOST_VERTICES_EXPANDED = 4_000  # beyond, the formula's own products are the better guide
MAXIMAL_UNKNOWNS_FOR_SHORT_GENERATORS = 24


@dataclass(frozen=True)
class SignedPermutationGroup:
    """A proved group of signed permutations.

    `generators`: elements that generate it, none for the trivial group; `order`: its exact order; `words`:
    the generators in words, one each; `chain`: its stabiliser chain on the 2n literals, base in the order of
    the unknowns;
    `complete`: whether it is the whole group as far as normal forms can tell (False when the formula is too large to
    multiply out, so that symmetries which only show then may be missing).
    """

    dimension: int
    generators: tuple[SignedPermutation, ...]
    order: int
    words: tuple[str, ...]
    complete: bool = True
    chain: StabiliserChain = field(repr=False, compare=False, default=None)  # type: ignore[assignment]


class InvarianceProof:
    """Decides, with a proof when it says yes, whether a signed permutation leaves the formula and its domain
    unchanged."""

    def __init__(self, form: NormalForm, domain: Domain) -> None:
        self.form = form
        self.domain = domain

    def holds(self, element: SignedPermutation) -> bool:
        """Whether f(Pw) and f(w) have one normal form, are defined on the same set, and P preserves the
        domain."""
        if not preserves(element, self.domain):
            return False
        atoms = self.form.atoms
        images = [
            scaled(atoms.variable(image), fmpq(sign)) for image, sign in zip(element.images, element.signs, strict=True)
        ]
        substitution = Substitution(atoms, images)
        if substitution(self.form.polynomial) != self.form.polynomial:
            return False
        return {substitution.of_condition(condition) for condition in self.form.conditions} == self.form.conditions


def preserves(element: SignedPermutation, domain: Domain) -> bool:
    """Whether the linear map of `element` takes the domain onto itself."""
    if domain.ends is not None:
        lower, upper = domain.ends
        pairs = zip(element.images, element.signs, lower, upper, strict=True)
        return all(
            (low, high) == ((lower[j], upper[j]) if s > 0 else (-upper[j], -lower[j])) for j, s, low, high in pairs
        )
    groups = {frozenset(group) for group in domain.groups}
    return all(frozenset(element.images[k] for k in group) in groups for group in groups)


def find_signed_permutations(objective: Objective) -> SignedPermutationGroup:
    """All signed permutations that leave `objective` unchanged and can be seen from its normal form.

    For polynomials that is every one (on spheres: every one that leaves the polynomial itself unchanged, not
    only its values there), unless multiplied out they are too large, or pynauty is missing; `complete` tells.
    Raises NotYetError under equalities.
    """
    objective.require_no_equalities("symmetries")
    objective.require_no_conditions("symmetries")
    dimension = objective.dimension
    base = list(range(0, 2 * dimension, 2))
    for atoms, most in (
        (Atoms(dimension), MOST_VERTICES_EXPANDED),
        (Atoms(dimension, limit=1), MAXIMAL_VERTICES),
    ):
        try:
            form = normal_form(atoms, objective.graph, objective.node)
        except ArithmeticError:  # a denominator that is 0 everywhere: nothing can be said about a function on no points
            return trivial_group(objective)
        proof = InvarianceProof(form, objective.domain)
        try:
            found, order = SignedGraph(atoms, form.polynomial, objective.domain, most).automorphisms()
        except NotSearched:
            continue
        proved = [element for element in found if proof.holds(element)]
        chain = StabiliserChain([element.literals for element in proved], 2 * dimension, base)
        if len(proved) < len(found) or not chain.fill(order):
            chain.complete()
        return _group(objective, chain, complete=all(atom.kind != "factor" for atom in atoms.table))
    proved = [element for element in _obvious(objective) if proof.holds(element)]
    chain = StabiliserChain([element.literals for element in proved], 2 * dimension, base)
    chain.complete()
    return _group(objective, chain, complete=False)


def trivial_group(objective: Objective) -> SignedPermutationGroup:
    """The identity alone, as far as is known."""
    return _group(
        objective, StabiliserChain([], 2 * objective.dimension, range(0, 2 * objective.dimension, 2)), complete=False
    )


def _obvious(objective: Objective) -> Iterable[SignedPermutation]:
    """Swaps and flips of hidden units of a network; flips and swaps of single unknowns of anything else."""
    return unit_moves(objective) if objective.network is not None else _elementary(objective.dimension)


def _elementary(dimension: int) -> Iterable[SignedPermutation]:
    """Flips of one unknown, swaps of two, swaps with a change of both signs."""
    identity = list(range(dimension))
    for k in range(dimension):
        yield SignedPermutation(tuple(identity), tuple(-1 if j == k else 1 for j in identity))
    for i, j in itertools.combinations(identity, 2):
        images = list(identity)
        images[i], images[j] = j, i
        for sign in (1, -1):
            yield SignedPermutation(tuple(images), tuple(sign if k in (i, j) else 1 for k in identity))


def _group(objective: Objective, chain: StabiliserChain, complete: bool) -> SignedPermutationGroup:
    generators = _short_generators(objective, chain)
    return SignedPermutationGroup(
        objective.dimension,
        tuple(generators),
        chain.order,
        tuple(words(generator, objective) for generator in generators),
        complete,
        chain,
    )


def _short_generators(objective: Objective, chain: StabiliserChain) -> list[SignedPermutation]:
    """Generators that move as few unknowns as possible, taken from simple elements that lie in the group, the
    given generators, and products of two of these."""
    given = [SignedPermutation.from_literals(g) for g in chain.generators]
    candidates = list(unit_moves(objective))
    if objective.dimension <= MAXIMAL_UNKNOWNS_FOR_SHORT_GENERATORS:
        candidates += _elementary(objective.dimension)
        candidates += [
            SignedPermutation.from_literals(composed(a, b))
            for a in chain.generators[:12]
            for b in chain.generators[:12]
        ]
    short = [element for element in candidates if not element.is_identity and chain.contains(element.literals)]
    ranked = sorted(enumerate([*short, *given]), key=lambda item: (_complexity(item[1]), item[0]))
    kept: list[SignedPermutation] = []
    smaller = StabiliserChain([], chain.points, chain.base)
    for _, element in ranked:
        if smaller.order == chain.order:
            break
        if not smaller.contains(element.literals):
            kept.append(_simplified(element, kept))
            smaller = StabiliserChain([one.literals for one in kept], chain.points, chain.base)
            smaller.fill(Fraction(chain.order), patience=2)
    if smaller.order == chain.order:
        return kept
    return given


def _complexity(element: SignedPermutation) -> tuple[int, int]:
    """How many unknowns move, and how many change sign."""
    moved = sum(image != k or s < 0 for k, (image, s) in enumerate(zip(element.images, element.signs, strict=True)))
    return moved, element.signs.count(-1)


def _simplified(element: SignedPermutation, kept: Sequence[SignedPermutation]) -> SignedPermutation:
    """A simpler element of the same coset, by multiplication with `kept` as long as that helps."""
    best = element
    for factor in [*kept, *kept]:
        product = SignedPermutation.from_literals(composed(best.literals, factor.literals))
        if _complexity(product) < _complexity(best):
            best = product
    return best


def image_of(element: SignedPermutation, box: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """The box of all Pw with w in `box`; exact, as only signs and places change."""
    return tuple(
        box[j] if s > 0 else (-box[j][1], -box[j][0]) for j, s in zip(element.images, element.signs, strict=True)
    )
