"""What `check`, `stationary` and `report` have in common: an objective read, examined, and watched meanwhile."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from strictsaddle.errors import EngineError, InputError, NotYetError
from strictsaddle.execution.options import Options
from strictsaddle.records.events import Listener, Ready, silent
from strictsaddle_cli import apart
from strictsaddle_cli.output import PROVED, REFUTED, UNDECIDED, is_a_process, tell
from strictsaddle_reports.writing import require_different, require_writable

Answer = TypeVar("Answer")
ATLAS = "atlas:"  # what the name of a row of the atlas begins with
LEAST_BUDGET = 0.05  # seconds; less is not worth counting

if TYPE_CHECKING:
    from strictsaddle.objective.family import Family
    from strictsaddle.objective.objective import Objective
    from strictsaddle.records.verdict import StationaryPoint, Verdict


def read(spec: str, parameters: dict[str, str], box: str | None = None, budget: float | None = None) -> Objective:
    """The objective that the user named. What a Python file prints meanwhile goes to standard error. Data and formulas may be large: with
    a budget (seconds) this is done within it, or EngineError says so."""
    from strictsaddle.loading import load
    from strictsaddle.loading.typed import STANDARD_INPUT, standard_input

    if spec == STANDARD_INPUT:
        standard_input()  # by this process, as it can be read only once

    def work(listener: Listener) -> Objective:
        listener(Ready())
        if spec.startswith(ATLAS):
            return _row(spec, parameters, box)
        with contextlib.redirect_stdout(sys.stderr):
            return load(spec, parameters=parameters, box=box)

    def fallback(_: Sequence[StationaryPoint], why: str) -> Objective:
        raise EngineError(f"{why}: the objective was not even read", where=spec, remedy="Allow more with --budget.")

    if budget is None or not (is_a_process() and apart.is_possible()):
        return work(silent)
    return apart.Apart(work, budget).answer(silent, fallback)


def _row(spec: str, parameters: dict[str, str], box: str | None) -> Objective:
    """The objective of a row of the atlas, by its name."""
    from strictsaddle.atlas.run import rows

    key = spec.removeprefix(ATLAS)
    found = [row for row in rows() if row.key == key]
    if not found or parameters or box:
        raise InputError("there is no such row of the atlas" if not found else "a row of the atlas takes no parameters and no box",
                         fragment=spec, remedy="`strictsaddle atlas --list` shows their names.")  # fmt: skip
    return found[0].objective()


def read_family(spec: str, parameters: dict[str, str], box: str | None = None, budget: float | None = None) -> Family:
    """The family that the user named by intervals of parameters, as `read` reads an objective. (It holds a function, which cannot come from
    another process: it is read here once it is known to be read in time.)"""
    from strictsaddle.loading.families import load_family

    single = {name: value.split(":")[0].strip() for name, value in parameters.items()}
    if single != parameters:
        read(spec, single, box, budget)
    with contextlib.redirect_stdout(sys.stderr):
        return load_family(spec, parameters, box)


def examine_family(family: Family, search: Options, quiet: bool) -> Verdict:
    """The verdict on all members of a family, with progress."""
    from strictsaddle.families import for_all

    def work(listener: Listener) -> Verdict:
        return for_all.check_family(family, search, listener)

    return answered(family.name, quiet, work, search.budget, partial(for_all.out_of_time, family))


def examine(objective: Objective, search: Options, quiet: bool, spec: str = "") -> Verdict:
    """The verdict on `objective`, with progress on standard error unless `quiet`. What is wrong with its domain is said of `spec`, which
    the user named it by."""
    from strictsaddle.definition_1 import check

    def work(listener: Listener) -> Verdict:
        return check.examine(objective, search, listener)

    started = time.monotonic()

    def fallback(points: Sequence[StationaryPoint], why: str) -> Verdict:
        return check.out_of_time(objective, why, points, round(time.monotonic() - started, 3))

    try:
        return watched(objective.name, quiet, work, search.budget, fallback)
    except InputError as error:
        raise (error.at(spec) if spec and error.where.startswith("domain") else error) from None
    except KeyboardInterrupt:
        if search.checkpoint is not None and os.path.exists(search.checkpoint):
            tell(f"the same command goes on from {search.checkpoint}")
        raise


def examined(
    spec: str, parameters: dict[str, str], box: str | None, search: Options, quiet: bool, *, certified: bool = False
) -> Verdict:
    """The verdict on the objective that the user named, read and examined within one budget. certified: whether a certificate is wanted;
    raises NotYetError before the work begins where there can be none."""
    started = time.monotonic()
    if any(":" in value for value in parameters.values()):
        if certified:
            raise NotYetError("a claim about all values of a parameter has no certificate yet", where="--certificate",
                              remedy="Leave the option out, or ask for single values.")  # fmt: skip
        return examine_family(read_family(spec, parameters, box, search.budget), search, quiet)
    objective = read(spec, parameters, box, search.budget)
    spent = time.monotonic() - started
    if search.budget is not None and spent > LEAST_BUDGET:
        search = replace(search, budget=max(LEAST_BUDGET, search.budget - spent))
    if certified:
        require_certifiable(objective, search)
    return examine(objective, search, quiet, spec)


def require_certifiable(objective: Objective, search: Options, *, constants: bool = False) -> None:
    """Raise NotYetError where no certificate can come out, as far as that is known before the work begins."""
    from strictsaddle.certificates.certificate import foreseen

    if why := foreseen(objective, search, constants=constants):
        raise NotYetError(why, where="--certificate", remedy="Leave the option out for a verdict without.")


def watched(
    name: str, quiet: bool, work: apart.Work[Answer], budget: float | None, fallback: apart.Fallback[Answer]
) -> Answer:
    """What `work` gives, with progress on standard error; in a process of its own where the command is one (see `apart`)."""
    from strictsaddle_cli.progress import shown

    if not (is_a_process() and apart.is_possible()):
        with shown(name, quiet) as listener:
            return work(listener)
    child = apart.Apart(work, budget)  # before progress starts a thread
    with shown(name, quiet) as listener:
        return child.answer(listener, fallback)


def answered(
    name: str, quiet: bool, work: apart.Work[Answer], budget: float | None, out_of_time: Callable[[str, float], Answer]
) -> Answer:
    """`watched`, where nothing is known when time runs out: then it is `out_of_time(why, seconds)`."""
    started = time.monotonic()

    def fallback(_: Sequence[StationaryPoint], why: str) -> Answer:
        return out_of_time(why, round(time.monotonic() - started, 3))

    return watched(name, quiet, work, budget, fallback)


def all_examined(
    specs: Sequence[str],
    parameters: dict[str, str],
    box: str | None,
    search: Options,
    quiet: bool,
    *,
    certified: bool = False,
) -> list[Verdict]:
    """The verdicts on one objective or several. Of several all are read before the first is examined, as a mistake in the last must not
    cost the work on the others."""
    if len(specs) == 1 or any(":" in value for value in parameters.values()):
        return [examined(spec, parameters, box, search, quiet, certified=certified) for spec in specs]
    objectives = [read(spec, parameters, box, search.budget) for spec in specs]
    return [examine(objective, search, quiet, spec) for objective, spec in zip(objectives, specs, strict=True)]


def worst(verdicts: Sequence[Verdict]) -> int:
    """The exit code of several verdicts: refuted when one is, else undecided when one is, else proved."""
    codes = {verdict.exit_code for verdict in verdicts}
    return REFUTED if REFUTED in codes else UNDECIDED if UNDECIDED in codes else PROVED


def require_places(outputs: Iterable[tuple[str, str | None]], inputs: Iterable[str] = ()) -> None:
    """Before a long job: raise InputError unless every output (option, path) can be written and none would overwrite
    another one or an input. A path of None or "-" is no file."""
    places = [(option, path) for option, path in outputs if path not in (None, "-") for path in [str(path)]]
    read_from = {os.path.realpath(spec.split(".py:")[0] + ".py" if ".py:" in spec else spec) for spec in inputs}
    for option, path in places:
        if os.path.realpath(path) in read_from and os.path.exists(path):
            raise InputError(
                "this is the objective's own file", where=option, fragment=path, remedy="Name another file."
            )
    require_different(places)
    for option, path in places:
        require_writable(path, option)
