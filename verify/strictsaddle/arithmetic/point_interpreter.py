"""The floating-point interpreter of tapes: values at points, without any claim of rigour (starting points,
eigenvectors)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from strictsaddle.arithmetic import interpreter as codes
from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.arithmetic.exponentials import exp_value, softplus_value, tanh_of_magnitude

BATCH = 64
Array = Any
VARIABLE, CONSTANT, PI, STORE = codes.VARIABLE, codes.CONSTANT, codes.PI, codes.STORE
ADD, SUB, MUL, DIV, NEG, POW = codes.ADD, codes.SUB, codes.MUL, codes.DIV, codes.NEG, codes.POW
ADD_CONSTANT, SUBTRACT_FROM = codes.ADD_CONSTANT, codes.SUBTRACT_FROM
TIMES_CONSTANT, DIVIDE_INTO = codes.TIMES_CONSTANT, codes.DIVIDE_INTO
EXP, LOG, SQRT, SIN, COS, TAN = codes.EXP, codes.LOG, codes.SQRT, codes.SIN, codes.COS, codes.TAN
ASIN, ACOS, ATAN, SINH, COSH, TANH = codes.ASIN, codes.ACOS, codes.ATAN, codes.SINH, codes.COSH, codes.TANH
SIGMOID, SOFTPLUS, ERF, RELU, ABS = codes.SIGMOID, codes.SOFTPLUS, codes.ERF, codes.RELU, codes.ABS
STEP, SIGN, POSITIVE = codes.STEP, codes.SIGN, codes.POSITIVE
TANH1_OF, TANH2_OF = codes.TANH1_OF, codes.TANH2_OF
SIGMOID1_OF, SIGMOID2_OF = codes.SIGMOID1_OF, codes.SIGMOID2_OF


@compiled
def function_row(code: int, z: Array, x: Array, exponent: int) -> None:
    """The values of an instruction of one operand; nan outside its domain. Those of networks in vector instructions."""
    n = z.shape[0]
    if code == NEG:
        for j in range(n):
            z[j] = -x[j]
    elif code == POW and exponent <= 3:
        for j in range(n):
            z[j] = x[j] * x[j] if exponent == 2 else x[j] * x[j] * x[j]
    elif code == TANH:
        for j in range(n):
            t = tanh_of_magnitude(abs(x[j]))
            z[j] = math.nan if x[j] != x[j] else (t if x[j] >= 0.0 else -t)
    elif code == EXP:
        for j in range(n):
            z[j] = math.nan if x[j] != x[j] else exp_value(x[j])
    elif code == SIGMOID:
        for j in range(n):
            e = exp_value(-abs(x[j]))
            z[j] = math.nan if x[j] != x[j] else (1.0 if x[j] >= 0.0 else e) / (1.0 + e)
    elif code == SOFTPLUS:
        for j in range(n):
            z[j] = math.nan if x[j] != x[j] else softplus_value(x[j])
    elif code == TANH1_OF:
        for j in range(n):
            z[j] = (1.0 - x[j]) * (1.0 + x[j])
    elif code == TANH2_OF:
        for j in range(n):
            z[j] = -2.0 * x[j] * (1.0 - x[j]) * (1.0 + x[j])
    elif code == SIGMOID1_OF:
        for j in range(n):
            z[j] = x[j] * (1.0 - x[j])
    elif code == SIGMOID2_OF:
        for j in range(n):
            z[j] = x[j] * (1.0 - x[j]) * (1.0 - 2.0 * x[j])
    else:
        for j in range(n):
            z[j] = function_value(code, x[j], exponent)


@compiled
def function_value(code: int, x: float, exponent: int) -> float:
    """One value of the other functions."""
    if code == POW:
        result, base, k = 1.0, x, exponent
        while k > 0:
            if k & 1:
                result *= base
            base *= base
            k >>= 1
        return result
    if code == LOG:
        return math.log(x) if x > 0.0 else math.nan
    if code == SQRT:
        return math.sqrt(x) if x >= 0.0 else math.nan
    if code == SIN:
        return math.sin(x)
    if code == COS:
        return math.cos(x)
    if code == TAN:
        return math.tan(x)
    if code == ASIN:
        return math.asin(x) if abs(x) <= 1.0 else math.nan
    if code == ACOS:
        return math.acos(x) if abs(x) <= 1.0 else math.nan
    if code == ATAN:
        return math.atan(x)
    if code == SINH:
        return math.sinh(x)
    if code == COSH:
        return math.cosh(x)
    if code == ERF:
        return math.erf(x)
    if code == RELU:
        return 0.0 if x < 0.0 else x
    if code == ABS:
        return abs(x)
    if code == STEP:
        return 1.0 if x > 0.0 else (0.0 if x < 0.0 else math.nan)
    if code == SIGN:
        return 1.0 if x > 0.0 else (-1.0 if x < 0.0 else math.nan)
    if code == POSITIVE:
        return x if x > 0.0 else math.nan
    return math.nan


@compiled
def run_tape_at_points(
    op: Array, dst: Array, a: Array, b: Array, constants: Array, n_registers: int, points: Array, out: Array
) -> None:
    """The tape's outputs at m points. Callable from other compiled code; holds no lock and no state.

    op ... b, n_registers: as in `Tape`; constants: one float each (either end). points: (m, n), C-contiguous.
    out: (m, n_outputs), C-contiguous, written; nan where an operation is undefined.
    """
    m = points.shape[0]
    r = np.empty((n_registers, BATCH))
    for start in range(0, m, BATCH):
        n = min(BATCH, m - start)
        for k in range(op.shape[0]):
            code = op[k]
            x = a[k]
            y = b[k]
            if code == STORE:
                for j in range(n):
                    out[start + j, dst[k]] = r[x, j]
                continue
            z = r[dst[k], :n]
            if code == VARIABLE:
                for j in range(n):
                    z[j] = points[start + j, x]
            elif code in (CONSTANT, PI):
                z[:] = math.pi if code == PI else constants[x]
            elif code == ADD:
                xs, ys = r[x, :n], r[y, :n]
                for j in range(n):
                    z[j] = xs[j] + ys[j]
            elif code == SUB:
                xs, ys = r[x, :n], r[y, :n]
                for j in range(n):
                    z[j] = xs[j] - ys[j]
            elif code == MUL:
                xs, ys = r[x, :n], r[y, :n]
                for j in range(n):
                    z[j] = xs[j] * ys[j]
            elif code == DIV:
                xs, ys = r[x, :n], r[y, :n]
                for j in range(n):
                    z[j] = xs[j] / ys[j] if ys[j] != 0.0 else math.nan
            elif code == ADD_CONSTANT:
                xs = r[x, :n]
                for j in range(n):
                    z[j] = xs[j] + constants[y]
            elif code == SUBTRACT_FROM:
                xs = r[x, :n]
                for j in range(n):
                    z[j] = constants[y] - xs[j]
            elif code == TIMES_CONSTANT:
                xs = r[x, :n]
                for j in range(n):
                    z[j] = xs[j] * constants[y]
            elif code == DIVIDE_INTO:
                xs = r[x, :n]
                for j in range(n):
                    z[j] = constants[y] / xs[j] if xs[j] != 0.0 else math.nan
            else:
                function_row(code, z, r[x, :n], y)
