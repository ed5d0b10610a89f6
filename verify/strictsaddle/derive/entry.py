"""`run_tape` behind a C entry point.

Numba copies whatever compiled code calls into the caller and compiles it again. The interpreter is large, so code that
calls it through this entry compiles in a fraction of the time; the call itself costs nothing beside a batch of boxes.
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
import numba
from numba import types

from strictsaddle.derive.compilation import c_entry, compiled
from strictsaddle.derive.interpreter import run_tape

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


_compiled = c_entry(_entry, _SIGNATURE)
llvm.add_symbol(_SYMBOL, _compiled.address)
_external: Any = types.ExternalFunction(_SYMBOL, _SIGNATURE)


@compiled
def evaluate(program: Any, count: int, low: Any, high: Any, out_low: Any, out_high: Any) -> None:
    """`run_tape` on the first `count` rows of low and high, written to the first rows of out_low and out_high (all
    C-contiguous); `program` is the tuple that `kernels.interval_program` gives."""
    op, dst, a, b, constant_low, constant_high, n_registers = program
    _external(
        op.ctypes, dst.ctypes, a.ctypes, b.ctypes, op.size,
        constant_low.ctypes, constant_high.ctypes, constant_low.size, n_registers,
        low.ctypes, high.ctypes, count, low.shape[1], out_low.ctypes, out_high.ctypes, out_low.shape[1],
    )  # fmt: skip
