"""Exact numbers into balls and back: `Fraction` (users), `fmpq` (FLINT) and `arb` (balls) into each other, and the precision of balls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Protocol

from flint import arb, ctx, fmpq


class Between(Protocol):
    """A closed interval of doubles, whatever record it is."""

    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


@contextmanager
def at_precision(bits: int) -> Iterator[None]:
    """Inside the block balls are computed with so many bits; what held before holds again after it."""
    before, ctx.prec = ctx.prec, bits
    try:
        yield
    finally:
        ctx.prec = before


def rational(value: Fraction | int) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def dyadic(end: arb) -> Fraction:
    """The middle of a ball, such as one of its ends is, exactly."""
    mantissa, exponent = end.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def ball(value: Fraction) -> arb:
    """The ball around a rational, at the present precision."""
    return arb(rational(value))


def ball_between(low: float, high: float) -> arb:
    """A ball that holds [low, high]."""
    return arb(low).union(arb(high))


def balls_of(intervals: Sequence[Between]) -> list[arb]:
    """A ball around each interval."""
    return [ball_between(side.low, side.high) for side in intervals]
