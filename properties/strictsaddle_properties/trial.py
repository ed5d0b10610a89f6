"""Every law tried on one objective, with Hypothesis drawing and shrinking the cases."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from strictsaddle.errors import InputError
from strictsaddle.objective.objective import Objective
from strictsaddle_properties.engine import Engine, standard
from strictsaddle_properties.laws import LAWS, Broken, DoesNotApply, Law

Result = Literal["holds", "broken", "does not apply", "undecided"]
SLOW_EXAMPLES = 4  # of laws whose every case is a check of its own


@dataclass(frozen=True)
class Trial:
    """What became of a law. `examples`: the cases it was really tried on; `detail`: the shrunk counterexample and what
    is wrong in it, or why the law does not apply or is undecided."""

    law: Law
    examples: int
    result: Result
    detail: str = ""


def tried(
    objective: Objective,
    engine: Engine | None = None,
    *,
    laws: Sequence[Law] | None = None,
    examples: int = 25,
    seed: int = 0,
    budget: float | None = None,
    listener: Callable[[Trial], None] = lambda trial: None,
) -> tuple[Trial, ...]:
    """Try the laws (all of them when left out) on `objective`, each on up to `examples` cases from this seed.

    budget: seconds for all laws together; once it is spent the remaining laws come back undecided. Raises InputError
    where Hypothesis is not installed.
    """
    require_hypothesis()
    objective.require_no_equalities("laws")
    engine = engine or standard() if budget is None else engine or standard(budget=max(1.0, budget / 4))
    deadline = None if budget is None else time.monotonic() + budget
    found = []
    for law in laws or LAWS.values():
        found.append(_tried(law, engine, objective, examples, seed, deadline))
        listener(found[-1])
    return tuple(found)


def require_hypothesis() -> None:
    """Raise InputError, with the command that helps, where Hypothesis is missing."""
    from importlib.util import find_spec

    if find_spec("hypothesis") is None:
        raise InputError("Hypothesis is not installed", remedy='Install it: pip install "strictsaddle[properties]".')


def _tried(law: Law, engine: Engine, objective: Objective, examples: int, seed: int, deadline: float | None) -> Trial:
    import hypothesis
    from hypothesis import HealthCheck, Phase, configuration

    from strictsaddle_properties.strategies import cases

    count = 1 if law.draws == "nothing" else min(examples, SLOW_EXAMPLES) if law.slow else examples
    reasons: list[DoesNotApply] = []
    held, late = 0, False
    broken: list[tuple[Any, Broken]] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink], print_blob=False,
    )  # fmt: skip
    @hypothesis.given(cases(law, objective))
    def attempt(case: Any) -> None:
        nonlocal held, late
        if deadline is not None and time.monotonic() > deadline:
            late = True
            return
        try:
            law.holds(engine, objective, case)
        except DoesNotApply as why:
            reasons.append(why)
        except Broken as error:
            broken.append((case, error))
            raise
        else:
            held += 1

    with tempfile.TemporaryDirectory() as folder:
        configuration.set_hypothesis_home_dir(folder)  # nothing of Hypothesis's own is left in the user's folder
        try:
            attempt()
        except Broken:
            pass
        except hypothesis.errors.Flaky:
            pass
        finally:
            configuration.set_hypothesis_home_dir(None)
    if broken:
        case, error = broken[-1]  # the last one tried is the smallest
        shown = "" if case is None else f"{case!r}: "
        return Trial(law, held + 1, "broken", f"{shown}{error}")
    if held:
        return Trial(law, held, "holds")
    if late:
        return Trial(law, 0, "undecided", "the budget was spent")
    unproved = [why for why in reasons if why.undecided]
    why = (unproved or reasons)[0]
    return Trial(law, 0, "undecided" if unproved else "does not apply", str(why))
