"""The exact engine's list: true, complete where it says so, and never fooled by what msolve prints."""

from __future__ import annotations

import dataclasses
import itertools
import re
import stat
import sys
from pathlib import Path

import pytest
from flint import arb, arb_poly, fmpq_poly

from strictsaddle.derive import polynomials
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError, StrictSaddleError
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials import locate as algebraic
from strictsaddle.polynomials import msolve
from strictsaddle.polynomials.locate import Located, exact_real_zeros, locate
from strictsaddle.polynomials.modular_count import Count
from strictsaddle.polynomials.zero_search import ZeroSearch


def system_of(variables: str, text: str) -> PolynomialSystem:
    objective = Objective("test", variables, text)
    return polynomials.system(objective.graph, objective.node, objective.dimension)


def approximate(located: Located) -> set[tuple[float, ...]]:
    return {tuple(round(float(ball.mid()), 9) + 0.0 for ball in zero.balls) for zero in located.zeros}


ROOT_HALF = 0.707106781
CASES = [
    ("x y", "x^4/4 - x^2/2 + y^2/6", {(-1.0, 0.0), (0.0, 0.0), (1.0, 0.0)}),
    ("x", "x^4 - x^2", {(-ROOT_HALF,), (0.0,), (ROOT_HALF,)}),
    ("x", "x^3 + x", set()),
    ("x y", "x^3 + x + y^2", set()),
    ("x y", "(3*x - 1)^2 + (y + 1/7)^2", {(0.333333333, -0.142857143)}),
    # Four of the seven zeros lie at the origin, and two zeros have the same second coordinate: msolve alone loses one.
    (
        "x y",
        "x^3 - 3*x*y^2 + (x^2 + y^2)^2",
        {(-0.75, 0.0), (0.0, 0.0), (0.375, 0.649519053), (0.375, -0.649519053)},
    ),
    (
        "x y",
        "(x^2 - 2)^2 + (y - 1)^4",
        {(-1.414213562, 1.0), (0.0, 1.0), (1.414213562, 1.0)},
    ),
]


@pytest.mark.parametrize("variables, text, points", CASES)
def test_all_points_are_listed_and_proved_to_be_all(variables: str, text: str, points: set[tuple[float, ...]]) -> None:
    located = locate(system_of(variables, text))
    assert located.outcome == "finite"
    assert (located.complete, located.proof, located.trust) == (True, "exact", ())
    assert approximate(located) == points


def test_without_its_proof_completeness_is_modular() -> None:
    located = locate(system_of("x y", "(x*y - 1)^2 + (x^2 + y^2)/10"), prove_completeness=False)
    assert (located.complete, located.proof) == (True, "modular")
    assert re.search(r"modulo the primes \d+ and \d+", located.trust[0])


def test_as_many_simple_zeros_as_bezout_allows_are_all() -> None:
    """81 = 3^4, with no matrix and no count; one zero fewer, or a double one, proves nothing."""
    tang = " + ".join(f"{x}^4 - 16*{x}^2 + 5*{x}" for x in "abcd")
    located = locate(system_of("a b c d", tang), prove_completeness=False)
    assert (located.complete, located.proof, located.complex_zeros) == (True, "exact", 81)
    double = locate(system_of("x y", "x^4/4 - x^3/3 + y^4/4 - y^2/2"), prove_completeness=False)
    assert (double.complete, double.proof) == (True, "modular")


def test_a_stationary_point_that_is_missing_from_a_list_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of 4 of the 5 zeros, and a count that agrees with it: Newton's method contradicts both."""
    system = system_of("x y", "(x*y - 1)^2 + (x^2 + y^2)/10")
    add = ZeroSearch.add

    def less(self: ZeroSearch, answer: msolve.RationalParametrisation) -> None:
        add(self, answer)
        self.simple = [zero for zero in self.simple if not zero.real or abs(complex(zero.box[0])) > 0.1][:4]

    answer = msolve.solve(system.equations(), 2)
    assert isinstance(answer, msolve.RationalParametrisation)
    monkeypatch.setattr(ZeroSearch, "add", less)
    monkeypatch.setattr(algebraic.msolve, "solve", lambda *_, **__: dataclasses.replace(answer, quotient_dimension=4))
    monkeypatch.setattr(algebraic, "count_zeros", lambda *_, **__: Count(4, (5, 7)))
    with pytest.raises(EngineError, match="missing"):
        locate(system, prove_completeness=False)


