"""The schema of a verdict's JSON, and whether a record obeys it: its form, and that its parts do not contradict.

The form is verdict-1.schema.json (JSON Schema 2020-12). `contradictions` is what a schema cannot express.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from importlib import import_module, resources
from typing import Any

FILE = "verdict-1.schema.json"
_DEGENERATE = {"degenerate", "degenerate_minimum", "degenerate_saddle"}


class InvalidRecord(ValueError):
    """A record that is no verdict: `complaints` has a sentence for each fault, with its place."""

    def __init__(self, complaints: list[str]) -> None:
        self.complaints = complaints
        super().__init__("; ".join(complaints))


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema itself."""
    return dict(json.loads(resources.files(__name__).joinpath(FILE).read_text("utf-8")))


def validate(record: Mapping[str, Any]) -> None:
    """Raise InvalidRecord unless `record` (JSON that has been read) is a verdict that does not contradict itself.

    Needs the package jsonschema, which the tests install; nothing else of the program does.
    """
    complaints = violations(record) or list(contradictions(record))
    if complaints:
        raise InvalidRecord(complaints)


def violations(record: Any) -> list[str]:
    """Where `record` departs from the schema's form, a sentence each."""
    validator = import_module("jsonschema").Draft202012Validator(schema())
    return sorted(
        f"{'.'.join(map(str, error.absolute_path)) or 'the record'}: {error.message}"
        for error in validator.iter_errors(record)
    )


def contradictions(record: Mapping[str, Any]) -> Iterator[str]:
    """Where the parts of a record of the right form contradict each other, a sentence each."""
    unknowns = len(record["objective"]["variables"])
    definition, stationary = record["definition_1"], record["stationary"]
    yield from _disordered(record, "")
    yield from _domain(record["objective"]["domain"], unknowns)
    witness = definition["witness"]
    if witness is not None:
        yield from _lengths("definition_1.witness", witness, unknowns)
        if witness["coordinates"] is not None and len(witness["coordinates"]) != unknowns:
            yield "definition_1.witness.coordinates: not one a variable"
        if any(high is not None and high < 0 for _, high in witness["eigenvalues"]):
            yield "definition_1.witness.eigenvalues: a negative one, so this is no witness"
    if record["definition_2"] is not None:
        yield from _constants(record["definition_2"], unknowns)
    for number, point in enumerate(stationary["isolated"]):
        place = f"stationary.isolated.{number}"
        yield from _lengths(place, point, unknowns)
        yield from _signs(place, point)
    for number, item in enumerate(stationary["continua"]):
        if item["point"] and len(item["point"]) != unknowns:
            yield f"stationary.continua.{number}.point: not one interval a variable"
    kinds = [point["kind"] for point in stationary["isolated"]]
    for name, count in stationary["counts"].items():
        actual = sum(kind in _DEGENERATE for kind in kinds) if name == "degenerate" else kinds.count(name)
        if actual != count:
            yield f"stationary.counts.{name}: {count}, but {actual} are listed"
    if definition["verdict"] == "strict_saddle":
        listed = kinds + [item["kind"] for item in stationary["continua"]]
        if _DEGENERATE & set(listed):
            yield "definition_1.verdict: strict_saddle, but a degenerate point is listed"
    if definition["verdict"] == "strict_saddle" and record["objective"]["domain"]["kind"] == "euclidean":
        modulo = record["modulo_symmetry"]
        if modulo is not None and modulo["verdict"] == "not_strict_saddle":
            yield "modulo_symmetry.verdict: not_strict_saddle, though it is strict-saddle even without"


def _constants(found: Mapping[str, Any], unknowns: int) -> Iterator[str]:
    """A violating point that does not violate, and frontier rows that contradict themselves."""
    constants = {name: None if text is None else Fraction(text) for name, text in found["constants"].items()}
    if found["verdict"] == "holds" and None in constants.values() and not found["frontier"]:
        yield "definition_2.constants: they hold, but not all of them are there"
    witness = found["witness"]
    if witness is not None:
        if len(witness["point"]) != unknowns:
            yield "definition_2.witness.point: not one interval a variable"
        epsilon, gamma = constants["epsilon"], constants["gamma"]
        if epsilon is not None and not witness["gradient_norm"][1] < epsilon:
            yield "definition_2.witness.gradient_norm: not below epsilon, so this violates nothing"
        if gamma is not None and not witness["least_eigenvalue"][0] > -gamma:
            yield "definition_2.witness.least_eigenvalue: not above -gamma, so this violates nothing"
    for number, row in enumerate(found["frontier"]):
        for name in ("gamma", "epsilon"):
            proved, refuted = row[name], row[f"refuted_{name}"]
            if row["verdict"] == "holds" and refuted is not None and Fraction(proved) >= Fraction(refuted):
                yield f"definition_2.frontier.{number}.{name}: proved and refuted"


def _disordered(value: Any, place: str) -> Iterator[str]:
    """Intervals whose low end is above the high one, and numbers that JSON does not have."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _disordered(item, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        numbers = [item for item in value if isinstance(item, (int, float)) and not isinstance(item, bool)]
        if "spheres" not in place and len(value) == 2 == len(numbers) and numbers[0] > numbers[1]:
            yield f"{place}: the ends are reversed"
        for number, item in enumerate(value):
            yield from _disordered(item, f"{place}.{number}")
    elif isinstance(value, float) and not math.isfinite(value):
        yield f"{place}: {value} is not a number of JSON"


def _domain(domain: Mapping[str, Any], unknowns: int) -> Iterator[str]:
    if domain["kind"] == "box" and len(domain["bounds"]) != unknowns:
        yield "objective.domain.bounds: not one pair a variable"
    numbers = [number for group in domain.get("spheres", ()) for number in group]
    if len(set(numbers)) != len(numbers) or any(number >= unknowns for number in numbers):
        yield "objective.domain.spheres: not disjoint groups of variables"


def _lengths(place: str, point: Mapping[str, Any], unknowns: int) -> Iterator[str]:
    if len(point["point"]) != unknowns:
        yield f"{place}.point: not one interval a variable"
    if len(point["eigenvalues"]) > unknowns:
        yield f"{place}.eigenvalues: more than there are variables"


def _signs(place: str, point: Mapping[str, Any]) -> Iterator[str]:
    """Eigenvalue enclosures that exclude the kind, the index or the nullity that is claimed."""
    low = [-math.inf if end is None else end for end, _ in point["eigenvalues"]]
    high = [math.inf if end is None else end for _, end in point["eigenvalues"]]
    if not low:
        return
    certain = {"negative": sum(end < 0 for end in high), "positive": sum(end > 0 for end in low)}
    kind, index, nullity = point["kind"], point["index"], point["nullity"]
    if kind == "local_minimum" and min(high) <= 0:
        yield f"{place}: local_minimum, but an eigenvalue is not positive"
    if kind == "local_maximum" and (max(low) >= 0 or index != len(low)):
        yield f"{place}: local_maximum, but an eigenvalue is not negative"
    if kind == "strict_saddle" and (min(low) >= 0 or certain["negative"] == len(low)):
        yield f"{place}: strict_saddle, but the eigenvalues exclude it"
    if kind in _DEGENERATE and (certain["negative"] or certain["positive"] == len(low)):
        yield f"{place}: degenerate, but the eigenvalues exclude it"
    if index is not None and not certain["negative"] <= index <= len(low) - certain["positive"]:
        yield f"{place}.index: {index} is excluded by the eigenvalues"
    if nullity is not None and nullity > len(low) - certain["negative"] - certain["positive"]:
        yield f"{place}.nullity: {nullity} is excluded by the eigenvalues"
