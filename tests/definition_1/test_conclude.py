"""What an engine's findings become: each claim with the finding that is one step short of it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from strictsaddle.objective.domain import Box, Domain, Euclidean
from strictsaddle.records.evidence import Count
from strictsaddle.records.finding import Finding, refuting_continuum
from strictsaddle.records.terms import Interval, Kind
from strictsaddle.records.verdict import Continuum, Definition1, Stationary, StationaryPoint, Witness
from strictsaddle.routes.exact import route as exact
from strictsaddle.routes.exact.engine import Solution
from strictsaddle.routes.interval import route as interval
from strictsaddle.routes.interval.engine import Enclosed


def from_solution(solution: Solution, domain: Domain | None) -> tuple[Definition1, Stationary]:
    found = exact.concluded(solution, domain or Euclidean())
    return found.definition_1, found.stationary


def from_covering(covered: Enclosed) -> tuple[Definition1, Stationary]:
    found = interval.concluded(covered)
    return found.definition_1, found.stationary


OPEN = Finding.undecided("global", "nothing is known")
UNIT = Box((Fraction(0),), (Fraction(1),))


def point(place: float, kind: Kind = "local_minimum", width: float = 0.0) -> StationaryPoint:
    return StationaryPoint((Interval(place, place + width),), Interval(0.0, 0.0), (Interval(1.0, 1.0),), 0, 0, kind)


def witness(place: float, coordinates: tuple[str, ...] | None = None, width: float = 0.0) -> Witness:
    return Witness((Interval(place, place + width),), coordinates, (Interval(0.0, 0.0),), 1, "by hand")


FINITE = Solution("finite", (point(0.5),), True, "exact")
COVERED = Enclosed("global", True, True, (point(0.5),), None, "", "all of R^1", (), None, 9, minima_complete=True)
ON_CHOSEN = replace(COVERED, chosen=(Interval(-4.0, 4.0),), where="[-4, 4]")


def test_a_complete_list_of_good_points_proves() -> None:
    verdict, listed = from_solution(FINITE, None)
    assert (verdict.verdict, verdict.scope, verdict.proof) == ("strict_saddle", "global", "exact")
    assert listed.complete and len(listed.isolated) == 1
    assert from_solution(replace(FINITE, proof="modular"), None)[0].proof == "modular"


@pytest.mark.parametrize(
    "short",
    [
        replace(FINITE, complete=False),
        replace(FINITE, points=(point(0.5, "undecided"),)),
        replace(FINITE, points=(point(0.5, "degenerate"),)),
        replace(FINITE, points=(point(0.5, "degenerate_minimum"),)),
        replace(FINITE, status="failed", reason="no time"),
        replace(FINITE, status="infinite"),
    ],
)
def test_what_is_short_of_it_proves_nothing(short: Solution) -> None:
    verdict, listed = from_solution(short, None)
    assert (verdict.verdict, verdict.proof) == ("undecided", "none")
    assert not (listed.complete and any(p.kind == "undecided" for p in listed.isolated))


def test_a_box_asks_about_the_points_in_it() -> None:
    outside = replace(FINITE, points=(point(0.5), point(3.0, "degenerate")), inside=(True, False))
    verdict, listed = from_solution(outside, UNIT)
    assert (
        (verdict.verdict, verdict.scope) == ("strict_saddle", "box") and listed.complete and len(listed.isolated) == 1
    )
    # A bad point that may lie in the box settles nothing; a good one does no harm, but the list is open.
    assert from_solution(replace(outside, inside=(True, None)), UNIT)[0].verdict == "undecided"
    good = replace(outside, points=(point(0.5), point(1.0, "strict_saddle")), inside=(True, None))
    verdict, listed = from_solution(good, UNIT)
    assert verdict.verdict == "strict_saddle" and not listed.complete


def test_no_point_anywhere_and_none_in_the_box() -> None:
    assert from_solution(Solution("none", (), True, "exact"), None)[0].reason == "there is no stationary point anywhere"
    assert (
        from_solution(Solution("none", (), True, "exact"), UNIT)[0].reason == "there is no stationary point in the box"
    )


@pytest.mark.parametrize(
    ("found", "refutes"),
    [
        (witness(0.5, ("1/2",)), True),
        (witness(0.0, ("0",)), True),
        (witness(1.0, ("1",)), True),
        (witness(1.0, ("1000000000000000000001/1000000000000000000000",)), False),
        (witness(0.0, ("-1/1000000000000000000000",)), False),
        (witness(0.25, None, 0.5), True),
        (witness(0.0, None, 1.0), True),  # the box itself
        (witness(1.0, None, 0.0), True),
        (witness(0.0, None, 0.0), True),
        (witness(-1.0, None, 1.0), False),  # it may lie outside: only the end of the enclosure is in the box
        (witness(1.0, None, 1.0), False),
        (witness(-0.5, None, 1.0), False),  # it may lie outside
        (witness(0.5, None, 1.0), False),
        (witness(2.0, None, 1.0), False),
    ],
)
def test_a_witness_must_lie_in_the_box(found: Witness, refutes: bool) -> None:
    verdict, _ = from_solution(replace(FINITE, points=(), witnesses=(found,), complete=False), UNIT)
    assert verdict.verdict == ("not_strict_saddle" if refutes else "undecided")
    everywhere, _ = from_solution(replace(FINITE, witnesses=(found,)), None)
    assert everywhere.verdict == "not_strict_saddle"


def test_a_covering_of_everything_proves() -> None:
    verdict, listed = from_covering(COVERED)
    assert (verdict.verdict, verdict.scope, verdict.proof, verdict.on_box) == (
        "strict_saddle",
        "global",
        "interval",
        None,
    )
    assert listed.complete and listed.minima_complete
    sample, listed = from_covering(replace(COVERED, complete=False, minima_complete=False))
    assert sample.verdict == "strict_saddle" and not listed.complete and not listed.minima_complete
    nothing, _ = from_covering(replace(COVERED, points=()))
    assert nothing.reason.startswith("there is no stationary point anywhere")
    boxed, _ = from_covering(replace(COVERED, points=(), scope="box"))
    assert boxed.reason.startswith("there is no stationary point in the box") and boxed.reason.endswith(
        "proved on the box"
    )


def test_a_box_that_the_program_chose_proves_nothing_that_was_asked() -> None:
    verdict, listed = from_covering(ON_CHOSEN)
    assert (verdict.verdict, verdict.proof) == ("undecided", "none")
    assert verdict.on_box is not None and (verdict.on_box.verdict, verdict.on_box.proof) == (
        "strict_saddle",
        "interval",
    )
    assert not listed.complete and not listed.minima_complete
    assert "1 minimum" in verdict.reason
    open_, _ = from_covering(replace(ON_CHOSEN, closed=False, complete=False))
    assert open_.on_box is not None and open_.on_box.verdict == "undecided"


def test_an_open_covering_decides_nothing() -> None:
    verdict, _ = from_covering(replace(COVERED, closed=False, complete=False, reason="9 boxes are open"))
    assert (verdict.verdict, verdict.proof, verdict.reason, verdict.on_box) == (
        "undecided",
        "none",
        "9 boxes are open",
        None,
    )


def test_a_witness_refutes_whatever_is_closed() -> None:
    for found in (COVERED, ON_CHOSEN):
        verdict, _ = from_covering(replace(found, witness=witness(0.5, ("1/2",))))
        assert (verdict.verdict, verdict.proof) == ("not_strict_saddle", "exact")
    numeric, _ = from_covering(replace(COVERED, witness=witness(0.5)))
    assert numeric.proof == "interval"
    assert OPEN.refuted(witness(0.5), exact=True).definition_1.proof == "exact"


def test_a_witness_on_a_manifold_of_minima_lists_it() -> None:
    one = replace(witness(0.5), dimension=1, nullity=1, eigenvalues=(Interval(0.0, 0.0), Interval(2.0, 2.0)))
    listed = OPEN.refuted(one).stationary
    assert [(c.dimension, c.eigenvalues) for c in listed.continua] == [(1, (Interval(2.0, 2.0),))]
    for less in (replace(one, dimension=None), replace(one, nullity=2)):  # H may vanish normal to it
        assert not OPEN.refuted(less).stationary.continua


MANIFOLD = Continuum(1, (Interval(0.0, 0.0),) * 2, 0, "degenerate_minimum", None, "a circle", (Interval(2.0, 2.0),))


@pytest.mark.parametrize(
    ("continuum", "refutes"),
    [
        (MANIFOLD, True),
        (replace(MANIFOLD, dimension=0), False),
        (replace(MANIFOLD, dimension=None), False),
        (replace(MANIFOLD, index=1), False),
        (replace(MANIFOLD, index=None), False),
        (replace(MANIFOLD, kind="strict_saddle"), False),
        (replace(MANIFOLD, eigenvalues=()), False),
    ],
)
def test_a_continuum_of_minima_refutes(continuum: Continuum, refutes: bool) -> None:
    found = refuting_continuum(Stationary(False, (), (), (continuum,)))
    assert (found is not None) is refutes
    if found is not None:
        assert found.eigenvalues == (Interval(0.0, 0.0), Interval(2.0, 2.0))


def test_a_point_that_may_lie_in_the_box_is_not_left_out() -> None:
    """Enclosures that touch the box with one end."""
    for place in (-1.0, 1.0):
        found = from_solution(replace(FINITE, points=(), witnesses=(witness(place, None, 1.0),)), UNIT)
        assert found[0].verdict != "not_strict_saddle"
        assert UNIT.holds((Interval(place, place + 1.0),)) is None
    assert UNIT.holds((Interval(-1.0, -1e-300),)) is False
    assert UNIT.holds((Interval(1.0000000000000002, 2.0),)) is False


def test_continua_are_of_the_whole_space() -> None:
    found = replace(FINITE, status="infinite", continua=(MANIFOLD,))
    assert from_solution(found, None)[1].continua == (MANIFOLD,)
    assert from_solution(found, UNIT)[1].continua == ()


def test_a_route_that_follows_adds_to_what_is_known() -> None:
    """The longer list, the continua and the evidence of both; the reasons of both only where neither decides."""
    count = Count(3, "exact")
    earlier = replace(
        Finding.undecided("global", "msolve ended", Stationary(False, (), (point(0.5), point(2.0)), (MANIFOLD,))),
        boxes=4, evidence=(count,),
    )  # fmt: skip
    later = replace(
        Finding.undecided("global", "boxes are open", Stationary(False, (), (point(0.5),))), boxes=5, engine="interval"
    )
    both = later.after(earlier)
    assert both.definition_1.reason == "msolve ended; and by covering: boxes are open"
    assert (len(both.stationary.isolated), both.boxes, both.evidence) == (2, 9, (count,))
    assert both.stationary.continua == (MANIFOLD,)
    decided = interval.concluded(COVERED).after(earlier)
    assert decided.decided and "msolve" not in decided.definition_1.reason
    assert decided.stationary.isolated == (point(0.5),)  # a complete list is not made longer
