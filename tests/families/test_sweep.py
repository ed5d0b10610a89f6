"""The line of a parameter: cuts that are known, both engines, members at values that were not looked at, and what must not be claimed."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from families_by_hand import BY_HAND, ByHand, counted, family, numbers

import strictsaddle as ss
from strictsaddle.errors import InputError, NotYetError
from strictsaddle.execution.options import Options
from strictsaddle.families.algebraic_line import enclosure
from strictsaddle.families.at_cut import at_irrational
from strictsaddle.families.candidates import candidates, joint_system
from strictsaddle.families.covered_line import joined
from strictsaddle.families.line import out_of_time, sweep
from strictsaddle.families.lists import examined
from strictsaddle.loading.families import family_of
from strictsaddle.objective.family import simplest_between
from strictsaddle.polynomials.determinant import determinant
from strictsaddle.records.sweep import Sweep
from strictsaddle.records.terms import weakest

QUICK = Options(budget=60, workers=1)
CUT = {name: case for name, case in BY_HAND.items() if case.counts}


def value(text: str) -> float:
    return float(Fraction(text))


@pytest.mark.parametrize("name", CUT)
def test_cuts_and_lists_by_algebra(name: str) -> None:
    case = CUT[name]
    found = sweep(family(case.formula, case.unknowns, case.range), QUICK)
    assert [numbers(piece.counts) for piece in found.pieces] == list(case.counts)
    assert [cut.why for cut in found.cuts] == [why for _, why in case.cuts]
    for cut, (at, _) in zip(found.cuts, case.cuts, strict=True):
        assert cut.value.low - 1e-9 <= value(at) <= cut.value.high + 1e-9 and cut.value.high - cut.value.low < 1e-12
        assert cut.exact == (at if "." not in at else None)
    assert found.exit_code == 0 and found.resources.engine == "exact"
    assert {piece.proof for piece in found.pieces} <= {"exact", "modular"}


@pytest.mark.parametrize("name", ["pitchfork", "fold", "cusp", "sensing", "nothing happens"])
def test_cuts_and_lists_by_covering(name: str) -> None:
    case = CUT[name]
    found = sweep(family(case.formula, case.unknowns, case.range), Options("interval", budget=60, workers=1))
    assert [numbers(piece.counts) for piece in found.pieces] == list(case.counts)
    assert [cut.why for cut in found.cuts] == [why for _, why in case.cuts]
    for cut, (at, _) in zip(found.cuts, case.cuts, strict=True):
        assert cut.value.low <= value(at) + 1e-9 and cut.value.high >= value(at) - 1e-9
        assert cut.exact is None and cut.verdict == "undecided"
    assert {piece.proof for piece in found.pieces} == {"interval"} and found.resources.boxes > 0


@pytest.mark.parametrize("name", [name for name in CUT if "infinit" not in name])
def test_members_are_as_their_piece_says(name: str) -> None:
    """Independent truth, also close to the cuts."""
    case, drawn = CUT[name], random.Random(name)
    for piece in sweep(family(case.formula, case.unknowns, case.range), QUICK).pieces:
        low, high = Fraction(piece.low.high), Fraction(piece.high.low)
        for share in (Fraction(1, 10**4), 1 - Fraction(1, 10**4), Fraction(drawn.randrange(1, 1000), 1000)):
            at = (low + share * (high - low)).limit_denominator(10**9)
            assert counted(case.formula, case.unknowns, {"p": at}) == numbers(piece.counts)


def test_what_changes_nothing_is_no_cut() -> None:
    """Complex degenerate points, a range that ends before the cut, and a candidate of elimination at which the list stays."""
    quiet = sweep(family("x**4/4 - p*x**2/2", "x", ("1/10", "1")), QUICK)
    assert not quiet.cuts and len(quiet.pieces) == 1
    meeting = sweep(family("x**4/4 + p*x**2/2 + x", "x", ("1", "2")), QUICK)
    assert not meeting.cuts and numbers(meeting.pieces[0].counts) == (1, 0, 0)
    # 3x^2 + p^2 + 1 - 2p = 0 at x = 0, p = 1: x^3 is degenerate there, the twin is not
    degenerate = sweep(family("x**4 + (p - 1)**2*x**2", "x", ("0", "2")), QUICK)
    assert [cut.exact for cut in degenerate.cuts] == ["1"] and degenerate.cuts[0].verdict == "not_strict_saddle"
    twin = sweep(family("x**4 + ((p - 1)**2 + 1/10**6)*x**2", "x", ("0", "2")), QUICK)
    assert not twin.cuts and numbers(twin.pieces[0].counts) == (1, 0, 0)


def test_degenerate_without_being_refuted() -> None:
    """A saddle of which a second eigenvalue passes zero: a cut of the list, strict-saddle all the same."""
    found = sweep(family("x**4 - p*x**2 - y**2", "x y", ("-1", "1")), QUICK)
    (cut,) = found.cuts
    assert (cut.exact, cut.why, cut.verdict) == ("0", "degenerate", "strict_saddle")
    assert [numbers(piece.counts) for piece in found.pieces] == [(0, 1, 0), (0, 2, 1)]


def test_two_cuts_closer_than_doubles() -> None:
    tiny = Fraction(1, 10**25)
    found = sweep(family(f"x**4/4 - p*(p - {tiny})*x**2/2", "x", ("-1", "1")), QUICK)
    assert [cut.exact for cut in found.cuts] == ["0", str(tiny)]
    assert [numbers(piece.counts) for piece in found.pieces] == [(2, 0, 1), (1, 0, 0), (2, 0, 1)]


def test_a_box_has_borders() -> None:
    objective = ss.Objective("fold", "x", "x**3/3 - p*x", {"p": "0"}, ss.Box((Fraction(-1),), (Fraction(1),)))
    found = sweep(family_of(objective, {"p": ("-1/2", "2")}), QUICK)
    assert [(cut.exact, cut.why) for cut in found.cuts] == [("0", "degenerate"), ("1", "boundary")]
    assert [numbers(piece.counts) for piece in found.pieces] == [(0, 0, 0), (1, 0, 1), (0, 0, 0)]
    covered = sweep(family_of(objective, {"p": ("1/2", "2")}), Options("interval", budget=60, workers=1))
    assert all(piece.counts is None for piece in covered.pieces), (
        "points leave through the border, which boxes do not look at"
    )


def test_an_irrational_cut_is_examined_over_its_field() -> None:
    case = BY_HAND["cusp"]
    whole = family(case.formula, case.unknowns, case.range)
    system = joint_system(whole)
    assert system is not None
    found = candidates(whole, system, QUICK.started())
    assert found is not None and found.proof == "exact" and found.bounded
    assert [str(c.factor) for c in found.every] == ["27*x^2 + (-4)"] * 2 and found.every[0].exact is None
    at = at_irrational(system, whole, found.every[0], QUICK.started())
    assert at.verdict == "not_strict_saddle" and at.witness is not None and at.witness.nullity == 1
    assert 0.577 < at.witness.point[0].low < 0.578  # the fold at 3x^2 = 1, at its own sign of p
    assert enclosure(found.every[0], Fraction(0)).high < 0


def test_non_polynomial_families() -> None:
    """Mean x^2 = 1 is where the mixture's minima part: p^2 + 49/25 = 2; logarithm on its natural domain; exponentials."""
    mixture = sweep(family("x**2/2 - (log(cosh(p*x)) + log(cosh(x*7/5)))/2", "x", ("0", "1")), QUICK)
    (cut,) = mixture.cuts
    assert cut.value.low <= 0.2 <= cut.value.high and cut.value.high - cut.value.low < 1e-5 and cut.witness is not None
    assert cut.refuted_at == "1/5" and [numbers(p.counts) for p in mixture.pieces] == [(1, 0, 0), (2, 0, 1)]
    logarithm = sweep(family("x - p*log(x)", "x", ("1", "2")), QUICK)
    assert not logarithm.cuts and numbers(logarithm.pieces[0].counts) == (1, 0, 0)
    exponential = sweep(family("exp(x) - p*x", "x", ("1/2", "2")), QUICK)
    assert not exponential.cuts and numbers(exponential.pieces[0].counts) == (1, 0, 0)


