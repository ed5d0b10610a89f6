"""What a verdict shows by itself, and that it comes back from its JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from verdicts_by_hand import double_well, in_a_box, product_curve, ran_out

import strictsaddle as ss
from strictsaddle.records.display import displayed, required
from strictsaddle.records.from_json import from_record
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import SCHEMA, Verdict
from strictsaddle_reports import display


@pytest.mark.parametrize("made", [double_well, in_a_box, product_curve, ran_out])
def test_back_from_json(made: object) -> None:
    verdict = made()  # type: ignore[operator]
    again = Verdict.from_json(verdict.to_json())
    assert again.to_json() == verdict.to_json()
    assert replace(again, definition_1=verdict.definition_1) == replace(verdict, evidence=())


def test_back_from_json_of_real_ones() -> None:
    for verdict in (
        ss.check("x**4 - x**2"),
        ss.check("(x*y - 1)**2"),
        ss.check("abs(x) + y**2"),
        ss.constants("x**2", delta="1/10"),
    ):
        assert Verdict.from_json(verdict.to_json()).to_json() == verdict.to_json()


def test_json_that_is_no_verdict() -> None:
    good = double_well().to_dict()
    for broken, wanted in (
        ({**good, "schema": "other"}, "no record of the schema"), ([], "no record"), ({**good, "definition_1": 3}, "an object is wanted"),
        ({**good, "stationary": {**good["stationary"], "isolated": 3}}, "a list is wanted"),
        ({**good, "definition_1": {**good["definition_1"], "verdict": "yes"}}, "'yes' is none of"),
        ({**good, "definition_1": {**good["definition_1"], "reason": 3}}, "3 is no str"),
        ({key: value for key, value in good.items() if key != "stationary"}, "stationary"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=wanted):
            Verdict.from_json(json.dumps(broken))
    assert (
        from_record(good, SCHEMA, Verdict) == Verdict.from_json(json.dumps(good)) and float(Interval(1.0, 2.0)) == 1.5
    )


def test_what_is_shown() -> None:
    verdict = double_well()
    assert len(repr(verdict)) < 200 and "strict_saddle" in repr(verdict) and verdict.summary() in repr(verdict)
    assert str(verdict) == display.text(verdict) and "local minimum" in str(verdict)
    assert verdict.to_html() == display.page(verdict) and "<html" in verdict.to_html()
    frame = verdict._repr_html_()
    assert (
        frame is not None
        and frame.startswith("<iframe srcdoc=")
        and "<script" not in frame
        and frame == display.frame(verdict)
    )
    shown = verdict.plot()
    assert shown == display.picture(verdict) and set(shown._repr_mimebundle_()) == {shown.mime, "text/plain"}
    assert displayed("nothing of this name", verdict) is None
    with pytest.raises(RuntimeError, match="install strictsaddle anew"):
        required("nothing of this name", verdict)
