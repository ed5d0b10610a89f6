"""Signs that no point has."""

from __future__ import annotations

from flint import fmpq, fmpq_mpoly_ctx

from strictsaddle.routes.piecewise.emptiness import is_empty, is_empty_on_line


def test_emptiness_of_cells() -> None:
    ring = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex")
    x, y = ring.gens()
    kinks = (x, y, x + y)
    assert is_empty(kinks, (1, 1, -1), 2) and is_empty(kinks, (1, 1, 0), 2) and is_empty(kinks, (0, 1, -1), 2)
    assert (
        not is_empty(kinks, (1, -1, 1), 2) and not is_empty(kinks, (0, 0, 0), 2) and not is_empty(kinks, (-1, 1, 0), 2)
    )
    assert is_empty((x, x - 1), (0, 0), 2) and not is_empty((x * y,), (-1,), 2)


def test_signs_on_a_line() -> None:
    x, _ = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex").gens()
    assert is_empty_on_line((x**2 - 2, x - 1), (-1, 1)) is False
    assert is_empty_on_line((x**2 - 2, x - 2), (-1, 1)) and is_empty_on_line((x - x,), (1,))
    assert not is_empty_on_line((x - 1, x**2 - 1), (-1, -1)) and is_empty_on_line(
        (x - 1, x**2 - 1), (1, -1)
    )  # a root of both
    assert is_empty_on_line((x**2 - 2, x**2 - 3), (1, -1)) is False and is_empty_on_line((x**2 - 2, x**2 - 3), (-1, 1))


def test_roots_that_doubles_do_not_tell_apart() -> None:
    """Between 1 and 1 + 10^-30 there is a point."""
    x, _ = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex").gens()
    assert not is_empty_on_line((x - 1, x - 1 - fmpq(1, 10**30)), (1, -1))
