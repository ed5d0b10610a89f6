"""Functions with kinks are what their definitions say, as expressions and in networks."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from kinked_objectives import values

import strictsaddle as ss
from strictsaddle.formula.graph import Graph
from strictsaddle.formula.kinked import huber, leaky_relu
from strictsaddle.objective.layers import ACTIVATIONS, LOSSES


def test_penalties_are_their_definitions() -> None:
    at = np.linspace(-6, 6, 97)[:, None]
    size, x = np.abs(at[:, 0]), at[:, 0]
    scad = np.where(size <= 1, size, np.where(size <= 3, (6 * size - x**2 - 1) / 4, 2.0))
    mcp = np.where(size <= 4, size - x**2 / 8, 2.0)
    huber = np.where(size <= 2, x**2 / 2, 2 * size - 2)
    for formula, expected in (
        ("scad(x, 1, 3)", scad),
        ("mcp(x, 1, 4)", mcp),
        ("huber(x, 2)", huber),
        ("hinge(x)", np.maximum(0, 1 - x)),
        ("leaky_relu(x, 1/4)", np.where(x > 0, x, x / 4)),
        ("leaky_relu(x)", np.where(x > 0, x, x / 100)),
    ):
        assert np.allclose(values(ss.Objective("p", "x", formula), at), expected), formula
    for wrong, words in (
        ("scad(x, 1, 2)", "greater than 2"),
        ("huber(x, 0)", "positive"),
        ("mcp(x)", "takes"),
        ("huber(x, x)", "positive"),
    ):
        with pytest.raises(ss.Objective("p", "x", "x").__class__ and Exception, match=words):
            ss.Objective("p", "x", wrong)


def test_activations_and_losses_are_the_same_formulas() -> None:
    graph = Graph()
    z = graph.variable(0)
    assert ACTIVATIONS["leaky_relu"](graph, z) == leaky_relu(graph, z)
    assert LOSSES["huber"](graph, [z], [Fraction(0)]) == graph.total([huber(graph, z)])
