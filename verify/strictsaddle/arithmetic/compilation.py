"""How the kernels are compiled: without the lock, never with fast-math, and once a machine.

Numba's cache on disk asks only whether a function's own file has changed. Compiled code here contains the functions
of other files that it calls, so the stamp of the cache covers them all: code of an older version is never run.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from numba import njit
from numba.core import sigutils
from numba.core.caching import CompileResultCacheImpl, FunctionCache
from numba.core.ccallback import CFunc

from strictsaddle.version import PACKAGE

# What reading a damaged file may raise.
DAMAGED = (
    OSError,
    ValueError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    ImportError,
    MemoryError,
    pickle.UnpicklingError,
)
ONLY = "STRICTSADDLE_COMPILE_ONLY"
IMPORTED = __name__.encode() + b" import"  # stands in every file with compiled functions


def stamp(package: Path) -> str:
    """The digest of every source file below `package` that has compiled functions in it, or says how they are compiled."""
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        source = path.read_bytes()
        if IMPORTED in source or path == Path(__file__).resolve():
            digest.update(str(path.relative_to(package)).encode() + b"\0" + source + b"\0")
    return digest.hexdigest()


@lru_cache
def _stamp_of_this_package() -> str:
    return stamp(PACKAGE)


def _cache(function: Callable[..., Any]) -> Any:
    """Numba's cache for `function`, the digest in its stamp. Raises RuntimeError where no folder can be written."""
    digest = _stamp_of_this_package()

    def stamped(locator: Any) -> Any:
        def get_source_stamp(self: Any) -> Any:
            return (locator.get_source_stamp(self), digest)

        return type(locator.__name__, (locator,), {"get_source_stamp": get_source_stamp})

    entries = type(
        "Entries",
        (_Checked,),
        {"_locator_classes": [stamped(locator) for locator in CompileResultCacheImpl._locator_classes]},
    )
    cache: Any = type("Cache", (_Forgiving,), {"_impl_class": entries})
    return cache(function)


_CacheImpl: Any = CompileResultCacheImpl  # Numba leaves these without annotations


class _Checked(_CacheImpl):  # type: ignore[misc]
    """Machine code with a digest of it: code that has changed on disk is never run."""

    def reduce(self, data: Any) -> Any:
        kept = pickle.dumps(super().reduce(data), protocol=pickle.HIGHEST_PROTOCOL)
        return hashlib.sha256(kept).digest(), kept

    def rebuild(self, target_context: Any, payload: Any) -> Any:
        digest, kept = payload
        if hashlib.sha256(kept).digest() != digest:
            raise ValueError("the compiled code on disk has changed")
        return super().rebuild(target_context, pickle.loads(kept))


_FunctionCache: Any = FunctionCache


class _Forgiving(_FunctionCache):  # type: ignore[misc]  # as above
    """A file that is damaged, empty or cut off is not there; a place that cannot be written keeps nothing."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except DAMAGED:
            with contextlib.suppress(OSError):
                self.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        with contextlib.suppress(*DAMAGED):
            super().save_overload(sig, data)


def is_on_disk(function: Callable[..., Any]) -> bool:
    """Whether machine code of a plain function that `c_entry` is for is kept, in its present version."""
    try:
        return bool(_cache(function)._cache_file._load_index())
    except (*DAMAGED, RuntimeError):
        return False


F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """`function` compiled on its first call. The machine code is kept on disk beside the source, or in the user's
    cache folder, or, where neither can be written, not at all.

    In a process that compiles ahead (ONLY names what it is for) all other functions are made for compiled callers alone, which takes a
    fifth less time, and are not kept."""
    only = os.environ.get(ONLY)
    inner = only is not None and function.__name__ not in only.split(",")
    options: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True} if inner else {}
    dispatcher: Any = njit(error_model="numpy", nogil=True, **options)(function)
    if not inner:
        with contextlib.suppress(RuntimeError):
            dispatcher._cache = _cache(function)
    return dispatcher  # type: ignore[no-any-return]  # Numba's dispatcher has no type that keeps the signature


def is_missing(function: Callable[..., Any]) -> bool:
    """Whether a `compiled` function would be kept on disk, but is not there yet, in its present version."""
    file = getattr(getattr(function, "_cache", None), "_cache_file", None)
    if file is None:
        return False
    try:
        return not file._load_index()
    except DAMAGED:
        return True


def inlined(function: F) -> F:
    """`function` for use inside the loops of compiled ones: a call would keep them from becoming vector
    instructions."""
    dispatcher: Any = njit(error_model="numpy", nogil=True, forceinline=True)(function)
    return dispatcher  # type: ignore[no-any-return]  # as above


def spliced(function: F) -> F:
    """`function` for use in one place of another: its source is put there, and it is never compiled by itself."""
    dispatcher: Any = njit(error_model="numpy", nogil=True, inline="always")(function)
    return dispatcher  # type: ignore[no-any-return]  # as above


def c_entry(function: Callable[..., Any], signature: Any) -> Any:
    """`function` compiled at once (or read from the cache) as a C function of that signature; `.address` is where it
    is, as long as what is returned is kept."""
    normalised: Any = sigutils.normalize_signature  # Numba leaves it without annotations
    entry: Any = CFunc(function, normalised(signature), {}, {"error_model": "numpy"})
    with contextlib.suppress(RuntimeError):
        entry._cache = _cache(function)
    entry.compile()
    return entry
