"""Equality constraints h(w) = 0: read exactly, normalised, and recognised where they are unit spheres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from strictsaddle.errors import InputError, StrictSaddleError
from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph
from strictsaddle.formula.printing import text as graph_text
from strictsaddle.objective.domain import Domain, Equalities, Spheres, Terms

if TYPE_CHECKING:
    from flint import fmpq_mpoly

WHERE = "domain.equalities"


def resolved(domain: Equalities, variables: Sequence[str], parameters: Mapping[str, Fraction]) -> Equalities | Spheres:
    """The same set with the terms of its polynomials, parameters replaced by their values; unit spheres as `Spheres`. Where a formula is no
    polynomial, there are texts alone.

    Raises InputError for a formula that cannot be read, a constant, a repetition, or more equalities than unknowns.
    """
    if not domain.equations:
        raise InputError("no equality is listed", where=WHERE, remedy="Leave [domain] out for all of R^n.")
    if len(domain.equations) >= len(variables):
        raise InputError(
            f"{len(domain.equations)} equalities for {len(variables)} variables leave isolated points at most", where=WHERE,
            remedy="Drop those that follow from the others, or compare f at the points themselves.",
        )  # fmt: skip
    read = tuple(_terms(text, variables, parameters) for text in domain.equations)
    found = tuple(terms for terms in read if not isinstance(terms, str))
    if len(found) < len(read):
        texts = tuple(terms if isinstance(terms, str) else _text(terms, variables) for terms in read)
        return Equalities(texts, (), domain.where)
    for text, terms in zip(domain.equations, found, strict=True):
        if all(not any(exponents) for exponents, _ in terms):
            what = "says 0 = 0" if not terms else "cannot hold: it is a constant other than 0"
            raise InputError(f"the equality {what}", where=WHERE, fragment=text, remedy="Leave it out, or correct it.")
    if len({_scaled(terms) for terms in found}) < len(found):
        raise InputError(
            "an equality is given twice", where=WHERE, fragment="; ".join(domain.equations), remedy="Give each once."
        )
    spheres = None if domain.where else _unit_spheres(found)
    if spheres is not None:
        return spheres
    return Equalities(tuple(_text(terms, variables) for terms in found), found, domain.where)


def _terms(text: str, variables: Sequence[str], parameters: Mapping[str, Fraction]) -> Terms | str:
    """The terms of a polynomial, or what is no polynomial with its exact constants as a text."""
    from strictsaddle.formula.expansion import NotPolynomial, expand

    graph = Graph()
    try:
        node = parse(text, graph, variables, parameters)
    except StrictSaddleError as error:
        raise error.at(WHERE) from None
    try:
        polynomial = expand(graph, node, len(variables))
    except NotPolynomial:
        if not graph.variables_of(node):
            raise InputError("the equality has no unknown in it", where=WHERE, fragment=text) from None
        return graph_text(graph, node, variables)
    pairs = [(tuple(int(e) for e in es), Fraction(int(c.p), int(c.q))) for es, c in polynomial.terms()]
    return tuple(sorted(pairs, reverse=True))


def flint_polynomials(domain: Domain, n: int) -> list[fmpq_mpoly]:
    """The polynomials h in n variables x1 ... xn; |w_g|^2 - 1 for spheres. Raises NotPolynomial where one is none."""
    from flint import fmpq, fmpq_mpoly_ctx

    from strictsaddle.formula.expansion import NotPolynomial

    if domain.equations and not (isinstance(domain, Equalities) and domain.polynomials):
        raise NotPolynomial("an equality is no polynomial")
    context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(n)], "degrevlex")
    if isinstance(domain, Equalities):
        return [
            context.from_dict({es: fmpq(c.numerator, c.denominator) for es, c in terms}) for terms in domain.polynomials
        ]
    unknowns = context.gens()
    return [sum((unknowns[i] ** 2 for i in group), context.constant(-1)) for group in domain.groups]


def equality_nodes(domain: Domain, graph: Graph, variables: Sequence[str]) -> list[int]:
    """New nodes of a graph in the unknowns of the domain that vanish on it: h for each equality, |w_g|^2 - 1 for each sphere."""
    if isinstance(domain, Equalities):
        if not domain.polynomials:
            return [parse(text, graph, variables) for text in domain.equations]
        return [graph.polynomial(terms) for terms in domain.polynomials]
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
