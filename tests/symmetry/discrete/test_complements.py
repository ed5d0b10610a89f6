"""A sigmoid unit and its complement: found where it holds, and only there."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.derive.derivatives import derive
from strictsaddle.networks.network import network
from strictsaddle.symmetry.discrete.complements import find_complements
from strictsaddle_reports import symmetries_text

DATA = ([[0, 1], [1, 1], [2, 5]], [[0], [1], [1]])


@pytest.mark.parametrize(
    ("widths", "activation", "options", "units"),
    [
        ([2, 2, 1], "sigmoid", {"bias": True}, 2),
        ([2, 2, 3, 1], "sigmoid", {"bias": True}, 5),
        ([2, 2, 1], "sigmoid", {"bias": True, "loss": "pseudo_huber"}, 2),
        ([2, 2, 1], "sigmoid", {"bias": False}, 0),  # nowhere to put the constant
        ([2, 2, 1], "sigmoid", {"bias": True, "ridge": "1/1000000000000"}, 0),  # broken, if only a little
        ([2, 2, 1], "tanh", {"bias": True}, 0),
        ([2, 2, 1], "softplus", {"bias": True}, 0),
    ],
)
def test_units_with_complements(widths: list[int], activation: str, options: dict[str, Any], units: int) -> None:
    assert len(find_complements(network(widths, activation, data=DATA, **options))) == units


def test_the_map_leaves_the_value_and_is_an_involution() -> None:
    objective = network([2, 2, 1], "sigmoid", data=DATA, bias=True)
    tape = derive(objective).value_tape
    point = tuple(Fraction(k * k - 7, 5) for k in range(objective.dimension))
    for complement in find_complements(objective):
        image = complement(point)
        assert image != point and complement(image) == point
        at = [[float(x) for x in w] for w in (point, image)]
        here, there = evaluate_float(tape, np.array(at))[:, 0]
        assert here == pytest.approx(there, rel=1e-13)


def test_the_command_reports_them() -> None:
    found = symmetries_text.record(network([2, 2, 1], "sigmoid", data=DATA, bias=True))
    assert len(found["affine_maps"]) == 2
    assert "by its complement" in symmetries_text.text(found)
    json.loads(symmetries_text.as_json(found))
    assert "complement" not in symmetries_text.text(symmetries_text.record(network([2, 2, 1], "tanh", data=DATA)))