def test_a_network_and_its_ridge() -> None:
    objective = ss.network([1, 1, 1], activation="tanh", data=([[1], [2]], [[1], [-1]]), bias=False, ridge="1/50")
    found = ss.sweep(objective, ridge=("1/50", "2"), options=QUICK)
    assert isinstance(found, Sweep)
    assert [numbers(piece.counts) for piece in found.pieces] == [(2, 1, 0), (1, 0, 0)]
    (cut,) = found.cuts  # H(0) = [[2r, -E x y s'(0)], ...]: |2 E x y| = 2r at r = 1/2
    assert cut.value.low <= 0.5 <= cut.value.high


def test_nothing_is_claimed_where_nothing_is_known() -> None:
    unbounded = sweep(family("sin(x + p)", "x", ("0", "1")), QUICK)
    assert not unbounded.pieces and unbounded.exit_code == 3 and unbounded.cuts[0].why == "undecided"
    rough = sweep(family("abs(x) + p*x**2", "x", ("1", "2")), QUICK)
    assert not rough.pieces and rough.exit_code == 3
    # x^2 (y - p)^2 has lines of degenerate points for every p
    lines = sweep(family("x**2*(y - p)**2 + exp(x)*0", "x y", ("0", "1")), Options(budget=5, workers=1))
    assert all(piece.verdict != "strict_saddle" for piece in lines.pieces)
    late = out_of_time(family("x**2*p", "x", ("1", "2")), "no time", 1.0)
    assert late.exit_code == 3 and late.to_dict()["cuts"][0]["verdict"] == "undecided"


