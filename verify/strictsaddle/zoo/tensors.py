"""Orthogonal decomposition of a symmetric fourth-order tensor on products of unit spheres (Ge, Huang, Jin, Yuan 2015).

T = sum_k a_k^{(4)} for orthonormal a_k: unit vectors, a seeded rational rotation of them, vectors from a file; or T itself from a file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement

from strictsaddle.errors import InputError
from strictsaddle.objective.domain import Spheres
from strictsaddle.objective.frame import of_blocks
from strictsaddle.objective.objective import Objective
from strictsaddle.zoo import arrays, orthonormal
from strictsaddle.zoo.entry import Entry, Known, Parameter, TextParameter, Values

_PAPER = "Ge, Huang, Jin, Yuan, COLT 2015, arXiv 1503.02101"
_HAND = "by hand"
Names = Sequence[str]


@dataclass(frozen=True)
class Tensor:
    """T, by its components or else by its entries, in dimension `size`; `count` vectors are sought."""

    size: int
    count: int
    components: orthonormal.Vectors | None
    entries: arrays.Entries | None

    @classmethod
    def of(cls, values: Values) -> Tensor:
        """The tensor that the parameters d, components, seed and tensor name. Raises InputError where they do not go together."""
        given, texts, d = values.given, values.texts, int(values["d"])
        if texts.get("tensor"):
            if "components" in given:
                raise InputError(
                    "both components and a tensor are given", where="parameters", remedy="Give one of them."
                )
            size, entries = arrays.symmetric_tensor(texts["tensor"])
            return cls(_fitting(size, values, texts["tensor"]), size, None, entries)
        chosen = texts["components"]
        if chosen == orthonormal.IDENTITY:
            return cls(d, d, orthonormal.identity(d), None)
        if chosen == orthonormal.RANDOM:
            return cls(d, d, orthonormal.random_rotation(d, int(values["seed"])), None)
        shape, found = arrays.array(chosen, 2)
        rows = [[found[i, j] for j in range(shape[1])] for i in range(shape[0])]
        vectors = orthonormal.checked(rows, chosen)
        return cls(_fitting(shape[1], values, chosen), len(vectors), vectors, None)

    def straight(self) -> Tensor | None:
        """The tensor of unit vectors that this one is in the coordinates a_k . u, where the a_k are a basis other than that."""
        if self.components is None or self.count != self.size or self.components == orthonormal.identity(self.size):
            return None
        return Tensor(self.size, self.count, orthonormal.identity(self.size), None)

    def parameters(self, values: Values) -> dict[str, Fraction]:
        """The numbers that went into it."""
        used = {"d": Fraction(self.size)}
        if values.texts.get("components") == orthonormal.RANDOM and self.entries is None:
            used["seed"] = values["seed"]
        return used

    def square_norm(self) -> Fraction:
        """|T|^2, the sum of the squares of its entries; the number of components where they are orthonormal."""
        if self.entries is None:
            return Fraction(self.count)
        return sum((value**2 for value in self.entries.values()), Fraction(0))

    def overlaps(self, u: Names) -> list[str]:
        """The formulas a_k . u."""
        assert self.components is not None
        return [linear_form(a, u) for a in self.components]

    def at(self, u: Names, v: Names) -> str:
        """The formula of T(u, u, v, v)."""
        if self.components is not None:
            pairs = zip(self.overlaps(u), self.overlaps(v), strict=True)
            return " + ".join(f"({p})**4" if u == v else f"({p})**2*({q})**2" for p, q in pairs)
        assert self.entries is not None
        terms = []
        if u == v:
            for place in combinations_with_replacement(range(self.size), 4):
                terms.append((self.entries[place] * arrays.multiplicity(place), [u[k] for k in place]))
        else:
            couples = list(combinations_with_replacement(range(self.size), 2))
            for first in couples:
                for second in couples:
                    weight = arrays.multiplicity(first) * arrays.multiplicity(second)
                    names = [u[k] for k in first] + [v[k] for k in second]
                    terms.append((self.entries[first + second] * weight, names))
        return " + ".join(f"({c})*{'*'.join(names)}" for c, names in terms if c) or "0"


def _fitting(size: int, values: Values, where: str) -> int:
    if "d" in values.given and values["d"] != size:
        raise InputError(
            f"the file is about dimension {size}, and d = {values['d']}", where=where, remedy="Leave d out."
        )
    return size


def linear_form(coefficients: Sequence[Fraction], names: Names) -> str:
    """The formula sum_k coefficients[k] * names[k], zeros and ones left out."""
    terms = [name if c == 1 else f"({c})*{name}" for c, name in zip(coefficients, names, strict=True) if c]
    return " + ".join(terms) or "0"


def unit_vectors(count: int, size: int) -> tuple[list[list[str]], Spheres]:
    """The names of so many vectors with so many coordinates each, and the product of their unit spheres."""
    names = [[f"u{i}_{k}" for k in range(1, size + 1)] for i in range(1, count + 1)]
    return names, Spheres(tuple(tuple(range(i * size, (i + 1) * size)) for i in range(count)))


def _flat(names: list[list[str]]) -> list[str]:
    return [name for group in names for name in group]


def _framed(tensor: Tensor, values: Values, formulate: Callable[[Tensor, Values], Objective]) -> Objective:
    """The objective, with the frame of the components where these are a basis."""
    objective, straight = formulate(tensor, values), tensor.straight()
    if straight is None or tensor.components is None:
        return objective
    return objective.with_frame(of_blocks(formulate(straight, values), tensor.components))


def _eq5(values: Values) -> Objective:
    return _framed(Tensor.of(values), values, _squared_overlaps)


def _squared_overlaps(tensor: Tensor, values: Values) -> Objective:
    """sum over i != j of T(u_i, u_i, u_j, u_j)."""
    names, domain = unit_vectors(tensor.count, tensor.size)
    pairs = [f"2*({tensor.at(u, v)})" for i, u in enumerate(names) for v in names[i + 1 :]]
    return Objective("tensor-eq5", _flat(names), " + ".join(pairs), tensor.parameters(values), domain, source=_PAPER)


def _eq4(values: Values) -> Objective:
    return _framed(Tensor.of(values), values, _squared_error)


def _squared_error(tensor: Tensor, values: Values) -> Objective:
    """|T - sum_i u_i^{(4)}|^2 = |T|^2 - 2 sum_i T(u_i, u_i, u_i, u_i) + sum_ij (u_i . u_j)^4, where (u_i . u_i)^4 = 1 on the spheres."""
    names, domain = unit_vectors(tensor.count, tensor.size)
    terms = [str(tensor.square_norm() + tensor.count)] + [f"- 2*({tensor.at(u, u)})" for u in names]
    for i, u in enumerate(names):
        for v in names[i + 1 :]:
            product = " + ".join(f"{a}*{b}" for a, b in zip(u, v, strict=True))
            terms.append(f"+ 2*({product})**4")
    return Objective("tensor-eq4", _flat(names), " ".join(terms), tensor.parameters(values), domain, source=_PAPER)


def _component(values: Values) -> Objective:
    tensor = Tensor.of(values)
    names = [f"u{k}" for k in range(1, tensor.size + 1)]
    domain = Spheres((tuple(range(len(names))),))
    formula = f"-({tensor.at(names, names)})"
    return Objective("tensor-component", names, formula, tensor.parameters(values), domain, source=_PAPER)


def _numbers(description: str) -> tuple[Parameter, ...]:
    return (
        Parameter("d", Fraction(2), description, Fraction(2), Fraction(6), integer=True),
        Parameter("seed", Fraction(1), "of the rotation, with components=random", Fraction(0), integer=True),
    )


_TEXTS = (
    TextParameter(
        "components", orthonormal.IDENTITY, "the orthonormal vectors a_k that T is made of",
        "identity, random (a seeded rational rotation), or a .json or .npy file with one vector a row",
    ),
    TextParameter("tensor", "", "T itself, in place of components", "a .json or .npy file with d x d x d x d entries"),
)  # fmt: skip

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "tensor-eq5",
        "tensors",
        "all components at once, by their squared overlaps",
        "sum_{i != j} T(u_i, u_i, u_j, u_j) = sum_{i != j} sum_k (a_k . u_i)^2 (a_k . u_j)^2  on  |u_1| = ... = |u_d| = 1",
        f"{_PAPER}, equation (5)",
        _eq5,
        _numbers("dimension, and number of vectors"),
        (
            Known(
                "d = 2, with u_i at angles p and q: f = 1 + cos 2p cos 2q. Its 2^d d! = 8 minima are all "
                "global.",
                _HAND, "strict_saddle", 8, 16, 8, 0,
            ),
            Known(
                "The same for any orthonormal components, by rotation.",
                _PAPER, "strict_saddle", 8, 16, 8, 0, {"components": "random"},
            ),
            Known(
                "d = 3: strict-saddle, with 2^d d! = 48 minima, all global. Saddles are not isolated; proved here by covering "
                "(893,621 boxes).",
                _PAPER, "strict_saddle", 48,
                at={"d": "3"}, engine="interval",
            ),
        ),
        _TEXTS,
    ),
    Entry(
        "tensor-eq4",
        "tensors",
        "all components at once, by the squared error of the decomposition",
        "|T - sum_i u_i^{(4)}|^2 = |T|^2 + d - 2 sum_i T(u_i, u_i, u_i, u_i) + 2 sum_{i < j} (u_i . u_j)^4  on  |u_1| = ... = "
        "|u_d| = 1",
        f"{_PAPER}, equation (4)",
        _eq4,
        _numbers("dimension, and number of vectors"),
        (
            Known(
                "d = 2, with t the mean of the two angles, s their difference plus pi/4 and S = sin 2s: "
                "f = 3/2 + S (1 - cos 4t) + S^2/2. Where S = 0 and cos 4t = 1 the Hessian is singular without a "
                "negative eigenvalue, and f goes down along S = -8 t^2: sixteen degenerate saddles. All eight minima "
                "are global.",
                _HAND, "not_strict_saddle", 8, 8, 16, 16,
            ),
            Known(
                "For no d is it strict-saddle: put a degenerate saddle of d = 2 into the plane of a_1 and a_2, and u_i = a_i for the "
                "others. Products (u_i . u_j)^4 of orthogonal vectors vanish to third order, so the Hessian there has the eigenvalues 0 "
                "and 8 of the plane, 4 - 2 sqrt 2 and 4 + 2 sqrt 2 for each other direction of u_1 and u_2, and 8 for the rest. "
                "For d = 3 the 2^d d! = 48 minima at the components are listed (value 0, so they are global), with 600 saddles; no other "
                "minimum turned up. A list of all points is out of reach: 9 unknowns, 3 multipliers and gradients of degree 7 for msolve, "
                "and the covering cannot close boxes around degenerate points.",
                _HAND, "not_strict_saddle", at={"d": "3"},
            ),
            Known("The same for d = 4.", _HAND, "not_strict_saddle", at={"d": "4"}, slow=True),
        ),
        _TEXTS,
    ),
    Entry(
        "tensor-component",
        "tensors",
        "one component: the largest value of T(u, u, u, u)",
        "-sum_k (a_k . u)^4  on  |u| = 1",
        _PAPER,
        _component,
        _numbers("dimension"),
        (
            Known(
                "Stationary points have m overlaps +-1/sqrt(m) and zeros elsewhere; m - 1 eigenvalues "
                "are -8/m, the other "
                "d - m are 4/m. d = 2: four minima, four maxima.",
                _HAND, "strict_saddle", 4, 0, 4, 0,
            ),
            Known(
                "d = 3: 2^m binomial(3, m) points for m = 1, 2, 3: minima, saddles, maxima.",
                _HAND, "strict_saddle",
                6, 12, 8, 0, {"d": "3"},
            ),
            Known(
                "The same for any orthonormal components.",
                _HAND, "strict_saddle",
                6, 12, 8, 0, {"d": "3", "components": "random"},
            ),
        ),
        _TEXTS,
    ),
)  # fmt: skip
