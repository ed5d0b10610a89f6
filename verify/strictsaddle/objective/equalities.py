"""Equality constraints h(w) = 0: read exactly, normalised, and recognised where they are unit spheres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from strictsaddle.errors import InputError, StrictSaddleError
from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph
from strictsaddle.objective.domain import Domain, Equalities, Spheres, Terms

if TYPE_CHECKING:
    from flint import fmpq_mpoly

WHERE = "domain.equalities"


def resolved(domain: Equalities, variables: Sequence[str], parameters: Mapping[str, Fraction]) -> Equalities | Spheres:
    """The same set with the terms of its polynomials, parameters replaced by their values; unit spheres as `Spheres`.

    Raises InputError for a formula that is no polynomial with rational coefficients, a constant, a repetition, or more equalities than
    unknowns.
    """
    if not domain.equations:
        raise InputError("no equality is listed", where=WHERE, remedy="Leave [domain] out for all of R^n.")
    found = tuple(_terms(text, variables, parameters) for text in domain.equations)
    for text, terms in zip(domain.equations, found, strict=True):
        if all(not any(exponents) for exponents, _ in terms):
            what = "says 0 = 0" if not terms else "cannot hold: it is a constant other than 0"
            raise InputError(f"the equality {what}", where=WHERE, fragment=text, remedy="Leave it out, or correct it.")
    if len({_scaled(terms) for terms in found}) < len(found):
        raise InputError(
            "an equality is given twice", where=WHERE, fragment="; ".join(domain.equations), remedy="Give each once."
        )
    if len(found) >= len(variables):
        raise InputError(
            f"{len(found)} equalities for {len(variables)} variables leave isolated points at most", where=WHERE,
            remedy="Drop those that follow from the others, or compare f at the points themselves.",
        )  # fmt: skip
    spheres = None if domain.where else _unit_spheres(found)
    if spheres is not None:
        return spheres
    return Equalities(tuple(_text(terms, variables) for terms in found), found, domain.where)


def _terms(text: str, variables: Sequence[str], parameters: Mapping[str, Fraction]) -> Terms:
    from strictsaddle.formula.expansion import NotPolynomial, expand

    graph = Graph()
    try:
        node = parse(text, graph, variables, parameters)
    except StrictSaddleError as error:
        raise error.at(WHERE) from None
    try:
        polynomial = expand(graph, node, len(variables))
    except NotPolynomial as why:
        raise InputError(
            f"an equality must be a polynomial with rational coefficients, and {why}", where=WHERE, fragment=text,
            remedy='Write what must be 0, as "x**2 + y**2 - 1".',
        ) from None  # fmt: skip
    pairs = [(tuple(int(e) for e in es), Fraction(int(c.p), int(c.q))) for es, c in polynomial.terms()]
    return tuple(sorted(pairs, reverse=True))


def flint_polynomials(domain: Domain, n: int) -> list[fmpq_mpoly]:
    """The polynomials h in n variables x1 ... xn; |w_g|^2 - 1 for spheres."""
    from flint import fmpq, fmpq_mpoly_ctx

    context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(n)], "degrevlex")
    if isinstance(domain, Equalities):
        return [
            context.from_dict({es: fmpq(c.numerator, c.denominator) for es, c in terms}) for terms in domain.polynomials
        ]
    unknowns = context.gens()
    return [sum((unknowns[i] ** 2 for i in group), context.constant(-1)) for group in domain.groups]


def equality_nodes(domain: Domain, graph: Graph) -> list[int]:
    """New nodes of a graph in the unknowns of the domain that vanish on it: h for each equality, |w_g|^2 - 1 for each sphere."""

    def node(terms: Terms) -> int:
        summands = []
        for exponents, c in terms:
            made = graph.constant(c)
            for k, exponent in enumerate(exponents):
                made = graph.mul(made, graph.power(graph.variable(k), exponent)) if exponent else made
            summands.append(made)
        return graph.total(summands)

    if isinstance(domain, Equalities):
        return [node(terms) for terms in domain.polynomials]
    squares = ([graph.power(graph.variable(k), 2) for k in group] for group in domain.groups)
    return [graph.total([*group, graph.constant(-1)]) for group in squares]


def _scaled(terms: Terms) -> Terms:
    return tuple((exponents, c / terms[0][1]) for exponents, c in terms)


def _unit_spheres(polynomials: Sequence[Terms]) -> Spheres | None:
    """The spheres where each polynomial is a multiple of the sum of squares of two or more unknowns of its own, less 1."""
    groups = []
    for terms in polynomials:
        constant = dict(terms).get((0,) * len(terms[0][0]), Fraction(0))
        group = [
            exponents.index(2)
            for exponents, c in terms
            if sum(exponents) == 2 and max(exponents) == 2 and c == -constant
        ]
        if not constant or len(group) != len(terms) - 1 or len(group) < 2:
            return None
        groups.append(tuple(sorted(group)))
    numbers = [number for group in groups for number in group]
    return Spheres(tuple(groups)) if len(set(numbers)) == len(numbers) else None


def _text(terms: Terms, variables: Sequence[str]) -> str:
    parts = []
    for exponents, c in terms:
        factors = [name if e == 1 else f"{name}**{e}" for name, e in zip(variables, exponents, strict=True) if e]
        size = [] if abs(c) == 1 and factors else [str(abs(c))]
        parts.append(("- " if c < 0 else "+ ") + "*".join([*size, *factors]))
    text = " ".join(parts)
    return text[2:] if text.startswith("+ ") else "-" + text[2:]
