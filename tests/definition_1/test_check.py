"""`check` as a whole: which engine, which verdict, in which words; events; options that make no sense."""

from __future__ import annotations

import json

import pytest

import strictsaddle as ss
from strictsaddle.errors import InputError
from strictsaddle.records.events import Event, Finished, Ready, Started
from strictsaddle_reports.schema import validate

WELL = ss.Objective("well", "x y", "x**4/4 - x**2/2 + y**2/2")


def test_a_polynomial_goes_to_the_exact_engine_and_both_engines_agree() -> None:
    exact, interval = ss.check(WELL), ss.check(WELL, method="interval")
    assert (exact.resources.engine, interval.resources.engine) == ("exact", "interval")
    assert exact.definition_1.verdict == interval.definition_1.verdict == "strict_saddle"
    assert exact.definition_1.scope == interval.definition_1.scope == "global"
    assert exact.stationary.counts == interval.stationary.counts
    for verdict in (exact, interval):
        validate(verdict.to_dict())


def test_what_is_no_polynomial_goes_to_the_interval_engine() -> None:
    events: list[Event] = []
    verdict = ss.check(ss.Objective("sine", "x", "x**2 + sin(3*x)"), listener=events.append)
    assert verdict.resources.engine == "interval"
    assert verdict.stationary.counts["local_minimum"] == 2
    assert isinstance(events[0], Ready) and isinstance(events[1], Started) and "sin" in events[1].why
    assert isinstance(events[-1], Finished) and events[-1].verdict is verdict


@pytest.mark.slow
def test_a_continuum_of_saddles_alone_is_left_by_the_exact_engine_and_proved_by_the_covering() -> None:
    """x*z = 0 = x**2 - 3*z**2 + ... : here f = x*(1 + z**2) has no stationary point, f = -x**2 in (x, z) a line of maxima in x."""
    saddles = ss.Objective("saddles", "x y z", "x**2 - y**2*(1 + z**2)", domain=ss.Box((-1,) * 3, (1,) * 3))  # type: ignore[arg-type]
    verdict = ss.check(saddles)
    assert verdict.definition_1.verdict == "strict_saddle"
    assert verdict.definition_1.scope == "box"
    assert not verdict.stationary.complete  # the line x = y = 0 is not isolated
    validate(verdict.to_dict())


def test_a_line_of_degenerate_minima_beside_it_refutes() -> None:
    minima = ss.Objective("minima", "x y z", "x**2 + y**2*(1 + z**2)", domain=ss.Box((-1,) * 3, (1,) * 3))  # type: ignore[arg-type]
    assert ss.check(minima).definition_1.verdict == "not_strict_saddle"


def test_a_box_keeps_the_points_inside_and_on_its_boundary() -> None:
    on_the_boundary = ss.Objective("well", "x y", "x**4/4 - x**2/2 + y**2/2", domain=ss.Box((0, -1), (1, 1)))  # type: ignore[arg-type]
    for method in ("exact", "interval"):
        verdict = ss.check(on_the_boundary, method=method)  # type: ignore[arg-type]
        assert verdict.definition_1.scope == "box"
        assert verdict.stationary.counts == {
            "local_minimum": 1,
            "strict_saddle": 1,
            "local_maximum": 0,
            "degenerate": 0,
        }


def test_events_as_an_iterator() -> None:
    *_, last = ss.check_events(WELL)
    assert isinstance(last, Finished)
    assert last.verdict.definition_1.verdict == "strict_saddle"
    with pytest.raises(InputError):
        list(ss.check_events(WELL, method="guess"))  # type: ignore[arg-type]


def test_a_verdict_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError, match="three values"):
        bool(ss.check(WELL))


@pytest.mark.parametrize(
    "option", [{"budget": 0.0}, {"budget": float("nan")}, {"max_boxes": -1}, {"workers": 0}, {"method": "x"}]
)
def test_options_that_make_no_sense(option: dict[str, object]) -> None:
    with pytest.raises(InputError):
        ss.check(WELL, **option)  # type: ignore[arg-type]


def test_the_same_input_gives_the_same_json() -> None:
    records = [json.loads(ss.check(WELL).to_json()) for _ in range(2)]
    for record in records:
        del record["resources"]
    assert records[0] == records[1]


def test_without_msolve_a_polynomial_is_undecided_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRICTSADDLE_MSOLVE", "/nowhere/msolve")
    verdict = ss.check(WELL, method="exact")
    assert verdict.definition_1.verdict == "undecided"
    assert "msolve" in verdict.definition_1.reason
    assert ss.check(WELL).definition_1.verdict == "strict_saddle"  # the covering needs no msolve
