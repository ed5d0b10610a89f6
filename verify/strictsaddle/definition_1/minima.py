"""What is proved about the values of local minima: are they one and the same, are they global, are some spurious?

A minimum whose value is proved greater than that of another point is not global, whatever else is known. Where the domain is compact f has
a least value, which it takes at a local minimum; so with a list of all local minima the least of theirs is that value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from strictsaddle.objective.domain import Domain
from strictsaddle.records.terms import Scope
from strictsaddle.records.verdict import Stationary, StationaryPoint
from strictsaddle.symmetry.discrete.signed_permutations import SignedPermutationGroup
from strictsaddle.symmetry.orbits import orbits


@dataclass(frozen=True)
class Minima:
    """The listed local minima. `complete`: these are all; `compact`: then one of them is global; `equal`: their values are proved
    to be the same; `spurious`: how many of them are proved not to be global."""

    count: int
    complete: bool
    compact: bool
    equal: bool
    spurious: int
    orbit: bool

    @classmethod
    def of(cls, stationary: Stationary, scope: Scope, domain: Domain, group: SignedPermutationGroup | None) -> Minima:
        """From what is proved about the stationary points, numbered by orbits, of an objective with the symmetries `group` (None: trust
        the numbers alone)."""
        points = stationary.isolated
        complete = stationary.all_minima_listed and scope == "global"
        minima = stationary.minima
        least = min((point.value.high for point in points), default=float("inf"))
        spurious = sum(point.value.low > least for point in minima)
        exact = {point.value for point in minima}
        same = len(exact) == 1 and all(value.low == value.high for value in exact)
        numbers = set(orbits_of(minima, group, complete))
        orbit = len(numbers) == 1 and None not in numbers
        return cls(
            len(minima),
            complete,
            bool(domain.groups) and domain.is_compact(len(points[0].point) if points else 0),
            same or orbit,
            spurious,
            orbit,
        )

    @property
    def sentence(self) -> str:
        """A clause for the reason of a verdict; empty where there is nothing to say."""
        n = self.count
        if n == 0:
            return ""
        if self.spurious:
            if n == 1:
                which = "the only local minimum" if self.complete else "the local minimum that is certified"
                return f"{which} is not global (spurious): a smaller value is certified elsewhere"
            all_or_some = f"the {n}" if self.complete else f"the {n} certified"
            verb = "is" if self.spurious == 1 else "are"
            return f"{self.spurious} of {all_or_some} local minima {verb} not global (spurious): a smaller value is certified elsewhere"
        if not self.complete:
            return ""
        if n == 1:
            return "the only local minimum is the global one, as the domain is compact" if self.compact else ""
        if not self.equal:
            return f"it is not proved whether the {n} local minima have the same value"
        why = "they are one orbit under the symmetries" if self.orbit else "their values are exact"
        if self.compact:
            return f"the {n} local minima are all there are, and all are global: they have the same value ({why}) and the domain is compact"
        return f"the {n} local minima are all there are, and have the same value ({why})"


def orbits_of(
    minima: Sequence[StationaryPoint], group: SignedPermutationGroup | None, complete: bool
) -> tuple[int | None, ...]:
    """The number of each minimum's orbit. Where numbers are missing they are told from the minima alone: when these are all
    (`complete`), the group maps their set to itself."""
    numbers = tuple(point.orbit for point in minima)
    if None in numbers and group is not None and group.order > 1:
        return orbits([point.point for point in minima], group, complete).numbers
    return numbers
