"""Elimination: what msolve proposes is believed only where it is proved to vanish."""

from __future__ import annotations

import pytest
from flint import fmpq_mpoly_ctx

from strictsaddle.errors import EngineError
from strictsaddle.polynomials import msolve
from strictsaddle.polynomials.elimination import basis, eliminants, vanishing

RING = fmpq_mpoly_ctx.get(["x1", "x2", "x3"], "degrevlex")
X, Y, Z = RING.gens()


def test_a_curve_and_its_shadow() -> None:
    (circle,) = eliminants([X**2 + Y**2 - 1, X - Y, Z - X], 3, 1)
    assert str(circle.polynomial) == "2*x1^2 - 1" and circle.proof == "exact"
    (nothing,) = eliminants([X, X - 1, Z - Y], 3, 1)
    assert nothing.polynomial.is_constant() and nothing.proof == "exact"


def test_nothing_vanishes_on_a_whole_space() -> None:
    assert eliminants([X - Y], 3, 1) == ()


@pytest.mark.parametrize(
    "claimed, proof", [(Z**2 - 1, "exact"), ((Z**2 - 1) * (Z - 5), "exact"), (Z - 1, None), (Z**2 - 2, None)]
)
def test_only_what_vanishes_is_proved(claimed: object, proof: str | None) -> None:
    """x^2 = 1, z = x: z - 1 vanishes at one point of two."""
    assert vanishing([X**2 - 1, Y - X, Z - Y], 3, claimed) == proof  # type: ignore[arg-type]


def test_multiplicities_do_not_matter() -> None:
    assert vanishing([X**3, Y - X, Z - Y], 3, Z) == "exact"
    assert vanishing([X**3, Y - X, Z - Y], 3, Z - 1) is None


def test_a_lie_of_msolve_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(msolve, "eliminated", lambda *_: "#\n[x3^2-2]:\n")
    assert eliminants([X**2 - 1, Y - X, Z - Y], 3, 1) == ()
    monkeypatch.setattr(msolve, "eliminated", lambda *_: "[x3^4-1]:\n")  # vanishes, and is more than is needed
    (found,) = eliminants([X**2 - 1, Y - X, Z - Y], 3, 1)
    assert str(found.polynomial) == "x1^4 - 1"


@pytest.mark.parametrize(
    "text", ["", "[x3", "[x1^2-x3]:", "[x3+]:", "[x4]:", "[3x3]:", "[x3x3]:", "[1,2]", "[x3^2-y]:"]
)
def test_unreadable_answers(text: str) -> None:
    with pytest.raises(EngineError):
        basis(text, 3, 1)


def test_readable_answers() -> None:
    assert [str(p) for p in basis("#a\n[2*x3^2-x3+5,\n-x2]:\n", 3, 2)] == ["2*x2^2 - x2 + 5", "-x1"]
    assert basis("[0]:", 3, 1) == []