def test_small_parts() -> None:
    assert joined([(3.0, 4.0), (0.0, 1.0), (1.0, 2.0)]) == [(0.0, 2.0), (3.0, 4.0)]
    assert weakest("exact", "modular", "interval") == "modular" and weakest("exact") == "exact"
    between = {("0", "1"): "1/2", ("1/10", "1/5"): "1/6", ("-2", "-1"): "-3/2", ("-1", "1"): "0", ("3", "4"): "7/2"}
    for (low, high), middle in between.items():
        assert simplest_between(Fraction(low), Fraction(high)) == Fraction(middle)
    whole = family("x**2*p", "x", ("1", "2"))
    at = examined(whole, {"p": Fraction(3, 2)}, QUICK, QUICK.started())
    assert at.counts is not None and at.counts["local_minimum"] == 1
    system = joint_system(family("x*y*p", "x y", ("1", "2")))
    assert (
        system is not None and str(determinant([[system.hessian[i][j] for j in range(2)] for i in range(2)])) == "-x3^2"
    )


def test_random_families_against_resultants() -> None:
    """Fuzz: every piece's counts hold at values that were not looked at."""
    drawn = random.Random(19)
    checked = 0
    while checked < 12:
        a, b, c, d = (drawn.randint(-3, 3) for _ in range(4))
        formula = f"x**4 + y**4 + {a}*p*x**2 + ({b} + {c}*p)*x*y + {d}*x - y*p"
        found = sweep(family(formula, "x y", ("-2", "2")), QUICK)
        for piece in found.pieces:
            low, high = Fraction(piece.low.high), Fraction(piece.high.low)
            if piece.counts is None or high - low < Fraction(1, 1000):
                continue
            for share in (Fraction(1, 500), Fraction(499, 500)):
                at = (low + share * (high - low)).limit_denominator(10**7)
                assert counted(formula, "x y", {"p": at}) == numbers(piece.counts), (formula, at)
                checked += 1


def test_by_hand_is_complete() -> None:
    assert isinstance(BY_HAND["ridge"], ByHand) and len(CUT) == 8


UNIT = ss.Box((Fraction(-1),), (Fraction(1),))


