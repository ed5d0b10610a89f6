"""Certificates of the gallery, changed: a bit anywhere, or a claim made false with everything else in order. None is valid."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import strictsaddle_proofs
from strictsaddle_proofs.container import packed, read

GALLERY = Path(__file__).resolve().parents[2] / "proofs" / "gallery"
SMALL = ("eq4-d2", "eq4-d3", "himmelblau", "rosenbrock", "constants-himmelblau", "muller-brown", "six-hump-camel")
QUICK = (*SMALL, "eq5-d2", "tensor-component-d3", "iris-linear", "iris-linear-ridge", "iris-three-layers", "iris-three-layers-ridge",
         "iris-two-units-equal-ridge", "iris-two-units-unequal-ridge", "iris-quadratic", "tanh-two-units", "eq4-d4", "rastrigin",
         "xor-tanh", "eq5-d3")  # fmt: skip
BITS_OF_LARGE_ONES = 60
LONG = ("xor-tanh", "eq5-d2", "eq5-d3", "rastrigin", "iris-three-layers-ridge", "iris-two-units-unequal-ridge")


@pytest.mark.parametrize("name", QUICK)
def test_a_bit_flipped_anywhere_is_seen(name: str, tmp_path: Path) -> None:
    content = bytearray((GALLERY / f"{name}.zip").read_bytes())
    path, random = tmp_path / "flipped.zip", np.random.default_rng(len(content))
    places = (
        range(len(content)) if len(content) < 1045 else sorted(random.integers(0, len(content), BITS_OF_LARGE_ONES))
    )
    for place in places:
        bit = 1 << int(random.integers(8))
        content[place] ^= bit
        path.write_bytes(content)
        assert strictsaddle_proofs.verify(path).valid is False, (name, place, bit)
        content[place] ^= bit


def test_a_file_cut_short_or_longer_is_seen(tmp_path: Path) -> None:
    content = (GALLERY / "himmelblau.zip").read_bytes()
    path = tmp_path / "cut.zip"
    for changed in (
        *(content[:k] for k in range(0, len(content), 37)),
        content + b"\0",
        b"\0" + content,
        content + content,
    ):
        path.write_bytes(changed)
        assert strictsaddle_proofs.verify(path).valid is False


def _dropped(claim: Any) -> None:
    claim["stationary"].pop(len(claim["stationary"]) // 2)


def _doubled(claim: Any) -> None:
    claim["stationary"].append(claim["stationary"][0])


def _moved(claim: Any) -> None:
    for side in claim["stationary"][-1]["box"]:
        side[:] = [side[0] + 1e-3, side[1] + 1e-3]


def _shifted(claim: Any) -> None:
    side = claim["stationary"][0]["box"][0]
    side[:] = [side[1], side[1] + 1e-10]


def _turned(claim: Any) -> None:
    point = claim["stationary"][-1]
    point["index"] = (point["index"] + 1) % (len(point["box"]) + 1)


def _flattened(claim: Any) -> None:
    claim["stationary"][0]["nullity"] = 1


def _invented(claim: Any) -> None:
    box = [[low + 0.01, high + 0.01] for low, high in claim["stationary"][0]["box"]]
    claim["stationary"].append({"box": box, "index": 0, "nullity": 0})


def _merged(claim: Any) -> None:
    one, other = claim["stationary"][:2]
    for a, b in zip(one["box"], other["box"], strict=True):
        a[:] = [min(a[0], b[0]), max(a[1], b[1])]
    claim["stationary"].remove(other)


def _none_at_all(claim: Any) -> None:
    claim["stationary"] = []


def _opposite(claim: Any) -> None:
    claim["verdict"] = {
        "strict_saddle": "not_strict_saddle",
        "not_strict_saddle": "strict_saddle",
        "holds": "fails",
        "fails": "holds",
    }[claim["verdict"]]


def _another_scope(claim: Any) -> None:
    claim["scope"] = "box" if claim["scope"] == "global" else "global"


def _another_function(claim: Any) -> None:
    objective = claim["objective"]
    if "network" in objective:
        objective["network"]["targets"][0][0] = str(Fraction(objective["network"]["targets"][0][0]) + Fraction(1, 3))
    else:
        objective["expression"] = f"{objective['expression']} + {objective['variables'][0]}**3/5"


def _tilted(claim: Any) -> None:
    objective = claim["objective"]
    if "network" in objective:
        objective["network"]["ridge"][0] = str(Fraction(objective["network"]["ridge"][0]) + Fraction(1, 7))
    else:
        objective["expression"] = f"{objective['expression']} + {objective['variables'][-1]}/9"


def _on_a_larger_box(claim: Any) -> None:
    if claim["objective"]["domain"]["kind"] != "box":
        raise KeyError
    for pair in claim["objective"]["domain"]["bounds"]:
        pair[1] = str(Fraction(pair[1]) + 3)


def _everywhere(claim: Any) -> None:
    if claim["objective"]["domain"]["kind"] == "euclidean":
        raise KeyError
    claim["objective"]["domain"], claim["scope"] = {"kind": "euclidean"}, "global"


def _without_a_ridge(claim: Any) -> None:
    ridge = claim["objective"]["network"]["ridge"]
    if not any(Fraction(value) for value in ridge):
        raise KeyError
    ridge[:] = ["0"] * len(ridge)


def _witness_moved(claim: Any) -> None:
    claim["witness"] = [[low + 0.25, high + 0.25] for low, high in claim["witness"]]


def _constant(name: str, factor: int) -> Callable[[Any], None]:
    def change(claim: Any) -> None:
        claim["constants"][name] = str(Fraction(claim["constants"][name]) * factor)

    return change


CLAIMS = (_dropped, _doubled, _moved, _shifted, _turned, _flattened, _invented, _merged, _none_at_all, _opposite, _another_scope,
_another_function,
          _tilted, _on_a_larger_box, _everywhere, _without_a_ridge, _witness_moved, _constant("alpha", 100), _constant("gamma", 100),
          _constant("epsilon", 5000))  # fmt: skip


@pytest.mark.parametrize("name", [name for name in QUICK if name not in LONG])
def test_a_claim_made_false_is_refused(name: str, tmp_path: Path) -> None:
    found = read(GALLERY / f"{name}.zip")
    path, tried = tmp_path / "false.zip", 0
    for change in CLAIMS:
        claim = json.loads(json.dumps(found.claim))
        try:
            change(claim)
        except (KeyError, IndexError, TypeError, AttributeError, ValueError):
            continue  # there is nothing of the kind in this claim
        if name == "iris-three-layers" and change in (_another_function, _tilted):
            continue  # degenerate at 0 whatever the data are
        path.write_bytes(packed(claim, found.proof, found.blobs))
        assert strictsaddle_proofs.verify(path).valid is not True, (name, change)
        tried += 1
    assert tried >= 4


@pytest.mark.parametrize("other", SMALL)
def test_another_objectives_proof_is_refused(other: str, tmp_path: Path) -> None:
    claims = {name: read(GALLERY / f"{name}.zip") for name in SMALL}
    path = tmp_path / "swapped.zip"
    for name, found in claims.items():
        if name != other:
            path.write_bytes(packed(found.claim, claims[other].proof, {**found.blobs, **claims[other].blobs}))
            assert strictsaddle_proofs.verify(path).valid is not True, (name, other)


def _mutated(value: Any, random: np.random.Generator) -> Any:
    """A hint of another value, and of the same or another type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return [value + 1, -value, value * 2, 0, 10**30, None, str(value), 1e308][int(random.integers(8))]
    if isinstance(value, str):
        return ["", "0", value + "1", value[::-1], 3, None][int(random.integers(6))]
    return [None, [], {}, 0][int(random.integers(4))]


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container with the key of each thing in it."""
    pairs = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [(value, key) for key, _ in pairs] + [place for _, inner in pairs for place in _places(inner)]


@pytest.mark.parametrize("name", ["eq4-d2", "himmelblau", "constants-himmelblau", "muller-brown"])
def test_mutated_hints_prove_nothing_else_and_never_crash(name: str, tmp_path: Path) -> None:
    """A proof that is changed is refused, or still proves the same claim; the claim below it is false."""
    found = read(GALLERY / f"{name}.zip")
    claim = json.loads(json.dumps(found.claim))
    _another_function(claim)
    random, path = np.random.default_rng(5), tmp_path / "hints.zip"
    for _ in range(40):
        proof = json.loads(json.dumps(found.proof))
        places = _places(proof)
        container, key = places[int(random.integers(len(places)))]
        container[key] = _mutated(container[key], random)
        path.write_bytes(packed(claim, proof, found.blobs))
        assert strictsaddle_proofs.verify(path).valid is not True, proof
