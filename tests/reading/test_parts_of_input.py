"""Tables of input, networks in tables, moments, equalities: what is read, and what is refused with its place."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import strictsaddle as ss
from strictsaddle.errors import InputError
from strictsaddle.execution.options import Options
from strictsaddle.formula.graph import Graph
from strictsaddle.networks import table
from strictsaddle.networks.moments import affine, number_of_monomials, power
from strictsaddle.objective.domain import Equalities, Spheres
from strictsaddle.objective.equalities import flint_polynomials, resolved
from strictsaddle.reading.tables import Table, integer, kind_of, number, texts
from strictsaddle.search.one_by_one import one_by_one


def test_values_of_tables() -> None:
    assert number("1/3", "here") == Fraction(1, 3) and integer(4, "here") == 4
    assert kind_of(True) == "true or false" and kind_of([1]) == "a list"
    for wrong in ("4", 4.5, True, [1]):
        with pytest.raises(InputError, match="here"):
            integer(wrong, "here")
    with pytest.raises(InputError, match="entry 2"):
        texts(["a", 2], "here", "names")


def test_a_key_that_is_not_known_has_a_near_miss() -> None:
    with pytest.raises(InputError, match="widths"):
        Table({"width": 1}, "f.toml", "network", ("widths", "loss"))
    assert Table({"loss": " squared"}, "f.toml", "network", ("loss",)).where("loss") == "f.toml, network.loss"


def test_a_network_from_its_table() -> None:
    content = {"widths": [1, 2, 1], "activation": "tanh", "loss": "squared", "ridge": {"W1": "1/10"}, "bias": False}
    rows = {"inputs": [[1]], "targets": [[2]]}
    found = table.read(content, rows, Path(), "f.toml")
    assert found.ridge == (Fraction(1, 10),) * 2 + (0, 0)
    with pytest.raises(InputError, match="group"):
        table.read({**content, "ridge": {"W9": 1}}, rows, Path(), "f.toml")


def test_moments_count_monomials() -> None:
    graph = Graph()
    w = [graph.variable(0), graph.variable(1)]
    one = affine(graph, w, [{(1, 0): graph.constant(1)}, {(0, 1): graph.constant(1)}], None)
    assert set(power(graph, one, 2)) == {(2, 0), (1, 1), (0, 2)} and number_of_monomials(2, 2, False) == 3
    assert number_of_monomials(2, 2, True) == 6


def test_unit_spheres_are_recognised_among_equalities() -> None:
    unit = resolved(Equalities(("x**2 + y**2 - 1",)), ("x", "y"), {})
    assert unit == Spheres(((0, 1),))
    other = resolved(Equalities(("x**2 + 2*y**2 - 1",)), ("x", "y"), {})
    assert isinstance(other, Equalities) and len(flint_polynomials(other, 2)) == 1


def test_a_sweep_shares_its_budget_and_keeps_the_order() -> None:
    def make(lam: Fraction) -> ss.Objective:
        return ss.Objective("bowl", "x", f"{lam}*x**2/2")

    asked = {"alpha": "1/2", "gamma": "1", "epsilon": "1/10", "delta": "1/5"}
    found = [
        v.definition_2 for v in one_by_one(make, [Fraction(1), Fraction(1, 4)], asked, Options(budget=60, workers=1))
    ]
    assert [one.verdict for one in found if one is not None] == ["holds", "fails"]
