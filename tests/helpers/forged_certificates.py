"""Certificates by hand: claims and proofs put in a file that is in order, whatever they say."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from typing import Any

import strictsaddle_proofs
from strictsaddle_proofs.container import packed

EUCLIDEAN = {"kind": "euclidean"}


def point(*centre: float, index: int = 0, nullity: int = 0, size: float = 1e-9) -> dict[str, Any]:
    return {"box": [[x - size, x + size] for x in centre], "index": index, "nullity": nullity}


def claim(variables: str, expression: str, verdict: str = "strict_saddle", **more: Any) -> dict[str, Any]:
    domain = more.pop("domain", EUCLIDEAN)
    scope = "box" if domain["kind"] == "box" else "global"
    objective = {"variables": variables.split(), "expression": expression, "domain": domain}
    base = {
        "schema": "strictsaddle/claim/1",
        "definition": "1",
        "objective": objective,
        "verdict": verdict,
        "scope": scope,
    }
    return {**base, "stationary": None, "witness": None, "modulo_symmetry": None, **more}


def box(*bounds: tuple[str, str]) -> dict[str, Any]:
    return {"kind": "box", "bounds": [list(pair) for pair in bounds]}


def checked(
    path: Path, claimed: dict[str, Any], proof: dict[str, Any], codes: bytes | None = None
) -> strictsaddle_proofs.Verification:
    """What the checker says of a claim with a proof; `codes` are the bytes of its tree."""
    blobs = {}
    if codes is not None:
        name = hashlib.sha256(codes).hexdigest()
        blobs[name] = zlib.compress(codes)
        proof = {**proof, "tree": name}
    path.write_bytes(packed(claimed, proof, blobs))
    return strictsaddle_proofs.verify(path)


def covering(root: list[list[float]], outside: str = "box", **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"lemma": "covering", "root": root, "outside": {"kind": outside}, "batch": 16, "block": []}
    return {**base, "eliminated": False, **more}
