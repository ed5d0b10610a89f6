"""`strictsaddle warm`: compile everything now, so that no later run has to."""

from __future__ import annotations

import time
from collections.abc import Iterator

from strictsaddle_cli import options
from strictsaddle_cli.output import PROVED, say, tell


def warm(quiet: options.Quiet = False) -> int:
    """Compile the kernels ahead: a minute, once a machine and version.

    Without it the first check does that. They are kept beside the program, or where NUMBA_CACHE_DIR says.
    """
    started = time.monotonic()
    for what in compile_everything():
        if not quiet:
            tell(f"{time.monotonic() - started:.0f} s, compiling {what}")
    say(f"Everything is compiled, in {time.monotonic() - started:.1f} s.\n")
    return PROVED


def compile_everything() -> Iterator[str]:
    """Compile whatever any command may need, a piece after the other; each is named before it begins."""
    from strictsaddle.covering.compile_ahead import compile_ahead

    yield "the interpreter and the searches"
    compile_ahead(forms=True, families=True)
    yield "what is far out"
    _far_out()
    yield "coverings for Definition 2"
    _constants()
    yield "paths of polynomials' zeros"
    _loops()


def _far_out() -> None:
    from strictsaddle.covering.dominance import is_never_zero
    from strictsaddle.formula.graph import Graph, Op

    graph = Graph()
    w = graph.variable(0)
    assert is_never_zero(graph, graph.add(w, graph.unary(Op.EXP, w)), 1, 8.0)


def _constants() -> None:
    from strictsaddle.definition_2.constants import constants
    from strictsaddle.objective.objective import Objective

    for expression in ("x**4/4 - x**2/2 + y**2/6", "x*tanh(x) + y**2"):
        constants(
            Objective("small", "x y", expression), alpha="1/4", gamma="1/4", epsilon="1/20", delta="3/20", workers=1
        )


def _loops() -> None:
    from strictsaddle.derive import polynomials
    from strictsaddle.derive.monomial_form import MonomialForm
    from strictsaddle.execution.budget import UNLIMITED
    from strictsaddle.objective.objective import Objective
    from strictsaddle.polynomials.monodromy import Monodromy

    objective = Objective("small", "x y", "x**4/4 - x**2/2 + x*y/3 + y**4/6")
    system = polynomials.system(objective.graph, objective.node, 2)
    Monodromy(system, MonomialForm.of(system)).run(9, UNLIMITED)
