"""What the literature or a derivation by hand says of each entry, side by side with what `check` computes."""

from __future__ import annotations

import pytest

from strictsaddle import check, zoo
from strictsaddle.zoo.entry import Entry, Known

CLAIMS = [
    pytest.param(
        entry,
        known,
        id="-".join([entry.name, *(f"{k}={v}" for k, v in known.parameters.items())]),
        marks=[pytest.mark.slow] if known.engine == "interval" or known.slow else [],
    )
    for entry in zoo.entries()
    for known in entry.known
    if known.engine != "none"
]


@pytest.mark.parametrize(("entry", "known"), CLAIMS)
def test_what_is_known_is_what_is_computed(entry: Entry, known: Known) -> None:
    verdict = check(entry.objective(known.parameters))
    assert verdict.definition_1.verdict == known.verdict, verdict.definition_1.reason
    assert verdict.definition_1.scope == known.scope
    counts = verdict.stationary.counts
    assert {kind: counts[kind] for kind in known.counts} == known.counts
    if len(known.counts) == 4:
        assert verdict.stationary.complete


@pytest.mark.parametrize(("entry", "known"), CLAIMS)
def test_an_entry_claims_something(entry: Entry, known: Known) -> None:
    """The twin: a claim that says nothing could not fail."""
    assert known.verdict is not None