@pytest.mark.parametrize(
    "variables, text, outcome, complete",
    [
        ("x", "3", "constant", False),
        ("x y", "2*x - y", "none", True),
        ("x y", "x + y^2", "none", True),
        ("x y", "x^2*y + x", "none", True),
        ("a b", "(a*b - 1)^2", "infinite", False),
        ("x y", "x^2", "infinite", False),
    ],
)
def test_outcomes_without_a_list(variables: str, text: str, outcome: str, complete: bool) -> None:
    located = locate(system_of(variables, text))
    assert (located.outcome, located.complete, located.zeros) == (outcome, complete, ())


def test_enclosures_hold_the_algebraic_numbers() -> None:
    """The minima of (ab - 1)^2 + (a^2 + b^2)/10 have a^2 = 9/10; the enclosure of a must straddle it."""
    located = locate(system_of("a b", "(a*b - 1)^2 + (a^2 + b^2)/10"))
    minimum = located.zeros[-1]
    assert minimum.exact is None
    for ball in minimum.balls:
        assert ball.rad() < 1e-25
        assert (ball * ball).contains(arb(9) / 10)


def test_zero_coordinates_are_exact_where_signs_prove_it() -> None:
    """At (+-sqrt(2), 0) no coordinate vector is rational, but f is even in y; the twin's odd term takes that away."""
    located = locate(system_of("x y", "(x^2 - 2)^2 + y^2"))
    assert all(zero.balls[1].is_zero() for zero in located.zeros)
    shifted = locate(system_of("x y", "(x^2 - 2)^2 + (y - x/2)^2"))
    assert sum(zero.balls[1].is_zero() for zero in shifted.zeros) == 1


def test_close_points_are_told_apart() -> None:
    located = locate(system_of("x y", "x^5/5 - x^3*(1 + 1.0000000001)/3 + 1.0000000001*x + y^2"))
    assert located.complete
    assert len(located.zeros) == 4
    balls = sorted((zero.balls[0] for zero in located.zeros), key=lambda ball: float(ball.mid()))
    assert all(not a.overlaps(b) for a, b in itertools.pairwise(balls))


def test_nearly_degenerate_is_not_degenerate() -> None:
    """A second derivative of 10^-40 is beyond doubles, and still no zero."""
    located = locate(system_of("x y", "x^4 + x^2/10^40 + y^2"))
    assert located.complete
    assert approximate(located) == {(0.0, 0.0)}
    assert located.complex_zeros == 3
    assert locate(system_of("x y", "x^4 + y^2")).complex_zeros == 1


def test_exact_points_are_verified() -> None:
    points = exact_real_zeros(system_of("x y", "(x^2 - 2)^2 + (y^2 - x)^2"))
    fields = {point.degree for point in points}
    assert 4 in fields
    assert all(point.is_stationary(system_of("x y", "(x^2 - 2)^2 + (y^2 - x)^2")) for point in points)
    assert not any(
        point.is_stationary(system_of("x y", "(x^2 - 2)^2 + (y^2 - 2*x)^2")) for point in points if point.degree == 4
    )
    assert arb_poly(fmpq_poly(points[-1].modulus)).degree() == points[-1].degree


# What msolve could print wrongly.

MUTATED = [
    ("x y", "x^4/4 - x^2/2 + y^2/6"),
    ("a b", "(a*b - 1)^2 + (a^2 + b^2)/10"),
    ("x y", "x^3 - 3*x*y^2 + (x^2 + y^2)^2"),
]


