"""Balls, settings, valleys, runs and statistics at single saddles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from optimiser_settings import SETTINGS

import strictsaddle as ss
from strictsaddle.dynamics import departures, ends, listed, settings, simulate, statistics, tracks
from strictsaddle.dynamics.optimisers.gradient_descent import GRADIENT_DESCENT
from strictsaddle.dynamics.optimisers.noisy_sgd import NOISY_SGD
from strictsaddle.dynamics.problem import problem_of
from strictsaddle.dynamics.valley import Valley, along, valley
from strictsaddle.execution.budget import Budget

WELL = ss.Objective("well", "x y", "x**4/4 - x**2/2 + y**2/2")


def having_left(points: list[list[float]]) -> simulate.Paths:
    """Paths that left a saddle at these points."""
    count = len(points)
    return simulate.Paths(np.array(points), np.ones(count, int), np.ones(count, bool), np.zeros(count, bool))


def test_the_ball_shrinks_until_the_hessian_hardly_changes() -> None:
    """About 0 the Hessian of the well changes by 3 x^2, at most a tenth of 1: |x| <= 0.18; a quarter of the distance, halved: 0.125."""
    problem = problem_of(WELL)
    place = settings.ball(problem, np.zeros(2), np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0]]), False, 0)
    assert place.radius == 0.125 and place.escape == pytest.approx(1.0)
    assert place.spectrum.curvatures == pytest.approx([-1.0, 1.0]) and place.spectrum.covariance is None
    degenerate = settings.ball(problem, np.zeros(2), np.array([[1.0, 0.0]]), True, 0)
    assert degenerate.radius == 0.25
    assert settings.ball(problem, np.zeros(2), np.array([[0.0, 0.0]]), True, 0).radius == 1.0


def test_smoothness_is_that_of_the_listed_points_at_least() -> None:
    found = settings.smoothness(problem_of(WELL), np.array([[0.0, 0.0], [3.0, 0.0]]), 0)
    assert 26.0 <= found < 60.0
    assert settings.smoothness(problem_of(ss.Objective("flat", "x", "x")), np.zeros((1, 1)), 0) == 1.0


def test_row_covariance_in_the_eigenbasis() -> None:
    objective = ss.network([1, 1, 1], activation="linear", data=([[1], [2]], [[1], [5]]), bias=False)
    place = settings.ball(problem_of(objective), np.zeros(2), np.zeros((1, 2)), False, 0)
    assert place.spectrum.covariance == pytest.approx(
        [0.0, 0.0]
    )  # at 0 every row's gradient vanishes: sgd cannot leave by itself
    spectrum, basis = settings.spectrum_at(problem_of(objective), np.array([0.5, 1.0]))
    # rows' gradients 2(abx - y)x (b, a): x = 1, y = 1 gives -(1, 1/2), x = 2, y = 5 gives -16 (1, 1/2)
    assert spectrum.covariance == pytest.approx(((basis.T @ np.array([1.0, 0.5])) * 7.5) ** 2)


def test_the_valley_of_a_degenerate_point() -> None:
    """f = (y - x^2)^2 - 2 x^4: along y = x^2 it is -2 x^4, though the fourth derivative at y = 0 says -x^4."""
    problem = problem_of(ss.Objective("valley", "x y", "(y - x**2)**2 - 2*x**4"))
    spectrum, basis = settings.spectrum_at(problem, np.zeros(2))
    found = valley(problem, np.zeros(2), spectrum.curvatures, basis)
    assert found.coefficients == pytest.approx((0.0, 0.0, -2.0)) and found.degree == 4 and found.exponent == -0.5
    a, b = along(problem, np.zeros(2), basis[:, :1].T, basis[:, 1:], spectrum.curvatures[1:])
    assert (a, b) == (pytest.approx([0.0]), pytest.approx([-2.0]))
    cubic = problem_of(ss.Objective("cubic", "x y", "x**3 + y**2"))
    spectrum, basis = settings.spectrum_at(cubic, np.zeros(2))
    found = valley(cubic, np.zeros(2), spectrum.curvatures, basis)
    assert (
        found.coefficients is not None
        and found.coefficients[:2] == pytest.approx((0.0, 1.0), abs=1e-12)
        and found.degree == 3
    )
    monkey = problem_of(ss.Objective("monkey", "x y", "x**3 - 3*x*y**2"))
    spectrum, basis = settings.spectrum_at(monkey, np.zeros(2))
    assert valley(monkey, np.zeros(2), spectrum.curvatures, basis) == Valley(None, 3)  # a kernel of dimension 2
    form = problem_of(ss.Objective("form", "x y z", "z**2 + z*(x**2 + y**2) - x**4"))
    spectrum, basis = settings.spectrum_at(form, np.zeros(3))
    assert valley(form, np.zeros(3), spectrum.curvatures, basis) == Valley(None, 4)
    sixth = problem_of(ss.Objective("sixth", "x y", "y**2 - x**6"))
    spectrum, basis = settings.spectrum_at(sixth, np.zeros(2))
    assert valley(sixth, np.zeros(2), spectrum.curvatures, basis) == Valley()


def test_settings() -> None:
    problem = problem_of(WELL)
    place = settings.ball(problem, np.zeros(2), np.array([[1.0, 0.0]]), False, 0)
    chosen = settings.chosen(place, 4.0, Valley())
    assert chosen.step == 1 / 16 and chosen.spread == pytest.approx(0.00125) and chosen.damping == pytest.approx(0.1)
    # the paths spread by r/100: sum of the variances (eta noise)^2/n (1 + eta)^(-2k-2) over all steps
    a = 1 + chosen.step
    assert (chosen.step * chosen.noise) ** 2 / 2 / (a**2 - 1) == pytest.approx(chosen.spread**2)
    place = settings.ball(problem, np.zeros(2), np.array([[1.0, 0.0]]), True, 0)
    flat = settings.chosen(place, 4.0, Valley((0.0, 0.0, -0.25), 4))
    assert settings.eps_of(flat, 2) == pytest.approx(0.25 * (place.radius / 3) ** 4)
    assert settings.chosen(place, 4.0, Valley()).noise > 0 and place.escape == 0
    assert "1/(4L)" in settings.RULES


def test_paths_do_not_depend_on_how_they_are_cut() -> None:
    """The same seed gives the same paths; another one, or another number of steps between looks at the clock, is told apart."""
    problem = problem_of(WELL)
    rules = SETTINGS
    leave = (np.zeros(2), 0.3)
    one = simulate.run(problem, NOISY_SGD, rules, np.zeros((7, 2)), leave=leave, seed=5)
    two = simulate.run(problem, NOISY_SGD, rules, np.zeros((7, 2)), leave=leave, seed=5, tell=lambda steps, ended: None)
    other = simulate.run(problem, NOISY_SGD, rules, np.zeros((7, 2)), leave=leave, seed=6)
    assert np.array_equal(one.points, two.points) and np.array_equal(one.steps, two.steps)
    assert not np.array_equal(one.points, other.points)
    cut = simulate.run(problem, NOISY_SGD, rules, np.zeros((7, 2)), leave=leave, seed=5, most=int(np.median(one.steps)))
    assert np.array_equal(cut.points[cut.ended], one.points[cut.ended]) and 0 < cut.ended.sum() < 7
    over = simulate.run(
        problem, GRADIENT_DESCENT, rules, np.full((1, 2), 1e-300), leave=leave, most=10**9, budget=Budget.of(0.01)
    )
    assert not over.ended.any()


def test_lost_paths() -> None:
    """Steps out of the domain of a logarithm, and off to infinity."""
    rules = SETTINGS._replace(step=0.5, noise=0.0)
    log = problem_of(ss.Objective("log", "x", "log(x) + x**2"))
    found = simulate.run(log, GRADIENT_DESCENT, rules, np.array([[0.1]]), flat=1e-6, most=100)
    assert found.lost.all() and not found.ended.any()
    away = problem_of(ss.Objective("away", "x", "-x**4"))
    assert simulate.run(away, GRADIENT_DESCENT, rules, np.array([[2.0]]), flat=1e-6, most=100).lost.all()
    half = problem_of(ss.Objective("half", "x y", "x + y**2", domain=ss.Euclidean(where=("x > 0", "y < 3"))))
    box = problem_of(ss.Objective("box", "x y", "x + y**2").on(ss.Box((0, 0), (1, 1))))
    words = ends.settle(
        away,
        GRADIENT_DESCENT,
        rules,
        having_left([[2.0]]),
        1e-6,
        seed=0,
        budget=Budget.of(None),
        tell=lambda s, e: None,
    )[1]
    assert words == [ends.AWAY]
    for problem in (half, box):
        paths = simulate.run(problem, GRADIENT_DESCENT, rules, np.array([[0.9, 0.5]]), flat=1e-6, most=100)
        assert paths.lost.all() and paths.steps[0] == 2


def test_the_description_of_points_on_spheres() -> None:
    objective = ss.zoo.tensor_eq5(d=2)
    verdict = ss.check(objective)
    points = listed.points(verdict)
    value, slope, eigenvalues = simulate.described(problem_of(objective), points)
    assert eigenvalues.shape == (32, 2) and slope.max() < 1e-12
    for k, point in enumerate(verdict.stationary.isolated):
        assert eigenvalues[k] == pytest.approx([0.5 * (e.low + e.high) for e in point.eigenvalues], abs=1e-9)
        assert value[k] == pytest.approx(0.5 * (point.value.low + point.value.high), abs=1e-12)


def test_statistics() -> None:
    random = np.random.default_rng(0)
    covered = 0
    for seed in range(100):
        side = statistics.mean_interval(random.exponential(size=200), seed)
        covered += side.low <= 1.0 <= side.high
    assert 86 <= covered <= 100
    assert statistics.mean_interval(np.array([3.0, 3.0]), 0) == (3.0, 3.0) and statistics.mean_interval(
        np.array([4.0]), 0
    ) == (4.0, 4.0)
    sizes = [1e-4, 1e-5, 1e-6]
    slope, side = statistics.exponent(sizes, [random.exponential(s**-0.5, 500) for s in sizes], 0)
    assert side.low < -0.5 < side.high and slope == pytest.approx(-0.5, abs=0.05)


def test_which_points_are_started_at() -> None:
    verdict = ss.check(ss.zoo.tensor_eq4())
    found = listed.origins(verdict)
    assert [(one.kind, one.orbit_size) for one in found] == [("degenerate_saddle", 16), ("strict_saddle", 8)]
    assert len(verdict.stationary.minima) == 8 and {listed.standing(verdict, p) for p in verdict.stationary.minima} == {
        "global"
    }
    witness = ss.check(ss.zoo.tensor_eq4(d=3), budget=4)
    assert (
        any(one.is_degenerate for one in listed.origins(witness))
        and listed.origins(ss.check(ss.Objective("bowl", "x", "x**2"))) == []
    )
    spurious = ss.check(ss.Objective("two", "x", "x**4/4 - x**2/2 + x/10"))
    assert [listed.standing(spurious, p) for p in spurious.stationary.minima] == ["global", "spurious"]
    unknown = ss.check(ss.Objective("line", "x y", "(x*y - 1)**2"))
    assert [one.kind for one in listed.origins(unknown)] == ["strict_saddle"]


def test_where_paths_end() -> None:
    objective = ss.Objective("two", "x y", "x**4/4 - x**2/2 + x/10 + y**2/2")
    verdict, problem = ss.check(objective), problem_of(objective)
    minima = [listed.middle(p.point) for p in verdict.stationary.minima]
    saddle = next(listed.middle(p.point) for p in verdict.stationary.isolated if p.kind == "strict_saddle")
    points = np.array([minima[0], minima[0] + 0.01, minima[1], saddle, [9.0, 9.0], [np.nan, 0.0], [0.5, 0.1]])
    found = ends.ends(
        problem,
        verdict,
        "gd",
        points,
        ["", "", "", "", "", ends.LOST, ends.RESTLESS],
        listed.Nearest.of(objective, verdict),
    )
    told = {(e.where, e.standing): e.count for e in found}
    once = [
        ("at a minimum", "spurious"),
        ("at a strict saddle", ""),
        (ends.UNLISTED, ""),
        (ends.LOST, ""),
        (ends.RESTLESS, ""),
    ]
    assert told == {("at a minimum", "global"): 2, **dict.fromkeys(once, 1)}
    line = ss.Objective("line", "x y", "(x*y - 1)**2")
    verdict = ss.check(line)
    told = ends.ends(problem_of(line), verdict, "gd", np.array([[2.0, 0.5]]), [""], listed.Nearest.of(line, verdict))
    assert [e.where for e in told] == [ends.CONTINUUM]
    wave = ss.Objective("wave", "x y", "cos(x) + y**2")
    verdict = ss.check(wave)
    nearest = listed.Nearest.of(wave, verdict)
    assert nearest.periods == pytest.approx([2 * np.pi, np.inf])
    found_at = nearest.to(np.array([7 * np.pi, 0.1]), 1.0)
    assert (
        found_at is not None
        and nearest.known[found_at[0]].kind == "local_minimum"
        and found_at[1] == pytest.approx(0.1)
    )
    assert nearest.to(np.array([0.0, 7.0]), 1.0) is None
    far = np.array([[k * np.pi, 0.0] for k in (-7, 1, 21)])
    told = ends.ends(problem_of(wave), verdict, "gd", far, [""] * 3, nearest)
    assert [(e.where, e.count) for e in told] == [("at a minimum", 3)]
    cut = ends.ends(problem_of(wave), verdict, "gd", far[:2], [ends.CUT, ends.AWAY], nearest)  # wherever they are
    assert {e.where for e in cut} == {ends.CUT, ends.AWAY}


def test_points_near_a_path_are_certified() -> None:
    objective = ss.Objective("two", "x y", "x**4/4 - x**2/2 + x/10 + y**2/2")
    verdict, problem = ss.check(objective), problem_of(objective)
    nearest = listed.Nearest.of(objective, verdict)
    known, distance = tracks.certified(problem, objective, nearest, np.array([0.1, 0.02]))
    assert known is not None and known.kind == "strict_saddle" and distance is not None and distance < 0.03
    nothing = replace(nearest, known=(), points=np.zeros((0, 2)), gaps=np.zeros(0))
    found, distance = tracks.certified(problem, objective, nothing, np.array([0.99, 0.0]))
    assert found is not None and found.kind == "local_minimum" and distance is not None and 0.0 < distance < 0.1
    away = ss.Objective("away", "x y", "exp(x) + y")
    assert tracks.certified(problem_of(away), away, nothing, np.array([0.0, 0.0])) == (None, None)


def test_a_departure_is_summed_up() -> None:
    problem = problem_of(WELL)
    place = settings.ball(problem, np.zeros(2), np.array([[1.0, 0.0]]), False, 0)
    rules = settings.chosen(place, 3.0, Valley())
    heard: list[tuple[int, int]] = []
    plan = departures.Plan(0, 100, 3, Budget.of(None), lambda steps, ended: heard.append((steps, ended)))
    row, paths = departures.depart(problem, NOISY_SGD, rules, place, Valley(), plan)
    assert (
        row.left == row.runs == 100 == paths.ended.sum()
        and heard[-1][1] == 100
        and row.direction is not None
        and row.direction > 0.99
    )
    assert row.ratio == pytest.approx(1.0, abs=0.1) and row.steps.ci is not None and row.steps.mean is not None
    assert row.steps.ci.low < row.steps.mean < row.steps.ci.high
    more, scaling = departures.ladder(problem, rules, place, Valley(), (row, paths), plan)
    assert len(more) == 2 and scaling is not None and scaling.slope == pytest.approx(scaling.predicted_slope, rel=0.03)
    few = departures.depart(problem, GRADIENT_DESCENT, rules._replace(step=1e-9), place, Valley(), plan)[0]
    assert few.left <= few.runs and departures.starts(problem, place, rules, 5, 1).shape == (5, 2)


def test_a_path_that_has_just_left_is_not_at_rest() -> None:
    """About a saddle whose curvatures are far smaller than those elsewhere."""
    problem = problem_of(ss.Objective("slow", "x y", "y**2/2 - x**2/1000 + x**4/1000"))
    place = settings.ball(problem, np.zeros(2), np.array([[0.7, 0.0]]), False, 0)
    flat = ends.at_rest(problem, place, 1000.0, 1.0, 0)
    assert flat < place.radius * 0.002 < ends.AT_REST * 1000 * 2
    paths = simulate.run(
        problem, GRADIENT_DESCENT, settings.chosen(place, 3.0, Valley()), np.array([[place.radius, 0.0]]), flat=flat
    )
    assert paths.points[0] == pytest.approx([2**-0.5, 0.0], abs=0.02)
    bowl = ss.Objective("bowl", "x y", "x**2 + y**2")
    verdict = ss.check(bowl)
    points = np.array([[2.0, 1.0], [-2.0, 1.0]])
    unlisted = ends.ends(problem, verdict, "gd", points, ["", ""], listed.Nearest.of(bowl, verdict))
    assert [(e.where, e.value, e.count) for e in unlisted] == [(ends.UNLISTED, 0.512, 2)]


def test_rest_about_a_point_with_lines_of_stationary_points() -> None:
    """Along the axes the gradient of abc vanishes; paths that come to the minima of (abc - 1)^2 are at rest all the same."""
    problem = problem_of(ss.Objective("three", "a b c", "(a*b*c - 1)**2"))
    place = settings.ball(problem, np.zeros(3), np.array([[1.0, 1.0, 1.0]]), True, 0)
    flat = ends.at_rest(problem, place, 20.0, 1.0, 0)
    assert flat > 1e-6
    points, words = ends.settle(
        problem, GRADIENT_DESCENT, settings.chosen(place, 20.0, Valley()), having_left([[0.5, 0.4, 0.3]]), flat, seed=0,
        budget=Budget.of(None), tell=lambda steps, ended: None,
    )  # fmt: skip
    assert words == [""] and np.prod(points[0]) == pytest.approx(1.0, abs=1e-3)
