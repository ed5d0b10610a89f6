"""`reformulate`: what it finds is certified and read back, prices are right, what fails is not recommended."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.derive.derivatives import derive, not_negative_by_form
from strictsaddle.errors import InputError
from strictsaddle.execution.options import Options
from strictsaddle.loading import load
from strictsaddle.loading.written import toml
from strictsaddle.records.terms import Interval
from strictsaddle.reformulation import penalties
from strictsaddle.reformulation.catalogue import CATALOGUE, added, named, smoothed, suitable
from strictsaddle.reformulation.diagnosis import MENDED, diagnose
from strictsaddle.reformulation.price import infimum, price
from strictsaddle.reformulation.random_ridge import degree_of, draw
from strictsaddle.reformulation.records import Candidate, Price, Reformulation
from strictsaddle.reformulation.search import out_of_time, rank, search
from strictsaddle.routes.route import Case
from strictsaddle.zoo import entries
from strictsaddle_cli.main import main

ROWS = ([[1], [2]], [[1], [-1]])
CASES = {
    "product": ("a b", "(a*b - 1)**2", "balance", "orbit"),
    "hat": ("x y", "(x**2 + y**2 - 1)**2", "gauge", "orbit"),
    "monkey": ("x y", "x**3 - 3*x*y**2 + (x**2 + y**2)**2", "own ridge", "degenerate_point"),
    "three layers": ("a b c", "(a*b*c - 1)**2", "own ridge", "degenerate_point"),
    "factorisation": ("a b c d", "(a*c - 2)**2 + (a*d)**2 + (b*c)**2 + (b*d - 1)**2", "own ridge", "orbit"),
}


def quick(**more: object) -> Options:
    return Options(budget=30, workers=1, **more)  # type: ignore[arg-type]


def objective(name: str) -> ss.Objective:
    unknowns, formula, _, _ = CASES[name]
    return ss.Objective(name, unknowns, formula)


@pytest.mark.parametrize("name", CASES)
def test_each_kind_is_mended(name: str, tmp_path: Path) -> None:
    _, _, row, cause = CASES[name]
    found = ss.reformulate(objective(name), modifications=[row], options=quick())
    assert found.original.definition_1.verdict == "not_strict_saddle" and cause in found.causes
    assert found.best is not None and found.exit_code == 0 and found.diagnosis.count(". ") >= 1
    for number, one in enumerate(found.candidates):
        path = tmp_path / f"{number}.toml"
        path.write_text(toml(one.objective, "a comment"))
        again = load(str(path))
        assert again.digest == one.objective.digest
        checked = ss.check(again, budget=30, workers=1)
        assert checked.definition_1.verdict == "strict_saddle" and checked.definition_1.scope == "global"


def test_the_excess_is_that_of_the_original_loss() -> None:
    """Independent truth: minimise the modified objective numerically, and take the original one there."""
    original = objective("product")
    found = ss.reformulate(original, modifications=["own ridge", "balance", "equal ridge"], options=quick())
    for one in found.candidates:
        tape, plain = derive(one.objective).value_tape, derive(original).value_tape
        ends = [
            minimize(lambda w, t=tape: evaluate_float(t, [w])[0, 0], start, tol=1e-14).x
            for start in ([1, 1], [-1, -1], [0.1, 0.2])
        ]
        best = min(ends, key=lambda w, t=tape: evaluate_float(t, [w])[0, 0])
        excess = evaluate_float(plain, [best])[0, 0]
        assert one.price.excess is not None
        assert one.price.excess.low - 1e-7 <= excess <= one.price.excess.high + 1e-7
        assert one.price.spurious_minima == 0 and one.price.minima == 2
    # uv = 1 - lambda: the excess is lambda^2
    ridges = {one.name: one.price.excess for one in found.candidates if one.modification == "equal ridge"}
    assert ridges["equal ridge, 1/10"] is not None and abs(ridges["equal ridge, 1/10"].low - 0.01) < 1e-12


def test_distances() -> None:
    found = ss.reformulate(ss.Objective("flat", "w", "w**4/4"), modifications=["tilt"], options=quick())
    tilt = {one.name: one.price for one in found.candidates}["tilt, 1/1000"]
    assert tilt.distance is not None and tilt.distance.low <= 0.1 <= tilt.distance.high  # tau^(1/3)
    assert tilt.least_alpha is not None and tilt.least_alpha.low <= 0.03 <= tilt.least_alpha.high  # 3 tau^(2/3)


def test_what_does_not_help_is_refused() -> None:
    """One ridge for all keeps rotations of linear units; balance alone as well; a tilt leaves the product unbounded below."""
    two = ss.network([1, 2, 1], activation="linear", data=([[1], [2]], [[1], [3]]), bias=False)
    found = ss.reformulate(two, modifications=["equal ridge", "balance", "layer ridge"], options=quick())
    assert (
        not found.candidates
        and {one.answer for one in found.refused} <= {"not_strict_saddle", "undecided"}
        and found.exit_code == 3
    )
    assert "Theorem A" in found.remark
    tilted = ss.reformulate(objective("product"), modifications=["tilt"], options=quick())
    assert not tilted.candidates and all("unbounded below" in one.reason for one in tilted.refused)


def test_nothing_has_to_be_mended() -> None:
    found = ss.reformulate(ss.Objective("well", "x", "x**4/4 - x**2/2"), options=quick())
    assert found.causes == ("none",) and not found.candidates and found.exit_code == 0


def test_no_minimiser_gets_a_ridge() -> None:
    separable = ss.Objective("separable", "a b", "log(1 + exp(-a - b)) + log(1 + exp(b - a))")
    found = ss.reformulate(separable, options=quick())
    assert "no_minimiser" in found.causes and found.best is not None and "ridge" in found.best.modification


def test_a_kink_is_smoothed() -> None:
    found = ss.reformulate(ss.Objective("kink", "x", "abs(x) + x**2/2"), options=quick())
    assert "not_smooth" in found.causes and found.best is not None and found.best.modification == "smooth"
    from strictsaddle.formula.graph import Graph

    rough, graph = ss.Objective("kink", "x", "relu(x) - 2*abs(x)"), Graph()
    node = smoothed(rough, graph, Fraction(50))
    made = ss.Objective.from_graph("soft", ["x"], graph, node)
    at = np.array([[-1.0], [0.5], [2.0]])
    assert np.allclose(evaluate_float(derive(made).value_tape, at)[:, 0], [-2.0, -0.5, -2.0], atol=1e-6)


def test_the_price_list() -> None:
    """The numbers that the design was made from, from the example that prints them."""
    import sys

    sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))
    try:
        from reformulation_prices import ROWS as rows
        from reformulation_prices import measured
    finally:
        sys.path.pop(0)
    found = {row.name: measured(row) for row in rows}
    assert found["flat minimum, tilt 1/1000"]["least alpha"] == pytest.approx(0.03)
    assert found["product, ridge 1/10"]["least alpha"] == pytest.approx(0.4) and found["product, ridge 1/10"][
        "least gamma"
    ] == pytest.approx(1.8)
    ridge, balance = found["product, ridge 1/5"], found["product, balance 1/8"]
    assert float(Fraction(str(ridge["alpha"]))) == pytest.approx(0.253) and float(
        Fraction(str(balance["alpha"]))
    ) == pytest.approx(1.96)
    assert ridge["iterations"] / balance["iterations"] > 25  # type: ignore[operator]  # thirtyfold
    rows_of = {
        key: tuple(value[k] for k in ("verdict", "minima", "saddles", "spurious")) for key, value in found.items()
    }
    assert rows_of["three layers, ridge 1/100"] == ("strict_saddle", 5, 4, 1)
    assert rows_of["three layers, balance 1/8"][:2] == ("not_strict_saddle", 4)
    assert rows_of["three layers, balance 1/8 and tilt 1/50"][:3] == ("strict_saddle", 4, 3)
    assert rows_of["three layers, ridge 1/100 and tilt 1/10"][:3] == ("strict_saddle", 6, 7)
    assert rows_of["width 2, balance"][0] == "not_strict_saddle"
    assert rows_of["width 2, balance and orthogonality"] == ("strict_saddle", 4, 5, 0)


def test_zero_bias_penalties_vanish_on_each_orbit() -> None:
    """Balance on (ab - 1)^2 is 0 at a = b = 1; the gauge of rotations is 0 at a point of each sphere."""
    scaling = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(-1)))
    assert penalties.moments([scaling], ["a", "b"]) == "(a**2 - b**2)**2"
    rotation = ((Fraction(0), Fraction(-1)), (Fraction(1), Fraction(0)))
    assert penalties.moments([rotation], ["a", "b"]) == "" and penalties.gauge([rotation], ["a", "b"]) == "b**2"
    names = ["x", "y", "z"]
    spin = []
    for i, j in ((0, 1), (0, 2), (1, 2)):
        matrix = [[Fraction(0)] * 3 for _ in range(3)]
        matrix[i][j], matrix[j][i] = Fraction(1), Fraction(-1)
        spin.append(matrix)
    assert (
        penalties.gauge(spin, names) == "y**2 + z**2"
    )  # what keeps the first axis turns y and z, which are chosen already
    assert penalties.gauge([], names) == "" and penalties.combination([]) == ""
    assert (
        penalties.combination([(Fraction(-1), "a"), (Fraction(1, 2), "b"), (Fraction(-3), "c")]) == "-a + (1/2)*b - 3*c"
    )
    assert len(set(penalties.own_factors(40))) == 40 and penalties.own_factors(2) == [1, Fraction(13, 10)]
    bump = penalties.local_tilt(["x"], [[Fraction(0)]], Fraction(1, 2))
    value = derive(ss.Objective("bump", "x", bump)).value_tape
    assert abs(evaluate_float(value, [[3.0]])[0, 0]) < 1e-10 < abs(evaluate_float(value, [[0.2]])[0, 0])


def test_the_order_of_candidates() -> None:
    def one(name: str, excess: float, spurious: int, alpha: float) -> Candidate:
        cost = Price(Interval(excess, excess), None, spurious, 2, 1, Interval(alpha, alpha))
        return Candidate(name, name, "", {}, objective("product"), None, "strict_saddle", "exact", cost)

    ranked = rank([one("worse", 0.1, 1, 0.1), one("best", 0.0, 0, 1.0), one("other", 0.0, 1, 2.0)])
    assert [(c.name, c.pareto) for c in ranked] == [("best", True), ("other", True), ("worse", False)]


def test_ridges_are_drawn_with_a_bound() -> None:
    """n (d - 2)(d - 1)^n / 2^bits <= 2^-40, in as many unknowns as one likes."""
    names = [f"w{k}" for k in range(100)]
    wide = ss.Objective(
        "wide", names, " + ".join(f"({a}*{b} - 1)**2" for a, b in zip(names[::2], names[1::2], strict=True))
    )
    drawn = draw(wide, seed=1)
    n, d = 100, degree_of(wide)
    assert d == 4 and n * (d - 2) * (d - 1) ** n <= 2 ** (drawn.bits - 40) and drawn.risk <= -40
    assert n * (d - 2) * (d - 1) ** n > 2 ** (drawn.bits - 43), "no more bits than are needed"
    assert len(set(drawn.ridges)) == 100 and all(Fraction(1, 100) <= r <= Fraction(1, 50) for r in drawn.ridges)
    assert draw(wide, seed=1) == drawn and draw(wide, seed=2) != drawn and draw(wide) != draw(wide)
    found = ss.reformulate(wide, draw=True, options=Options(seed=1))
    assert found.best is not None and found.best.proof == "random" and found.best.risk is not None
    small = ss.reformulate(objective("product"), draw=True, options=Options(seed=3))
    assert small.best is not None and ss.check(small.best.objective).definition_1.verdict == "strict_saddle"
    with pytest.raises(InputError, match="polynomials alone"):
        draw(ss.Objective("t", "x", "tanh(x)"))
    with pytest.raises(InputError, match="degree 2"):
        draw(ss.Objective("t", "x", "x**2"))


def test_every_row_of_the_catalogue_can_be_built() -> None:
    built = set()
    samples = [objective("product"), objective("monkey"), ss.Objective("kink", "x", "abs(x) + x**2"), objective("hat"),
               ss.network([2, 2, 1], activation="linear", data=([[1, 0], [0, 1]], [[1], [2]]), bias=False),
               ss.network([1, 2, 1], activation="linear", data=ROWS, bias=False)]  # fmt: skip
    for sample in samples:
        case = Case(sample)
        diagnosis = diagnose(sample, ss.check(sample, budget=5, workers=1), case.symmetry)
        built |= {row.name for row, _, _ in suitable(diagnosis, CATALOGUE, True)}
        assert diagnosis.words and set(diagnosis.causes) <= set(MENDED)
    assert built >= {row.name for row in CATALOGUE} - {"balance and gauge"}
    with pytest.raises(InputError, match="no such modification"):
        named(["magic"])
    assert added(objective("product"), ("r", Fraction(1), "")) is None


@pytest.mark.parametrize("name", [entry.name for entry in entries()])
def test_the_zoo_is_written_and_read_back(name: str, tmp_path: Path) -> None:
    one = ss.zoo.get(name)
    path = tmp_path / "zoo.toml"
    path.write_text(toml(one))
    again = load(str(path))
    assert again.variables == one.variables and again.domain.to_dict() == one.domain.to_dict()
    point = [[0.3 + 0.07 * k for k in range(one.dimension)]]
    values = [evaluate_float(derive(o).value_tape, point)[0, 0] for o in (one, again)]
    assert values[0] == pytest.approx(values[1], rel=1e-9, nan_ok=True)


def test_the_infimum_of_a_form() -> None:
    square = objective("product")
    assert infimum(square, ss.check(square)) == Interval(0.0, 0.0)
    graph = square.graph
    assert not_negative_by_form(graph, square.node)
    signed = ss.Objective("signed", "a b", "(a*b - 1)**2 - 1/2")
    assert not not_negative_by_form(signed.graph, signed.node)
    verdict = ss.check(square)
    assert price(square, verdict, verdict, 4).excess is None  # its minima are not isolated
    late = out_of_time(square, "no time", 1.0)
    assert isinstance(late, Reformulation) and late.exit_code == 3 and search is not None


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, better, folder = tmp_path / "p.toml", tmp_path / "better.toml", tmp_path / "all"
    path.write_text('name = "product"\nvariables = ["a", "b"]\nexpression = "(a*b-1)**2"\n')
    arguments = ["reformulate", str(path), "--modification", "balance", "--quiet", "--budget", "30"]
    assert main([*arguments, "-o", str(better), "--all", str(folder), "--json", "-"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["candidates"][0]["verdict"] == "strict_saddle" and record["candidates"][0]["file"] == str(better)
    assert record["candidates"][0]["price"]["spurious_minima"] == 0 and len(list(folder.iterdir())) == 3
    assert main(["check", str(better), "--quiet"]) == 0
    capsys.readouterr()
    assert main(arguments) == 0
    text = capsys.readouterr().out
    assert "A continuous symmetry" in text and "balance, 1/2" in text and "least α" in text
    assert main(["reformulate", "x", "--modification", "list"]) == 0
    assert "own ridge" in capsys.readouterr().out
    assert main(["reformulate", str(path), "--draw", "--seed", "1", "--quiet"]) == 0
    assert "Proof: random" in capsys.readouterr().out
    for wrong, words in (
        (["--modification", "magic"], "no such modification"),
        (["-o", "x.json"], ".toml"),
        (["--all", str(path)], "a file, not a folder"),
    ):
        assert main(["reformulate", str(path), *wrong, "--quiet"]) == 2
        assert words in capsys.readouterr().err


@pytest.mark.slow
def test_the_infimum_by_a_balanced_objective() -> None:
    """|W2 W1 - diag(2, 1)|^2 with one unit: the best that rank one can do is 1."""
    found = ss.reformulate(objective("factorisation"), modifications=["balance", "equal ridge"], options=quick())
    excess = {one.name: one.price.excess for one in found.candidates}
    assert excess["balance, 1/8"] is not None and excess["balance, 1/8"].high < 1e-12
    ridge = excess["equal ridge, 1/10"]
    assert ridge is not None and 0.009 < ridge.low <= ridge.high < 0.011
    # without a balanced one the infimum is only known to be at least 0
    alone = ss.reformulate(objective("factorisation"), modifications=["equal ridge"], options=quick())
    assert alone.best is not None and alone.best.price.excess is not None and alone.best.price.excess.high > 0.9
