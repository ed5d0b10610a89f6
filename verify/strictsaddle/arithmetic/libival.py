"""The elementary functions of libival (the C library of the package `crival`), callable from compiled code.

libival's ival_sin and the others take arrays of lower and upper ends and write the tightest interval of floats
around the range of the function on each; they are CORE-MATH's functions, correctly rounded in every rounding mode.
[nan, nan] in gives [nan, nan] out. Outside a function's domain they restrict the interval, which our callers
exclude first.

The addresses are given to LLVM by name when this module is imported, so compiled code that calls them can be
cached on disk: it holds the names alone.
"""

from __future__ import annotations

import ctypes
from typing import Any

import ival
import llvmlite.binding
from numba import types

_NAMES = ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "erf")
_library = ctypes.CDLL(ival.library_path)
_pointer: Any = types.CPointer
_row = _pointer(types.float64)
_signature = types.void(_row, _row, _row, _row, types.uintp)


def _declared(name: str) -> Any:
    symbol = "ival_" + name
    llvmlite.binding.add_symbol(symbol, ctypes.cast(getattr(_library, symbol), ctypes.c_void_p).value)
    return types.ExternalFunction(symbol, _signature)


# Each: f(low in, high in, low out, high out, count), pointers to float64.
sin, cos, tan, asin, acos, atan, sinh, cosh, erf = (_declared(name) for name in _NAMES)