def replay(folder: Path, text: str) -> str:
    path = folder / "msolve-stub"
    (folder / "answer").write_text(text, encoding="ascii")
    path.write_text(
        f"#!{sys.executable}\nimport shutil, sys\n"
        f"shutil.copy({str(folder / 'answer')!r}, sys.argv[sys.argv.index('-o') + 1])\n",
        encoding="utf-8",
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def raw_answer(system: PolynomialSystem, monkeypatch: pytest.MonkeyPatch) -> str:
    texts: list[str] = []
    original = msolve.read

    def recording(text: str, n: int) -> msolve.Answer:
        texts.append(text)
        return original(text, n)

    monkeypatch.setattr(msolve, "read", recording)
    locate(system)
    monkeypatch.setattr(msolve, "read", original)
    return texts[0]


def mutations(text: str) -> list[str]:
    """Every number of the answer changed by one, and negated, one at a time; and every list of the answer emptied."""
    result = []
    for match in re.finditer(r"-?\d+", text):
        if text[match.start() - 1] in "x'":
            continue
        number = int(match.group())
        for other in (number + 1, number - 1, -number):
            if other != number:
                result.append(text[: match.start()] + str(other) + text[match.end() :])
    for match in re.finditer(r"\[[^\[\]]*\]", text):
        result.append(text[: match.start()] + "[]" + text[match.end() :])
    return result


def patch_answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Replay without a process for each: what is under test here is everything after the file was read."""
    monkeypatch.setattr(msolve, "_run", lambda source, time_limit, *options: text)


@pytest.mark.parametrize("variables, text", MUTATED)
def test_a_wrong_answer_never_leads_to_a_wrong_list(variables: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    system = system_of(variables, text)
    truth = approximate(locate(system))
    answer = raw_answer(system, monkeypatch)
    accepted = 0
    for mutated in mutations(answer):
        patch_answer(monkeypatch, mutated)
        try:
            located = locate(system)
        except (StrictSaddleError, ArithmeticError):
            continue
        accepted += 1
        assert approximate(located) <= truth
        if located.complete:
            assert approximate(located) == truth
    assert accepted  # some mutations only lose points, and must be survived


@pytest.mark.parametrize(
    "answer",
    [
        # The double well's points, but only those with x <= 0, and the counts to go with it.
        "[0, [0, 2, 2, ['x2', 'x1'], [0, 1], [1, [[2, [0, 1, 1]], [1, [1, 2]], [[[1, [0, 0]], 1]]]]]]:",
        # Only the saddle.
        "[0, [0, 2, 1, ['x2', 'x1'], [0, 1], [1, [[1, [0, 1]], [0, [1]], [[[0, [0]], 1]]]]]]:",
    ],
)
def test_dropped_solutions_are_noticed(answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRICTSADDLE_MSOLVE", replay(tmp_path, answer))
    located = locate(system_of("x y", "x^4/4 - x^2/2 + y^2/6"))
    assert located.zeros
    assert not located.complete
    assert located.proof == "none"
    assert "counts more" in located.reason


def test_denied_solutions_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRICTSADDLE_MSOLVE", replay(tmp_path, "[-1]:"))
    with pytest.raises(EngineError, match="contradicts"):
        locate(system_of("x y", "x^4/4 - x^2/2 + y^2/6"))


def test_invented_solutions_are_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """w = t^3 - 4t: the points at +-2 are no stationary points."""
    answer = "[0, [0, 2, 3, ['x2', 'x1'], [0, 1], [1, [[3, [0, -4, 0, 1]], [2, [-4, 0, 3]], [[[2, [0, 0, 0]], 1]]]]]]:"
    monkeypatch.setenv("STRICTSADDLE_MSOLVE", replay(tmp_path, answer))
    located = locate(system_of("x y", "x^4/4 - x^2/2 + y^2/6"))
    assert approximate(located) == {(0.0, 0.0)}
    assert not located.complete