@pytest.mark.parametrize(
    ("formula", "domain", "ends", "counts", "cuts"),
    [
        # an irrational value of the parameter degenerates a point outside of the box alone
        ("(x - 5)**3/3 - (p**2 - 2)*x", UNIT, ("1", "2"), [(0, 0, 0)], 0),
        ("x**3/3 - (p**2 - 2)*x", UNIT, ("1", "3/2"), [(0, 0, 0), (1, 0, 1)], 1),
        # a root just outside of the range, nearer than doubles tell
        ("x**3/3 - (p**2 - 2)*x", None, ("1414213562373095049/1000000000000000000", "2"), [(1, 0, 1)], 0),
        ("x**3/3 - (p**2 - 2)*x", None, ("1", "1414213562373095048/1000000000000000000"), [(0, 0, 0)], 0),
        # a rational and an irrational root, nearer than doubles tell, in both orders
        ("x**3/3 - (p - 1)*(p**2 - 1 + 3/10**18)*x", None, ("1/2", "2"), [(1, 0, 1), (0, 0, 0), (1, 0, 1)], 2),
        ("x**3/3 - (p - 1)*(p**2 - 1 - 3/10**18)*x", None, ("1/2", "2"), [(1, 0, 1), (0, 0, 0), (1, 0, 1)], 2),
        ("x**3/3 - (p - 1414213562373095049/10**18)*(p**2 - 2)*x", None, ("1", "2"), [(1, 0, 1), (0, 0, 0), (1, 0, 1)], 2),
        # three points meet at an irrational value: a point of multiplicity three
        ("x**4/4 + (p**2 - 2)*x**2/2", None, ("1", "2"), [(2, 0, 1), (1, 0, 0)], 1),
        # written with a sign in front
        ("-p*x**2 + x**4", None, ("1", "2"), [(2, 0, 1)], 0),
        ("-p*tanh(x) + x**2", None, ("1", "2"), [(1, 0, 0)], 0),
        ("x**2 + 1/(p + 1/7)", None, ("0", "1"), [(1, 0, 0)], 0),
    ],
)  # fmt: skip
def test_corners(
    formula: str, domain: ss.Box | None, ends: tuple[str, str], counts: list[tuple[int, int, int]], cuts: int
) -> None:
    found = sweep(family_of(ss.Objective("corner", "x", formula, {"p": ends[0]}, domain), {"p": ends}), QUICK)
    assert [numbers(piece.counts) for piece in found.pieces] == counts
    assert [cut.verdict for cut in found.cuts] == ["not_strict_saddle"] * cuts


@pytest.mark.parametrize(
    "formula",
    [
        "x**4/4 + (p - 2/15)*x**2/2 + log((p - 1/8)*(p - 1/7))",
        "x**2 + 1/(p - 1/7)",
        "x**2 + log((p - 1/7)**2)",
    ],
)
def test_values_at_which_the_formula_is_not_defined(formula: str) -> None:
    objective = ss.Objective("gap", "x", formula, {"p": "1"})
    found = sweep(family_of(objective, {"p": ("0", "1")}), QUICK)
    assert not found.pieces and found.exit_code == 3


@pytest.mark.parametrize("formula", ["x + p/x", "x - p*log(x)", "x**2 + p/x**2"])
def test_points_that_leave_through_the_border_do_not_degenerate(formula: str) -> None:
    found = sweep(family_of(ss.Objective("border", "x", formula, {"p": "1"}), {"p": ("-1", "1")}), QUICK)
    assert [cut.why for cut in found.cuts] == ["undecided"] and found.pieces[-1].counts is not None


def test_conditions_and_ridges_by_other_names_are_refused() -> None:
    conditions = ss.Objective("c", "x", "(x + 2)**4*(1 + p**2)", {"p": 1}, ss.Euclidean(("x >= p",)))
    with pytest.raises(NotYetError, match="conditions"):
        family_of(conditions, {"p": (-3, 0)})
    with pytest.raises(InputError, match="ridge alone"):
        family_of(ss.zoo.get("deep-linear"), {"spread": ("1/10", 2)})
    with pytest.raises(InputError, match="too large"):
        family_of(ss.Objective("c", "x", "tanh(x) + p*x**2", {"p": 1}), {"p": (1, 10**400)})
