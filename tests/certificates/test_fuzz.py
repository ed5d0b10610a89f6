"""Certificates of objectives that nobody chose: every decided verdict whose route has lemmas is found valid."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

import strictsaddle as ss
import strictsaddle_proofs
from strictsaddle.errors import NotYetError, StrictSaddleError
from strictsaddle_properties import strategies

KINDS = (
    strategies.coercive_polynomials(),
    strategies.symmetric_polynomials(),
    strategies.degenerate_polynomials(),
    strategies.smooth_functions(),
    strategies.networks(),
    strategies.networks(ridge=True),
    strategies.on_spheres(),
    strategies.in_boxes(),
)


def fuzzed(count: int, path: Path, start: int = 0, budget: float = 4.0) -> tuple[Counter[str], list[str]]:
    """How the certificates of `count` objectives of each kind end, and those that are not valid."""
    ends: Counter[str] = Counter()
    bad: list[str] = []
    for number, kind in enumerate(KINDS):

        @seed(start + number)
        @settings(
            max_examples=count,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(kind)
        def one(objective: ss.Objective) -> None:
            ends[end(objective, path, budget, bad)] += 1

        one()
    return ends, bad


def end(objective: ss.Objective, path: Path, budget: float, bad: list[str]) -> str:
    try:
        verdict = ss.check(objective, budget=budget, seed=1)
        data = verdict.certificate.data
    except NotYetError:
        return "no lemma" if verdict.definition_1.verdict != "undecided" else "undecided"
    except StrictSaddleError:
        return "refused"
    path.write_bytes(data)
    found = strictsaddle_proofs.verify(path)
    if not found.valid:
        bad.append(f"{objective.expression} on {objective.domain}: {verdict.definition_1.verdict}: {found.reason}")
    return f"valid, {found.proof}" if found.valid else "not valid"


def test_certificates_of_random_objectives_are_valid(tmp_path: Path) -> None:
    ends, bad = fuzzed(4, tmp_path / "proof.zip", budget=2.0)
    assert bad == []
    assert sum(count for name, count in ends.items() if name.startswith("valid")) >= 12, ends


@pytest.mark.slow
def test_certificates_of_five_hundred_random_objectives_are_valid(tmp_path: Path) -> None:
    ends, bad = fuzzed(80, tmp_path / "proof.zip", start=100)
    assert bad == [], ends
    assert sum(count for name, count in ends.items() if name.startswith("valid")) >= 500, ends
