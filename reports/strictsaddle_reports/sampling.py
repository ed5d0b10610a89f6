"""Values of an objective at many points in floating point, for pictures; nothing is proved with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import erf, pi
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strictsaddle.errors import StrictSaddleError
from strictsaddle.formula.graph import Op
from strictsaddle.objective.objective import Objective

Array = NDArray[np.float64]

_UNARY: dict[Op, Callable[[Any], Any]] = {
    Op.NEG: np.negative, Op.EXP: np.exp, Op.LOG: np.log, Op.SQRT: np.sqrt, Op.SIN: np.sin, Op.COS: np.cos,
    Op.TAN: np.tan, Op.ASIN: np.arcsin, Op.ACOS: np.arccos, Op.ATAN: np.arctan, Op.SINH: np.sinh, Op.COSH: np.cosh,
    Op.TANH: np.tanh, Op.ABS: np.abs, Op.SIGN: np.sign, Op.ERF: np.vectorize(erf, otypes=[float]),
    Op.SIGMOID: lambda x: (1 + np.tanh(x / 2)) / 2,
    Op.SOFTPLUS: lambda x: np.logaddexp(0.0, x),
    Op.RELU: lambda x: np.maximum(x, 0.0),
}  # fmt: skip
_BINARY: dict[Op, Callable[[Any, Any], Any]] = {
    Op.ADD: np.add,
    Op.SUB: np.subtract,
    Op.MUL: np.multiply,
    Op.DIV: np.divide,
}


def values(objective: Objective, points: Array) -> Array | None:
    """f at the rows of `points` (m, n), as (m,): nan where it is not defined; None where an operation is not known."""
    graph = objective.graph
    done: dict[int, Any] = {}
    with np.errstate(all="ignore"):
        for node in graph.reachable([objective.node]):
            op, left, right = graph.ops[node], graph.left[node], graph.right[node]
            if op is Op.CONST:
                done[node] = _double(graph.constants[left])
            elif op is Op.PI:
                done[node] = pi
            elif op is Op.VAR:
                done[node] = points[:, left]
            elif op is Op.POW:
                done[node] = done[left] ** right
            elif op in _BINARY:
                done[node] = _BINARY[op](done[left], done[right])
            elif op in _UNARY:
                done[node] = _UNARY[op](done[left])
            else:
                return None
    return np.broadcast_to(np.asarray(done[objective.node], dtype=float), points.shape[:1])


def _double(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def from_record(record: Mapping[str, Any]) -> Objective | None:
    """The objective that the record's expression defines, or None unless it is the very same one (equal digests)."""
    try:
        made = Objective(
            str(record["name"]),
            list(record["variables"]),
            str(record["expression"]),
            dict(record["parameters"]),
        )
        bare = made.digest
    except StrictSaddleError:
        return None
    if record["domain"].get("where"):
        return None
    if record["domain"]["kind"] == "euclidean":
        return made if bare == record["digest"] else None
    if record["domain"]["kind"] == "box":
        from strictsaddle.objective.domain import Box

        bounds = record["domain"]["bounds"]
        domain = Box(*(tuple(Fraction(pair[end]) for pair in bounds) for end in (0, 1)))
        made = made.on(domain)
        return made if made.digest == record["digest"] else None
    return None
