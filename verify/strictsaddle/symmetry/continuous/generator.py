"""One field of a continuous symmetry: an affine vector field with exact entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Generator:
    """The vector field w' = matrix w + shift; n rows of n exact rationals, and n more."""

    matrix: tuple[tuple[Fraction, ...], ...]
    shift: tuple[Fraction, ...]

    @property
    def is_linear(self) -> bool:
        return not any(self.shift)

    def tangent(self, point: Sequence[Fraction]) -> tuple[Fraction, ...]:
        """matrix·point + shift at an exact point."""
        return tuple(
            sum((a * w for a, w in zip(row, point, strict=True) if a), start=b)
            for row, b in zip(self.matrix, self.shift, strict=True)
        )

    def words(self, names: Sequence[str]) -> str:
        """The flow, one equation an unknown that moves: "w1' = w1, w2' = -w2"."""
        equations = []
        for name, row, b in zip(names, self.matrix, self.shift, strict=True):
            terms = [(c, other) for c, other in zip(row, names, strict=True) if c] + ([(b, "")] if b else [])
            if terms:
                equations.append(f"{name}' = {_sum(terms)}")
        return ", ".join(equations)


def _sum(terms: Sequence[tuple[Fraction, str]]) -> str:
    text = ""
    for c, name in terms:
        sign = "-" if c < 0 else "+"
        size = abs(c)
        body = name if size == 1 and name else f"{size}*{name}" if name else str(size)
        text += f" {sign} {body}" if text else (body if c > 0 else f"-{body}")
    return text
