"""The certificate of a verdict, made when it is asked for; and what is known before a check of whether there can be one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from strictsaddle.errors import NotYetError
from strictsaddle.execution.options import Options
from strictsaddle.objective.objective import Objective

if TYPE_CHECKING:
    from strictsaddle.records.verdict import Verdict


KINKED = {"hinge", "huber", "leaky_relu"}  # losses and activations that the checker does not know


@dataclass(frozen=True)
class Certificate:
    """The certificate of a verdict, made when it is first asked for.

    `make`: whose bytes it is; that of Definition 1 when left out. `data`: the bytes of the file; raises NotYetError where the verdict is
    not decided, or a step has no lemma yet. `digest`: of them. `place`: the file that it was written to, for reports.
    """

    objective: Objective
    verdict: Verdict = field(repr=False)
    make: Callable[[Objective, Verdict], bytes] | None = field(default=None, repr=False)
    place: str = ""

    @cached_property
    def data(self) -> bytes:
        return (self.make or _of_definition_1)(self.objective, self.verdict)

    @property
    def at_hand(self) -> bytes | None:
        """The bytes where the proof that decided has a lemma for each step; None where another would have to be looked for."""
        if self.make is not None or "data" in self.__dict__:
            return self.data
        try:
            return _of_definition_1(self.objective, self.verdict, anew=False)
        except NotYetError:
            return None

    @property
    def digest(self) -> str:
        import hashlib

        return "sha256:" + hashlib.sha256(self.data).hexdigest()

    def write(self, path: str | Path) -> None:
        """Write the file, whole or not at all. Raises NotYetError as `data` does, OSError where it cannot be written."""
        import os
        import tempfile

        target = Path(path)
        handle, scratch = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(self.data)
            os.chmod(scratch, 0o644)
            os.replace(scratch, target)
        except BaseException:
            Path(scratch).unlink(missing_ok=True)
            raise


def foreseen(objective: Objective, options: Options, *, constants: bool = False) -> str | None:
    """Why no certificate can come out of this check, as far as that is known before it starts; None where one may."""
    if objective.domain.equations:
        return "certificates know no equalities yet, other than unit spheres"
    if objective.domain.where:
        return "certificates know no conditions on a domain yet"
    network = objective.network
    if network is not None and (network.loss in KINKED or any(name in KINKED for name in network.activations)):
        return "certificates know no networks with kinks other than relu yet"
    if objective.domain.groups and constants:
        return "constants on spheres have no certificates yet"
    return None


def _of_definition_1(objective: Objective, verdict: Verdict, anew: bool = True) -> bytes:
    if why := foreseen(objective, Options()):
        raise NotYetError(why)
    kinks = verdict.definition_1.sense == "piecewise" and verdict.definition_1.verdict != "undecided"
    if kinks or any(p.stratum is not None for p in verdict.stationary.isolated):
        raise NotYetError("certificates have no lemma for strata yet")
    from strictsaddle.certificates.write import definition_1

    return definition_1(objective, verdict, anew=anew)
