"""The registry: names, near misses, and every entry complete enough to be shown."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest

from strictsaddle import zoo
from strictsaddle.errors import InputError
from strictsaddle.objective.domain import Spheres
from strictsaddle.zoo.entry import Entry

FAMILIES = {"tensors", "spheres", "linear networks", "networks", "recovery", "classics"}


def test_there_are_at_least_sixteen_entries_in_all_families() -> None:
    assert len(zoo.names()) >= 16
    assert {entry.family for entry in zoo.entries()} == FAMILIES


@pytest.mark.parametrize("entry", zoo.entries(), ids=lambda entry: entry.name)
def test_an_entry_says_all_that_the_command_shows(entry: Entry) -> None:
    assert entry.summary and entry.formula and entry.source and entry.known
    for parameter in entry.parameters:
        assert parameter.read(parameter.default) == parameter.default
        assert parameter.description
    for known in entry.known:
        assert known.statement.endswith((".", "!")) and known.source
        assert set(known.parameters) <= {parameter.name for parameter in (*entry.parameters, *entry.texts)}


@pytest.mark.parametrize("entry", zoo.entries(), ids=lambda entry: entry.name)
def test_an_entry_builds_at_every_parameter_it_makes_a_claim_about(entry: Entry) -> None:
    for known in entry.known:
        objective = entry.objective(known.parameters)
        assert objective.name == entry.name
        numbers = {parameter.name for parameter in entry.parameters}
        for name, value in known.parameters.items():
            assert name not in numbers or objective.parameters[name] == Fraction(value)


def test_parameters_change_the_objective() -> None:
    assert zoo.get("tensor-eq5", {"d": 3}).dimension == 9
    assert zoo.get("tensor-eq5").digest == zoo.tensor_eq5(d="2").digest
    assert zoo.get("matrix-sensing", {"w": "1/8"}).digest != zoo.get("matrix-sensing").digest


def test_tensor_objectives_live_on_a_product_of_spheres() -> None:
    assert zoo.tensor_eq5(d=2).domain == Spheres(((0, 1), (2, 3)))


def test_an_unknown_name_gets_its_near_miss_and_the_list() -> None:
    with pytest.raises(InputError, match=r"Did you mean tensor-eq5\?.*himmelblau"):
        zoo.get("tensor-ep5")
    with pytest.raises(AttributeError, match="Did you mean double-well"):
        zoo.duoble_well  # noqa: B018


def test_an_unknown_parameter_gets_the_list() -> None:
    with pytest.raises(InputError, match=r"no such parameter: 'lambda'.*lam"):
        zoo.get("double-well", {"lambda": 1})


def test_the_zoo_is_light() -> None:
    """`import strictsaddle.zoo` loads neither SymPy nor NumPy."""
    heavy = ("sympy", "numpy", "flint", "sklearn")
    code = f"import sys, strictsaddle.zoo; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
