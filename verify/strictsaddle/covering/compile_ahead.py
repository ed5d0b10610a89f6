"""The first run on a machine compiles the search and the interpreter: in two processes at the same time, before any clock runs.

Numba compiles under a lock, so that threads would not help. The processes leave their code in the cache on disk, where this one finds
it; what a process fails to leave is compiled where it is first called.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

from strictsaddle.arithmetic.compilation import ONLY, is_missing
from strictsaddle.errors import EngineError
from strictsaddle.execution.executor import Processes
from strictsaddle.records.events import Compiled, Compiling, Listener, Progress, silent

Part = Callable[[None], None]


def compile_interpreter(_: None) -> None:
    """The interpreters of tapes, for boxes and for points, and what excludes zeros far away."""
    import numpy as np

    from strictsaddle.arithmetic.evaluate import evaluate_float, evaluate_interval
    from strictsaddle.covering.exclude import excluded

    tape = _tape()
    evaluate_interval(tape, [[0.0]], [[1.0]])
    evaluate_float(tape, [[0.0]])
    excluded(tape, 1, np.ones((1, 1)), np.full((1, 1), 2.0), 1)


def compile_search(_: None) -> None:
    """The search over boxes, without what it calls to evaluate tapes."""
    from strictsaddle.covering.zeros import GradientZeros, compile_explore
    from strictsaddle.derive.derivatives import derive
    from strictsaddle.objective.objective import Objective

    compile_explore(GradientZeros.of(derive(Objective("square", "x", "x**2"))))


def compile_network_search(_: None) -> None:
    """The search of a network's loss by forms, without what it calls to evaluate tapes."""
    from strictsaddle.covering.forms.question import compile_forms

    compile_forms()


def compile_family_search(_: None) -> None:
    """The search in unknowns and parameters, without what it calls to evaluate tapes."""
    from strictsaddle.covering.families.question import compile_families

    compile_families()


def _tape() -> Any:
    from strictsaddle.arithmetic.tape import compile_tape
    from strictsaddle.formula.graph import Graph

    graph = Graph()
    return compile_tape(graph, [graph.variable(0)], 1)


# Each part with the functions that Python calls, which are kept.
PARTS: tuple[tuple[Part, str], ...] = (
    (compile_search, "explore"),
    (compile_interpreter, "evaluate,run_tape_at_points,_exclude"),
)


FORMS: tuple[Part, str] = (compile_network_search, "explore_network")


FAMILIES: tuple[Part, str] = (compile_family_search, "explore_family")


def compile_ahead(listener: Listener = silent, *, forms: bool = False, families: bool = False) -> float:
    """Compile what a covering needs and is not on disk; the seconds that it took, which are nobody's budget. forms: whether it may be one
    of a network by forms; families: whether it is one in unknowns and parameters."""
    from strictsaddle.arithmetic.entry import is_kept
    from strictsaddle.covering.explore import explore

    missing = [part for part, there in zip(PARTS, (not is_missing(explore), is_kept()), strict=True) if not there]
    if forms:
        from strictsaddle.covering.forms.explore import explore_network

        missing = [FORMS, *missing] if is_missing(explore_network) else missing
    if families:
        from strictsaddle.covering.families.explore import explore_family

        missing = [FAMILIES, *missing] if is_missing(explore_family) else missing
    if not missing:
        return 0.0
    started = time.monotonic()
    listener(Compiling())
    listener(Progress("compiling, once on this machine", 0.0))
    threads = [threading.Thread(target=_apart, args=part, daemon=True) for part in missing]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - started
    listener(Compiled(seconds))
    return seconds


def _apart(part: Part, kept: str) -> None:
    with contextlib.suppress(EngineError, OSError), Processes(1, attempts=1, environment={ONLY: kept}) as pool:
        pool.run(part, [None])
