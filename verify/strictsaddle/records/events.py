"""What a running check tells its listeners. Engines emit these and know nothing of who listens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from strictsaddle.records.verdict import StationaryPoint, Verdict


@dataclass(frozen=True)
class Started:
    """An engine begins. `why` says in a sentence why this engine was chosen."""

    engine: str
    why: str


@dataclass(frozen=True)
class Ready:
    """The budget's clock starts now: the objective is read, and what has to be compiled is compiled."""


@dataclass(frozen=True)
class Compiling:
    """Kernels are being compiled, once on a machine: no clock of a budget runs until Compiled."""


@dataclass(frozen=True)
class Compiled:
    """Kernels were compiled, which took so many seconds: they are no part of any budget."""

    seconds: float


@dataclass(frozen=True)
class Progress:
    """Where a long job stands. `boxes`, `open_share` (share of the volume still open, 0 to 1) and `found` are None for
    phases that have no such numbers; `seconds` since the start."""

    phase: str
    seconds: float
    boxes: int | None = None
    rate: float | None = None
    open_share: float | None = None
    found: int | None = None


@dataclass(frozen=True)
class PointFound:
    point: StationaryPoint


@dataclass(frozen=True)
class Noted:
    """Something that the user should know and that changes nothing about the answer, in a sentence."""

    what: str


@dataclass(frozen=True)
class Finished:
    verdict: Verdict


Event = Started | Ready | Compiling | Compiled | Progress | PointFound | Noted | Finished
Listener = Callable[[Event], None]


def silent(event: Event) -> None:
    """The listener that hears nothing."""
