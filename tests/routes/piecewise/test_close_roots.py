"""Roots that are too close to be told apart prove nothing empty."""

from __future__ import annotations

from flint import fmpq, fmpq_mpoly_ctx

from strictsaddle.routes.piecewise.emptiness import is_empty_on_line


def test_roots_that_doubles_do_not_tell_apart() -> None:
    """Between 1 and 1 + 10^-30 there is a point."""
    x, _ = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex").gens()
    assert not is_empty_on_line((x - 1, x - 1 - fmpq(1, 10**30)), (1, -1))
