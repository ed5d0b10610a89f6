"""Affine subspaces of R^n, in the unknowns that remain free on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.routes.piecewise.emptiness import affine_row


@dataclass(frozen=True)
class Plane:
    """An affine subspace of R^n: w_i = images[i], affine functions of m free unknowns."""

    images: tuple[fmpq_mpoly, ...]
    free: int
    others: tuple[int, ...]  # which of the w_i are the free ones

    @classmethod
    def of(cls, kinks: Sequence[fmpq_mpoly], n: int) -> Plane | None:
        """The common zeros of affine functions; None where there are none."""
        rows = [affine_row(kink, n) for kink in kinks]
        reduced, rank = fmpq_mat(rows or [[fmpq(0)] * (n + 1)]).rref()
        pivots = [next(j for j in range(n + 1) if reduced[r, j] != 0) for r in range(rank)]
        if n in pivots:
            return None
        others = [i for i in range(n) if i not in pivots]
        context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(max(1, len(others)))], "degrevlex")
        unknowns = context.gens()
        free = {i: unknowns[k] for k, i in enumerate(others)}
        images = []
        for i in range(n):
            if i in free:
                images.append(free[i])
                continue
            r = pivots.index(i)
            image = context.constant(-reduced[r, n])
            for j in others:
                image -= free[j] * reduced[r, j]
            images.append(image)
        return cls(tuple(images), len(others), tuple(others))

    def restricted(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        return polynomial.compose(*self.images, ctx=self.images[0].context())

    def lifted(self, point: FieldPoint) -> FieldPoint:
        """A point of the plane in all unknowns."""
        return FieldPoint(point.modulus, tuple(point.evaluate(image) for image in self.images))

    def at_home(self, context: fmpq_mpoly_ctx) -> list[fmpq_mpoly]:
        """The free unknowns in the ring of all unknowns, to compose polynomials on the plane with."""
        unknowns = context.gens()
        return [unknowns[i] for i in self.others] or [context.constant(0)]

    @property
    def only_point(self) -> FieldPoint:
        """The plane itself, in all unknowns, where nothing is free on it."""
        return self.lifted(FieldPoint(FieldPoint.rational([]).modulus, ()))
