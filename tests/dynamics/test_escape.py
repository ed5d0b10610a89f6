"""`escape`: what comes out for objectives with strict, degenerate, and no saddles; and the laws, on many paths."""

from __future__ import annotations

import json

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle.dynamics import departures, settings
from strictsaddle.dynamics.optimisers.noisy_sgd import NOISY_SGD
from strictsaddle.dynamics.problem import problem_of
from strictsaddle.dynamics.runs import out_of_time, require_ready, search
from strictsaddle.dynamics.valley import Valley, valley
from strictsaddle.errors import EngineError, InputError, NotYetError
from strictsaddle.execution.budget import Budget
from strictsaddle.records.escape import Departure, Escape, Predicted, Saddle, Steps
from strictsaddle.records.events import Event, Progress
from strictsaddle.records.terms import Interval
from strictsaddle_reports import escape_plots, escape_text


def words(found: Escape) -> str:
    """The report without its line breaks."""
    return " ".join(escape_text.report(found).split())


def test_a_strict_saddle() -> None:
    heard: list[Event] = []
    objective = ss.Objective("well", "x y", "x**4/4 - x**2/2 + x/10 + y**2/2")
    four = ["gd", "noisy-sgd", "newton", "trust-exact"]
    found = ss.escape(objective, optimisers=four, seeds=60, theorem_6=False, listener=heard.append)
    assert found.exit_code == 0 and found.verdict == "strict_saddle" and len(found.saddles) == 1
    rows = {row.optimiser: row for row in found.table}
    assert rows["gd"].left == 60 and rows["gd"].ratio == pytest.approx(1.0, abs=0.15)
    assert rows["newton"].left == 0 and rows["newton"].predicted is not None and rows["newton"].predicted.mean == np.inf
    assert rows["trust-exact"].predicted is None and rows["trust-exact"].left == 60
    assert [row.optimiser for row in found.table].count("noisy-sgd") == 3 and found.saddles[0].scaling is not None
    ends = [e for e in found.ends if e.optimiser == "gd"]
    assert {e.standing for e in ends} == {"global", "spurious"} and sum(e.count for e in ends) == 60
    assert any(isinstance(event, Progress) and "paths have ended" in event.phase for event in heard)
    near = [n for n in found.near_critical if n.certified is not None]
    assert near and all(
        n.certified is not None and n.certified.kind in ("strict_saddle", "local_minimum") for n in near
    )
    record = json.loads(found.to_json())
    assert (
        record["saddles"][0]["runs"] == 60
        and record["saddles"][0]["law"]["name"] == "linear"
        and record["saddles"][0]["predicted"] > 10
    )
    assert [row["predicted"] for row in record["table"] if row["optimiser"] == "newton"] == ["never"]
    assert sum(e["share"] for e in record["ends"] if e["optimiser"] == "gd") == pytest.approx(1.0)
    assert all(len(line) <= 120 for line in escape_text.report(found).splitlines())
    text = words(found)
    assert "like a logarithm" in text and "stays" in text and "spurious" in text
    picture = escape_plots.picture(found, vector=True)
    assert picture is not None and b"<svg" in picture.data and len(picture.data) > 10_000


def test_a_degenerate_saddle() -> None:
    """-x^3/3 falls one way: a power law by the exact mean exit time."""
    found = ss.escape(ss.Objective("cubic", "x y", "y**2/2 - x**3/3 + x**4/4"), optimisers=["noisy-sgd"], seeds=60)
    assert [s.kind for s in found.saddles] == ["degenerate_saddle"] and found.verdict == "not_strict_saddle"
    scaling = found.saddles[0].scaling
    assert (
        scaling is not None
        and scaling.ci.low < -1 / 3 < scaling.ci.high
        and scaling.predicted_exponent == pytest.approx(-1 / 3, abs=0.03)
    )
    assert all(
        row.predicted is not None and row.predicted.law == "valley" and 0.7 < (row.ratio or 0) < 1.4
        for row in found.table
    )
    assert "a power, not a logarithm" in words(found) and found.theorem_6 is None


def test_a_network_with_its_rows() -> None:
    objective = ss.network(
        [1, 1, 1], activation="tanh", data=([[1], [2]], [[1], [-1]]), bias=False, ridge="1/50", name="net"
    )
    found = ss.escape(objective, optimisers=["sgd", "gd"], seeds=40, batch=2, theorem_6=False)
    assert {row.optimiser for row in found.table} == {"sgd", "gd"} and all(row.left == 40 for row in found.table)
    assert all(e.where == "at a minimum" for e in found.ends)


def test_nothing_to_leave() -> None:
    found = ss.escape(ss.Objective("bowl", "x", "x**2"), optimisers=["gd"], theorem_6=False)
    assert found.exit_code == 3 and not found.saddles and any("no saddle is listed" in note for note in found.notes)
    assert (
        "No saddle is listed, so none can be left" in words(found) and escape_plots.picture(found, vector=True) is None
    )


@pytest.mark.slow
def test_the_witness_is_a_start() -> None:
    """Where the list is not known, the degenerate point that refutes is one."""
    found = ss.escape(
        ss.Objective("line", "x y z", "x**2*y**2*z**2 + x**2*y"), optimisers=["gd"], seeds=5, theorem_6=False
    )
    assert found.saddles and all(s.kind != "local_minimum" for s in found.saddles)


def test_what_makes_no_sense() -> None:
    bowl = ss.Objective("bowl", "x y", "x**2 - y**2")
    with pytest.raises(InputError, match="gradient"):
        ss.escape(bowl, optimisers=["gradient"])
    with pytest.raises(InputError, match="data rows"):
        ss.escape(bowl, optimisers=["sgd"])
    with pytest.raises(InputError, match="number of seeds"):
        ss.escape(bowl, seeds=1)
    with pytest.raises(InputError, match="at least 1"):
        search(bowl, saddles=0)
    with pytest.raises(NotYetError, match="optimisers do not take equalities"):
        ss.escape(ss.Objective("e", "x y", "x*y", domain=ss.Equalities(["x**2 + 2*y**2 - 1"])))


