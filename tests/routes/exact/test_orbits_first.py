"""Objectives with a continuous symmetry are asked for witnesses before msolve is; a list is still made where there is one."""

from __future__ import annotations

import itertools

import pytest

import strictsaddle as ss
from strictsaddle.derive.derivatives import derive
from strictsaddle.polynomials import msolve
from strictsaddle.records.verdict import Verdict
from strictsaddle.routes.exact.orbits_first import look_first
from strictsaddle.symmetry.continuous.fields import find_continuous

INPUTS = [["-5", "-1", "3/2"], ["3/2", "-3", "6"], ["3/4", "-9/4", "-1/2"], ["9", "1", "-9"], ["8", "3/2", "4"]]
TARGETS = [["7/2", "5/4", "4"], ["1", "-1/2", "0"], ["4", "-4/3", "-2"], ["7/4", "7/2", "0"], ["9/4", "7/4", "9"]]


def deep_linear(widths: list[int]) -> ss.Objective:
    data = {
        "inputs": [row[: widths[0]] for row in INPUTS],
        "targets": [row[: widths[-1]] for row in TARGETS],
    }
    return ss.network(widths, activation="linear", loss="squared", bias=False, ridge="0", data=data)


def without_msolve(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("msolve was called")

    monkeypatch.setattr(msolve, "solve", refused)


@pytest.mark.parametrize("widths", [[a, *hidden, 2] for a in (1, 3) for hidden in itertools.product((1, 3), repeat=2)])
def test_three_linear_layers_fail_at_the_origin_without_msolve(
    widths: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_msolve(monkeypatch)
    verdict = ss.check(deep_linear(widths), workers=1)
    witness = verdict.definition_1.witness
    assert verdict.definition_1.proof == "exact" and witness is not None
    assert witness.coordinates is not None and set(witness.coordinates) == {"0"}
    assert verdict.modulo_symmetry is not None and verdict.modulo_symmetry.verdict == "not_strict_saddle"


def test_two_linear_layers_do_not_fail_there() -> None:
    objective = deep_linear([2, 2, 2])
    found = look_first(derive(objective), find_continuous(objective))
    assert found.on_orbits and found.witness is not None
    assert found.witness.coordinates is None or set(found.witness.coordinates) != {"0"}


def test_a_symmetry_that_moves_no_stationary_point_leaves_the_list_to_msolve() -> None:
    verdict = ss.check(ss.Objective("bowl", "x y", "x**2 + y**2"), workers=1)
    assert verdict.definition_1.verdict == "strict_saddle" and verdict.stationary.complete
    assert verdict.stationary.counts["local_minimum"] == 1


def test_a_rational_witness_that_the_symmetry_leaves_is_listed_with_the_others() -> None:
    """x^2 + y^2 + z^4 has a rotation and one stationary point, a degenerate one."""
    verdict = ss.check(ss.Objective("flat bowl", "x y z", "x**2 + y**2 + z**4"), workers=1)
    assert verdict.definition_1.verdict == "not_strict_saddle"
    assert verdict.stationary.complete and len(verdict.stationary.isolated) == 1


def undecided_within(seconds: float) -> Verdict:
    objective = ss.zoo.deep_linear(depth=3, width=3, spread=1)
    return ss.check(objective, budget=seconds, workers=1)


def test_certified_points_are_listed_though_the_time_ran_out() -> None:
    """15 unknowns without a continuous symmetry: msolve gets its share, and what local searches found is certified. A fast machine is done
    in four seconds, a slow one has found nothing after two."""
    verdicts = (undecided_within(seconds) for seconds in (2.0, 3.0, 4.5))
    listed = next(verdict for verdict in verdicts if verdict.stationary.isolated)
    assert listed.definition_1.verdict == "undecided" and not listed.stationary.complete
    assert any(point.kind == "local_minimum" for point in listed.stationary.isolated)


@pytest.mark.parametrize(
    "expression", ["(x*y - 37/10)**2", "(x**2 + y**2 - 2)**2 + z**4 - z**2", "(x*u + y*v - 1/3)**2"]
)
def test_a_minimum_on_an_orbit_has_an_exact_witness(expression: str) -> None:
    names = [name for name in "xyzuv" if name in expression]
    verdict = ss.check(ss.Objective("orbit", names, expression), workers=1)
    assert (verdict.definition_1.verdict, verdict.definition_1.proof) == ("not_strict_saddle", "exact")
    assert any(c.kind == "degenerate_minimum" for c in verdict.stationary.continua)
