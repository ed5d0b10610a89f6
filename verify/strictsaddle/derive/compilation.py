"""How the kernels are compiled: without the lock, never with fast-math, and once a machine.

Numba's cache on disk asks only whether a function's own file has changed. Compiled code here contains the functions
of other files that it calls, so the stamp of the cache covers them all: code of an older version is never run.
"""

from __future__ import annotations

import contextlib
import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from numba import njit
from numba.core import sigutils
from numba.core.caching import CompileResultCacheImpl, FunctionCache
from numba.core.ccallback import CFunc


def _digest_of_kernels() -> str:
    """The digest of every source file of the package that has compiled functions in it."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).resolve().parent.parent.rglob("*.py")):
        source = path.read_bytes()
        if b"derive.compilation import" in source:
            digest.update(path.name.encode() + b"\0" + source + b"\0")
    return digest.hexdigest()


_DIGEST = _digest_of_kernels()


def _stamped(locator: Any) -> Any:
    def get_source_stamp(self: Any) -> Any:
        return (locator.get_source_stamp(self), _DIGEST)

    return type(locator.__name__, (locator,), {"get_source_stamp": get_source_stamp})


class _Entries(CompileResultCacheImpl):
    _locator_classes = [_stamped(locator) for locator in CompileResultCacheImpl._locator_classes]  # noqa: RUF012


class _Cache(FunctionCache):
    _impl_class = _Entries


F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """`function` compiled on its first call. The machine code is kept on disk beside the source, or in the user's
    cache folder, or, where neither can be written, not at all."""
    dispatcher: Any = njit(error_model="numpy", nogil=True)(function)
    cache: Any = _Cache
    with contextlib.suppress(RuntimeError):  # Numba found no folder that it may write to
        dispatcher._cache = cache(function)
    return dispatcher  # type: ignore[no-any-return]  # Numba's dispatcher has no type that keeps the signature


def inlined(function: F) -> F:
    """`function` for use inside the loops of compiled ones: a call would keep them from becoming vector
    instructions."""
    dispatcher: Any = njit(error_model="numpy", nogil=True, forceinline=True)(function)
    return dispatcher  # type: ignore[no-any-return]  # as above


def c_entry(function: Callable[..., Any], signature: Any) -> Any:
    """`function` compiled at once (or read from the cache) as a C function of that signature; `.address` is where it is."""
    entry = CFunc(function, sigutils.normalize_signature(signature), {}, {"error_model": "numpy"})
    with contextlib.suppress(RuntimeError):  # Numba found no folder that it may write to
        entry._cache = _Cache(function)
    entry.compile()
    return entry