def test_missing_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EngineError, match=r"jax and optax.*strictsaddle\[escape\]"):
        require_ready(None, 10)


def test_the_time_runs_out() -> None:
    found = ss.escape(ss.Objective("slow", "x y", "y**2 - x**4/2 + x**6/2"), seeds=50, options=ss.Options(budget=0.5))
    assert any("the time ran out" in note for note in found.notes) or found.exit_code == 3
    assert found.exit_code == 3
    short = ss.escape(
        "x**4/4 - x**2/2 + y**2/2", optimisers=["lbfgs"], seeds=40, theorem_6=False, options=ss.Options(budget=1.5)
    )
    assert short.exit_code == 0 or (
        short.table[0].cut == 40 - short.table[0].runs > 0 and "the time ran out for paths of lbfgs" in short.notes[0]
    )
    nothing = out_of_time(ss.Objective("b", "x", "x**2"), "the time budget ran out", 1.0)
    assert nothing.exit_code == 3 and "nothing was measured" in escape_text.report(nothing)


def test_the_record_by_itself() -> None:
    side = Interval(0.0, 0.0)
    saddle = Saddle((side,), "strict_saddle", Interval(-1.0, -1.0), None, 1, 0.1, 0.1, 0.01, 0.01)
    row = Departure(0, "gd", 3, 3, 0, 9, Steps(2.0, 2.0, 0.0, side), Predicted(4.0, 1.0, 4.0, "linear"))
    one = Escape({"name": "o", "variables": ["x"]}, "undecided", ("gd",), 3, 0, (saddle, saddle), (row,), (), (), (), None, "", (),
                 ss.check(ss.Objective("b", "x", "x**2")).resources, {})  # fmt: skip
    assert one.exit_code == 3 and one.headline(0) is row and one.headline(1) is None and row.ratio == 0.5


@pytest.mark.slow
@pytest.mark.parametrize(
    "expression, exponent",
    [("-x**2/2 + y**2/2", None), ("-2*x**2 + y**2/2", None), ("y**2/2 - x**4/4", -0.5), ("y**2/2 - x**3/3", -1 / 3)],
)
def test_the_laws_on_thousands_of_paths(expression: str, exponent: float | None) -> None:
    """Measured means within four standard errors of the laws. With 4,000 paths these are about 1.6 % of sd/sqrt(n) of the mean or less,
    so that a law that were wrong by a tenth would be seen: that is what the second part tries."""
    problem = problem_of(ss.Objective("law", "x y", expression))
    place = settings.ball(problem, np.zeros(2), np.array([[4.0, 0.0]]), exponent is not None, 0)
    shape = valley(problem, place.centre, place.spectrum.curvatures, place.basis) if exponent else Valley()
    rules = settings.chosen(place, 10.0, shape)
    plan = departures.Plan(0, 4_000, 11, Budget.of(None), lambda steps, ended: None)
    first = departures.depart(problem, NOISY_SGD, rules, place, shape, plan)
    more, scaling = departures.ladder(problem, rules, place, shape, first, plan)
    assert scaling is not None
    for row in (first[0], *more):
        assert row.predicted is not None and row.steps.mean is not None and row.steps.deviation is not None
        error = row.steps.deviation / np.sqrt(row.runs)
        assert abs(row.steps.mean - row.predicted.mean) < 4 * error + 0.01 * row.predicted.mean
        wrong = 1.1 * row.predicted.mean  # a law with another constant is told apart
        assert abs(row.steps.mean - wrong) > 2 * error
        if row.predicted.deviation is not None:
            assert row.steps.deviation == pytest.approx(row.predicted.deviation, rel=0.06)
    if exponent is None:
        assert scaling.slope == pytest.approx(scaling.predicted_slope, rel=0.03)
    else:
        assert scaling.ci.low - 0.01 < exponent < scaling.ci.high + 0.01 and scaling.ci.high - scaling.ci.low < 0.1


@pytest.mark.slow
def test_theorem_6() -> None:
    """Its iterations with certified constants stand beside what was measured."""
    found = ss.escape(ss.Objective("well", "x y", "x**4/4 - x**2/2 + y**2/2"), optimisers=["noisy-sgd"], seeds=20)
    assert found.theorem_6 is not None and found.theorem_6.iterations > 1e4 and found.theorem_6.proof == "interval"
    assert found.theorem_6.measured is not None and found.theorem_6.measured < 300 and "Theorem 6" in words(found)


@pytest.mark.slow
def test_tensor_decomposition() -> None:
    """From Eq. 5's saddles everybody comes to global minima. From the strict saddles of Eq. 4 gradient descent comes to degenerate saddles
    and stays there: what Definition 1 is about."""
    five = ss.escape(ss.zoo.tensor_eq5(d=2), optimisers=["gd", "saddle-free"], seeds=20, theorem_6=False)
    assert five.saddles[0].orbit_size == 16 and five.saddles[0].least_eigenvalue is not None
    assert five.saddles[0].least_eigenvalue.low <= -4 <= five.saddles[0].least_eigenvalue.high
    assert {e.standing for e in five.ends} == {"global"}
    four = ss.escape(ss.zoo.tensor_eq4(), optimisers=["gd", "trust-exact"], seeds=100, theorem_6=False)
    stuck = {e.optimiser: e.count / e.runs for e in four.ends if e.where == "at a degenerate saddle"}
    assert stuck["gd"] > 0.9 and "trust-exact" not in stuck
