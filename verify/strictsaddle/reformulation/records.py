"""What `reformulate` returns: why an objective fails, and modified ones that are certified, with their prices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from strictsaddle.objective.objective import Objective
from strictsaddle.records.json_text import json_text
from strictsaddle.records.terms import Answer, Interval, Proof
from strictsaddle.records.verdict import Verdict

SCHEMA = "strictsaddle/reformulation/1"
Cause = Literal[
    "none",
    "orbit",
    "interpolation",
    "dead_unit",
    "continuum",
    "degenerate_point",
    "no_minimiser",
    "not_smooth",
    "undecided",
]


@dataclass(frozen=True)
class Price:
    """What a modification costs, against the objective it modifies (J). Each number is proved; None stands for what is not known.

    excess: J at the global minimisers of the modified objective, less inf J. distance: from these to the nearest global minimiser of J.
    spurious_minima: of the modified objective; minima: all its local minima. least_alpha: the least eigenvalue of its Hessian at a local
    minimum; least_gamma: the least negative curvature at any other stationary point. alpha, gamma, epsilon: constants of Definition 2 that
    hold at delta, and iterations: what Theorem 6 of Ge et al. makes of them, up to its unnamed constants. symmetry: the orders of the
    group of signed permutations before and after."""

    excess: Interval | None = None
    distance: Interval | None = None
    spurious_minima: int | None = None
    minima: int | None = None
    saddles: int | None = None
    least_alpha: Interval | None = None
    least_gamma: Interval | None = None
    alpha: str | None = None
    gamma: str | None = None
    epsilon: str | None = None
    delta: str | None = None
    iterations: float | None = None
    symmetry: tuple[int, int] | None = None


@dataclass(frozen=True)
class Candidate:
    """One modified objective. `modification`: the name in the catalogue; `strengths`: its numbers, as exact text; `words`: what it adds;
    `risk`: where the proof is "random", an upper bound of the probability that it fails, as text."""

    name: str
    modification: str
    words: str
    strengths: dict[str, str]
    objective: Objective = field(repr=False)
    verdict: Verdict | None = field(repr=False)
    answer: Answer
    proof: Proof
    price: Price
    pareto: bool = False
    reason: str = ""
    risk: str | None = None

    @property
    def certified(self) -> bool:
        return self.answer == "strict_saddle"


@dataclass(frozen=True)
class Reformulation:
    """`candidates`: those that are certified, ranked; `refused`: those that were tried and are not. `causes`: why the original fails;
    `diagnosis`: the same in words; `remark`: what a theorem says where nothing is certified."""

    original: Verdict = field(repr=False)
    causes: tuple[Cause, ...]
    diagnosis: str
    candidates: tuple[Candidate, ...]
    refused: tuple[Candidate, ...]
    seconds: float
    remark: str = ""

    @property
    def best(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None

    @property
    def exit_code(self) -> int:
        """0 where a candidate is certified, or none is needed; else 3."""
        return 0 if self.candidates or self.original.definition_1.verdict == "strict_saddle" else 3

    def to_dict(self, files: dict[int, str] | None = None) -> dict[str, Any]:
        """As plain dicts and lists; files: where candidates were written, by their numbers from 0."""

        def plain(number: int, one: Candidate) -> dict[str, Any]:
            price = {key: list(value) if isinstance(value, tuple) else value for key, value in vars(one.price).items()}
            return {
                "name": one.name, "modification": one.modification, "words": one.words, "parameters": dict(one.strengths),
                "expression": one.objective.expression, "verdict": one.answer, "proof": one.proof, "risk": one.risk, "reason": one.reason,
                "price": price, "pareto": one.pareto, "file": (files or {}).get(number),
            }  # fmt: skip

        return {
            "schema": SCHEMA,
            "original": self.original.to_dict(),
            "causes": list(self.causes),
            "diagnosis": self.diagnosis,
            "candidates": [plain(number, one) for number, one in enumerate(self.candidates)],
            "refused": [plain(-1, one) for one in self.refused],
            "remark": self.remark,
            "resources": {"seconds": self.seconds},
        }

    def to_json(self, files: dict[int, str] | None = None) -> str:
        """`to_dict` as text."""
        return json_text(self.to_dict(files))
