"""Every verdict obeys the schema, and records that contradict it or themselves do not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from verdicts_by_hand import ALL, double_well, product_curve

from strictsaddle_reports.schema import InvalidRecord, schema, validate, violations

Record = dict[str, Any]


def record_of(name: str) -> Record:
    return dict(json.loads(ALL[name]().to_json()))


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("name", ALL)
def test_every_verdict_obeys(name: str) -> None:
    validate(record_of(name))


def objects(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Record]]:
    if isinstance(value, dict):
        yield path, value
        for key, item in value.items():
            yield from objects(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from objects(item, (*path, number))


@pytest.mark.parametrize("name", ["double_well", "product_curve"])
def test_no_key_may_be_missing_or_foreign(name: str) -> None:
    whole = record_of(name)
    free = {("objective", "parameters"), ("versions",)}
    for path, found in list(objects(whole)):
        if path in free:
            continue
        for key in list(found):
            kept = found.pop(key)
            assert violations(whole), f"{path} without {key}"
            found[key] = kept
        found["foreign"] = 1
        assert violations(whole), f"{path} with a foreign key"
        del found["foreign"]
    validate(whole)


def change(path: str, value: Any) -> Callable[[Record], None]:
    def changed(record: Record) -> None:
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place: Any = record
        for step in way:
            place = place[step]
        place[last] = value

    return changed


FALSE_DOUBLE_WELLS = {
    "another schema": change("schema", "strictsaddle/verdict/2"),
    "an answer that is none": change("definition_1.verdict", "yes"),
    "an answer that is a truth value": change("definition_1.verdict", True),
    "proved by nothing": change("definition_1.proof", "none"),
    "undecided with a proof": change("definition_1.verdict", "undecided"),
    "refuted without a witness": change("definition_1.verdict", "not_strict_saddle"),
    "no reason": change("definition_1.reason", ""),
    "unknown scope": change("definition_1.scope", "everywhere"),
    "unknown kind": change("stationary.isolated.0.kind", "minimum"),
    "a minimum of index 1": change("stationary.isolated.0.index", 1),
    "a minimum of unproved index": change("stationary.isolated.0.index", None),
    "a minimum with a negative eigenvalue": change("stationary.isolated.0.eigenvalues.0", [-1.1, -0.9]),
    "a minimum with a zero eigenvalue": change("stationary.isolated.0.eigenvalues.0", [0, 0]),
    "a saddle of index 0": change("stationary.isolated.1.index", 0),
    "a saddle without negative eigenvalue": change("stationary.isolated.1.eigenvalues.0", [0.9, 1.1]),
    "a saddle that is a maximum": change("stationary.isolated.1.eigenvalues.1", [-1.1, -0.9]),
    "more zero eigenvalues than can be": change("stationary.isolated.1.nullity", 1),
    "reversed ends": change("stationary.isolated.0.value", [1, 0]),
    "three ends": change("stationary.isolated.0.value", [0, 0, 1]),
    "an end that is text": change("stationary.isolated.0.value", ["0", 1]),
    "nan": change("stationary.isolated.0.value", [float("nan"), 1.0]),
    "infinity": change("stationary.isolated.0.value", [0.0, float("inf")]),
    "a coordinate too few": change("stationary.isolated.0.point", [[0, 0]]),
    "an eigenvalue too many": change("stationary.isolated.0.eigenvalues", [[1, 1], [1, 1], [1, 1]]),
    "a wrong count": change("stationary.counts.local_minimum", 3),
    "a count that is no number": change("stationary.counts.degenerate", "0"),
    "perhaps complete": change("stationary.complete", None),
    "no variables": change("objective.variables", []),
    "a repeated variable": change("objective.variables", ["x", "x"]),
    "a parameter as a float": change("objective.parameters.lam", 0.333),
    "a parameter as a decimal": change("objective.parameters.lam", "0.333"),
    "a broken digest": change("objective.digest", "sha256:12"),
    "an unknown domain": change("objective.domain", {"kind": "ball"}),
    "a box without bounds": change("objective.domain", {"kind": "box"}),
    "a box for another number of unknowns": change("objective.domain", {"kind": "box", "bounds": [["0", "1"]]}),
    "a sphere of an unknown that is not there": change("objective.domain", {"kind": "manifold", "spheres": [[0, 2]]}),
    "negative time": change("resources.seconds", -1),
    "unknown engine": change("resources.engine", "magic"),
    "no version": change("versions", {}),
    "a group of order 0": change("symmetry.signed_permutations.order", 0),
}


@pytest.mark.parametrize("name", FALSE_DOUBLE_WELLS)
def test_false_records_are_rejected(name: str) -> None:
    record = record_of("double_well")
    FALSE_DOUBLE_WELLS[name](record)
    with pytest.raises(InvalidRecord) as caught:
        validate(record)
    assert caught.value.complaints


FALSE_REFUTATIONS = {
    "a witness with a negative eigenvalue": change("definition_1.witness.eigenvalues.0", [-3, -2]),
    "a witness that is not singular": change("definition_1.witness.nullity", 0),
    "a witness without proof": change("definition_1.witness.proof", ""),
    "a witness of other dimension": change("definition_1.witness.coordinates", ["1"]),
    "proved with a witness": change("definition_1.verdict", "strict_saddle"),
    "no witness": change("definition_1.witness", None),
    "a continuum of dimension 0": change("stationary.continua.0.dimension", 0),
    "modulo symmetry without reason": change("modulo_symmetry.reason", ""),
}


@pytest.mark.parametrize("name", FALSE_REFUTATIONS)
def test_false_refutations_are_rejected(name: str) -> None:
    record = record_of("product_curve")
    FALSE_REFUTATIONS[name](record)
    with pytest.raises(InvalidRecord):
        validate(record)


def test_a_proof_beside_a_degenerate_point_is_rejected() -> None:
    record = record_of("monkey")
    record["definition_1"] |= {"verdict": "strict_saddle", "witness": None}
    with pytest.raises(InvalidRecord, match="degenerate"):
        validate(record)


def test_undecided_points_and_infinite_ends_are_allowed() -> None:
    record = copy.deepcopy(record_of("ran_out"))
    record["stationary"]["isolated"] = [
        {
            "point": [[0, None], [0, 1], [1, 1], [None, None]],
            "value": [None, None],
            "eigenvalues": [[-1e-9, 1e-9], [1, 2], [1, 2], [1, None]],
            "index": None,
            "nullity": None,
            "kind": "undecided",
            "orbit": None,
            "stratum": None,
        }
    ]
    validate(record)


def test_bool_of_a_verdict_is_refused() -> None:
    for verdict in (double_well(), product_curve()):
        with pytest.raises(TypeError, match="three values"):
            bool(verdict)
