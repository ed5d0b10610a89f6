"""Affine subspaces."""

from __future__ import annotations

from flint import fmpq_mpoly_ctx

from strictsaddle.routes.piecewise.plane import Plane


def test_affine_subspaces() -> None:
    x, y = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex").gens()
    plane = Plane.of([x + y - 1], 2)
    assert plane is not None and plane.free == 1 and Plane.of([x, x - 1], 2) is None
    assert [str(image) for image in plane.images] == ["-x1 + 1", "x1"] and str(plane.restricted(x * y)) == "-x1^2 + x1"
    point = Plane.of([x - 2, y + 3], 2)
    assert point is not None and [c[0] for c in point.only_point.coordinates] == [2, -3]
