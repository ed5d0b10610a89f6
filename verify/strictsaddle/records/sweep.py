"""What a sweep returns: the line of a parameter, cut where the verdict or the list of stationary points changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from strictsaddle.records.json_text import json_text
from strictsaddle.records.terms import Answer, Interval, Proof
from strictsaddle.records.verdict import Resources, StationaryPoint, Witness

SCHEMA = "strictsaddle/sweep/1"
Why = Literal["degenerate", "infinity", "boundary", "undecided"]


@dataclass(frozen=True)
class Piece:
    """Values between two cuts, which themselves are no part of it (an end of the range that is no cut is). `verdict`, `counts` and `proof`
    hold of every value in it; `counts` is None where the numbers of points are not known, or change without a cut being known. `low`,
    `high` enclose its ends; `at` is the value at which `points` were listed, as exact text."""

    low: Interval
    high: Interval
    verdict: Answer
    counts: Mapping[str, int] | None
    proof: Proof
    reason: str
    at: str | None = None
    points: tuple[StationaryPoint, ...] = ()


@dataclass(frozen=True)
class Cut:
    """A value of the parameter at which something changes, or an interval about which nothing is known.

    `exact`: the value, where it is a rational number; `polynomial`: one with integer coefficients (as text) of which it is a root, where it
    is algebraic. `why`: what happens there: "degenerate", a stationary point is degenerate; "infinity", points may leave to infinity;
    "boundary", points may leave the box that was asked about; "undecided", nothing is known. `verdict`: at the value itself. `witness`
    refutes at `exact`, or else at the value `refuted_at` in the interval, with the proof `refuted_by`."""

    value: Interval
    exact: str | None
    why: Why
    verdict: Answer
    proof: Proof
    reason: str
    polynomial: str | None = None
    witness: Witness | None = None
    counts: Mapping[str, int] | None = None
    refuted_at: str | None = None
    refuted_by: Proof = "none"


@dataclass(frozen=True)
class Sweep:
    """The pieces and cuts of a parameter's range, in ascending order; together they make up all of it."""

    objective: Mapping[str, Any]
    parameter: str
    range: tuple[str, str]
    pieces: tuple[Piece, ...]
    cuts: tuple[Cut, ...]
    resources: Resources
    versions: Mapping[str, str]

    @property
    def exit_code(self) -> int:
        """0 where there is a verdict on every piece, and something is known of every cut; else 3."""
        open_piece = not self.pieces or any(piece.verdict == "undecided" for piece in self.pieces)
        unknown = any(cut.why == "undecided" and cut.verdict == "undecided" for cut in self.cuts)
        return 3 if open_piece or unknown else 0

    def to_dict(self) -> dict[str, Any]:
        """As plain dicts and lists, in the layout of the interface."""
        return {
            "schema": SCHEMA,
            "objective": dict(self.objective),
            "parameter": self.parameter,
            "range": list(self.range),
            "pieces": [
                {"from": list(p.low), "to": list(p.high), "verdict": p.verdict, "counts": None if p.counts is None else dict(p.counts),
                 "proof": p.proof, "reason": p.reason, "at": p.at}
                for p in self.pieces
            ],
            "cuts": [
                {"value": list(c.value), "exact": c.exact, "why": c.why, "verdict": c.verdict, "proof": c.proof, "reason": c.reason,
                 "polynomial": c.polynomial, "refuted_at": c.refuted_at, "counts": None if c.counts is None else dict(c.counts)}
                for c in self.cuts
            ],
            "resources": {"engine": self.resources.engine, "seconds": self.resources.seconds, "boxes": self.resources.boxes},
            "versions": dict(self.versions),
        }  # fmt: skip

    def to_json(self) -> str:
        """`to_dict` as text."""
        return json_text(self.to_dict())


@dataclass(frozen=True)
class Region:
    """A connected part of the plane of two parameters. `verdict`, `counts` and `proof` hold of all values in it; `at`: two values in it, as
    exact text; `share`: its part of the whole rectangle."""

    verdict: Answer
    counts: Mapping[str, int] | None
    proof: Proof
    at: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class Plane:
    """The rectangle of two parameters in square cells: `cells[i][j]` is the number of the region (from 1) in which all of cell i of the
    first parameter and j of the second lies, 0 where that is not known."""

    objective: Mapping[str, Any]
    parameters: tuple[str, str]
    ranges: tuple[tuple[str, str], tuple[str, str]]
    regions: tuple[Region, ...]
    cells: tuple[tuple[int, ...], ...]
    reason: str
    resources: Resources
    versions: Mapping[str, str]

    @property
    def exit_code(self) -> int:
        """0 where some region is known, else 3."""
        return 0 if self.regions else 3

    def to_dict(self) -> dict[str, Any]:
        """As plain dicts and lists."""
        return {
            "schema": "strictsaddle/plane/1",
            "objective": dict(self.objective),
            "parameters": list(self.parameters),
            "ranges": [list(ends) for ends in self.ranges],
            "regions": [
                {"verdict": r.verdict, "counts": None if r.counts is None else dict(r.counts), "proof": r.proof, "at": list(r.at),
                 "share": r.share}
                for r in self.regions
            ],
            "cells": [list(row) for row in self.cells],
            "reason": self.reason,
            "resources": {"engine": self.resources.engine, "seconds": self.resources.seconds, "boxes": self.resources.boxes},
            "versions": dict(self.versions),
        }  # fmt: skip

    def to_json(self) -> str:
        """`to_dict` as text."""
        return json_text(self.to_dict())
