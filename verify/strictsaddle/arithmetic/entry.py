"""`run_tape` behind a C entry point.

Numba copies whatever compiled code calls into the caller and compiles it again. The interpreter is large, so code that
calls it through this entry compiles in a fraction of the time; the call itself costs nothing beside a batch of boxes.
The entry is only a name to that code, so the two can be compiled at the same time, in two processes.
"""

from __future__ import annotations

import ctypes
from functools import lru_cache
from typing import Any

import llvmlite.binding as llvm
import numba
from numba import types

from strictsaddle.arithmetic.compilation import c_entry, compiled, is_on_disk
from strictsaddle.arithmetic.interpreter import run_tape

carray: Any = numba.carray  # type: ignore[attr-defined]  # Numba does not list it
_pointer: Any = types.CPointer
_I, _F, _N = _pointer(types.int32), _pointer(types.float64), types.intp
_SIGNATURE = types.void(_I, _I, _I, _I, _N, _F, _F, _N, _N, _F, _F, _N, _N, _F, _F, _N)
_SYMBOL = "strictsaddle_run_tape"


def _entry(
    op: Any, dst: Any, a: Any, b: Any, length: Any, constant_low: Any, constant_high: Any, constants: Any,
    n_registers: Any, low: Any, high: Any, m: Any, n: Any, out_low: Any, out_high: Any, outputs: Any,
) -> None:  # fmt: skip
    run_tape(
        carray(op, (length,)), carray(dst, (length,)), carray(a, (length,)), carray(b, (length,)),
        carray(constant_low, (constants,)), carray(constant_high, (constants,)), n_registers,
        carray(low, (m, n)), carray(high, (m, n)), carray(out_low, (m, outputs)), carray(out_high, (m, outputs)),
    )  # fmt: skip


_external: Any = types.ExternalFunction(_SYMBOL, _SIGNATURE)


@lru_cache
def attach() -> Any:
    """Compile the entry, or read it from the cache, and give its name an address. Whatever calls `evaluate` is linked
    after this; `evaluate.interval_program` sees to it."""
    entry = c_entry(_entry, _SIGNATURE)
    llvm.add_symbol(_SYMBOL, entry.address)
    return entry  # which keeps the code alive


def is_kept() -> bool:
    """Whether the entry, in its present version, is on disk."""
    return is_on_disk(_entry)


def attach_nothing() -> None:
    """Give the name an address at which there is no interpreter: for a process that compiles callers and calls none."""
    llvm.add_symbol(_SYMBOL, ctypes.cast(_nothing, ctypes.c_void_p).value)


_nothing = ctypes.CFUNCTYPE(None)(lambda: None)


@compiled
def evaluate(program: Any, count: int, low: Any, high: Any, out_low: Any, out_high: Any) -> None:
    """`run_tape` on the first `count` rows of low and high, written to the first rows of out_low and out_high (all
    C-contiguous); `program` is the tuple that `evaluate.interval_program` gives."""
    op, dst, a, b, constant_low, constant_high, n_registers = program
    _external(
        op.ctypes, dst.ctypes, a.ctypes, b.ctypes, op.size,
        constant_low.ctypes, constant_high.ctypes, constant_low.size, n_registers,
        low.ctypes, high.ctypes, count, low.shape[1], out_low.ctypes, out_high.ctypes, out_low.shape[1],
    )  # fmt: skip
