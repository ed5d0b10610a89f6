"""For each lemma a true claim with its proof, and false twins: one hypothesis after the other is violated, and each time the checker
refuses. The wrong verdicts of the past are among them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from forged_certificates import box, checked, claim, covering, point

WELL = "x**4/4 - x**2/2"
POINTS = [point(-1.0), point(0.0, index=1), point(1.0)]
BEZOUT = {
    "lemma": "algebraic",
    "simple": [[[-1.0, 0.0]], [[0.0, 0.0]], [[1.0, 0.0]]],
    "exact": [],
    "count": {"how": "bezout"},
}


def valid(path: Path, *parts: Any) -> bool | None:
    return checked(path / "proof.zip", *parts).valid


def test_all_complex_zeros(tmp_path: Path) -> None:
    assert valid(tmp_path, claim("x", WELL, stationary=POINTS), BEZOUT) is True
    fewer = {**BEZOUT, "simple": BEZOUT["simple"][:2]}
    for points, proof in (
        (POINTS[:2], BEZOUT),  # a point is missing from the list
        ([*POINTS, point(3.0)], BEZOUT),  # one is invented
        (POINTS[:2], fewer),  # and a zero
        ([*POINTS[:2], {**POINTS[2], "index": 1}], BEZOUT),  # another index
        ([*POINTS[:2], point(1.001)], BEZOUT),  # another place
        ([point(-1.0, size=1.5), POINTS[2]], BEZOUT),  # two in one box
        (POINTS, {**BEZOUT, "simple": [*BEZOUT["simple"][:2], [[0.0, 0.0]]]}),  # one zero twice
        (POINTS, {**BEZOUT, "count": {"how": "constant"}}),
        (POINTS, {**BEZOUT, "count": {"how": "ranks", "degree": 2, "cut": 2}}),
    ):
        assert valid(tmp_path, claim("x", WELL, stationary=points), proof) is False, (points, proof)
    # the same zeros of another polynomial: two more are complex
    other = claim("x", "x**6/6 - x**2/2", stationary=POINTS)
    assert valid(tmp_path, other, BEZOUT) is False
    whole = {**BEZOUT, "simple": [*BEZOUT["simple"], [[0.0, 1.0]], [[0.0, -1.0]]]}
    assert valid(tmp_path, other, whole) is True


def test_a_degenerate_minimum_is_not_strict_saddle(tmp_path: Path) -> None:
    """The verdict of a list that looked at completeness, and not at kinds."""
    exact = {"modulus": [0, 1], "coordinates": [["0"]], "order": 2}
    proof = {"lemma": "algebraic", "simple": [], "exact": [exact], "count": {"how": "bezout"}}
    for listed in ([point(0.0, nullity=1)], [point(0.0)], [point(0.0, index=1)], []):
        assert valid(tmp_path, claim("x", "x**4", stationary=listed), proof) is False
    assert valid(tmp_path, claim("x", "x**4", "not_strict_saddle", witness=[[-1e-9, 1e-9]]),
                 {"lemma": "witness", "kind": "rational", "point": ["0"]}) is True  # fmt: skip


def test_multiplicities_and_number_fields(tmp_path: Path) -> None:
    # x^2 y^2 has singular zeros that are not isolated: Bézout's bound counts nothing of them
    exact = {"modulus": [0, 1], "coordinates": [["0"], ["0"]], "order": 3}
    proof = {"lemma": "algebraic", "simple": [], "exact": [exact], "count": {"how": "bezout"}}
    assert valid(tmp_path, claim("x y", "x**2*y**2", stationary=[point(0.0, 0.0, nullity=2)]), proof) is False
    # (x^2 - 2)^2/4: minima at the roots of 2, over Q[t]/(t^2 - 2)
    formula, roots = "(x**2 - 2)**2/4", [point(-(2**0.5)), point(0.0, index=1), point(2**0.5)]
    field = {"modulus": [-2, 0, 1], "coordinates": [["0", "1"]], "order": 0}
    proof = {"lemma": "algebraic", "simple": [[[0.0, 0.0]]], "exact": [field], "count": {"how": "bezout"}}
    assert valid(tmp_path, claim("x", formula, stationary=roots), proof) is True
    for wrong in (
        {**field, "modulus": [2, 0, 1]},  # another field
        {**field, "modulus": [0, -2, 0, 1]},  # reducible
        {**field, "coordinates": [["0", "2"]]},  # another point
        {**field, "coordinates": [["0"]]},  # conjugates that are one point
    ):
        assert valid(tmp_path, claim("x", formula, stationary=roots), {**proof, "exact": [wrong]}) is False, wrong


def test_ranks_of_macaulay_matrices(tmp_path: Path) -> None:
    # 2x + 4xy^2, 4x^2 y + 2y: five complex zeros, Bézout's bound is nine
    formula = "x**2 + 2*x**2*y**2 + y**2"
    simple: list[Any] = [[[0.0, 0.0], [0.0, 0.0]]]
    h = 0.5**0.5
    simple += [[[0.0, a * h], [0.0, b * h]] for a in (1, -1) for b in (1, -1)]
    ranks = {"how": "ranks", "degree": 5, "cut": 3, "consequences": []}
    proof = {"lemma": "algebraic", "simple": simple, "exact": [], "count": ranks}
    listed = [point(0.0, 0.0)]
    assert valid(tmp_path, claim("x y", formula, stationary=listed), proof) is True
    stage = {"degree": 3, "polynomials": [[[[1, 0], "1"]]]}  # x alone is not in the ideal
    for wrong in (
        {**ranks, "degree": 3},
        {**ranks, "cut": 1},
        {**ranks, "how": "bezout"},
        {**ranks, "consequences": [stage]},
        {**ranks, "how": "counted"},
    ):
        assert not valid(tmp_path, claim("x y", formula, stationary=listed), {**proof, "count": wrong}), wrong
    modular = checked(
        tmp_path / "m.zip",
        claim("x y", formula, stationary=listed),
        {**proof, "count": {**ranks, "how": "modular ranks"}},
    )
    assert (modular.valid, modular.proof) == (True, "modular")


def test_coverings(tmp_path: Path) -> None:
    domain = box(("-2", "2"))
    tree = bytes([0, 204, 204])
    root = covering([[-2.0, 2.0]])
    listed = claim("x", WELL, domain=domain, stationary=POINTS)
    assert valid(tmp_path, listed, root, tree) is True
    assert valid(tmp_path, claim("x", WELL, domain=domain), root, tree) is True
    for claimed, proof, codes in (
        (claim("x", WELL, domain=domain, stationary=POINTS[:2]), root, tree),  # a point is missing
        (listed, covering([[-2.0, 0.5]]), tree),  # a smaller box
        (listed, root, tree[:2]),  # a leaf less
        (listed, root, bytes([*tree, 201])),  # one more
        (listed, root, bytes([7, 201, 201])),  # another unknown than there is
        (listed, root, bytes([255])),
        (listed, {**root, "outside": {"kind": "tails"}}, tree),
        (claim("x", WELL, stationary=POINTS), root, tree),  # all of R from a box
        (claim("x", "x**4", domain=domain), root, tree),  # a degenerate minimum
        (claim("x", "x**3", domain=domain), root, tree),  # an inflection
        (claim("x", "x**3", domain=domain, stationary=[]), root, tree),
    ):
        assert valid(tmp_path, claimed, proof, codes) is False, (claimed, proof, codes)


def test_a_leaf_called_outside_is_looked_at(tmp_path: Path) -> None:
    domain = box(("-2", "2"))
    for byte in range(200, 209):
        assert valid(tmp_path, claim("x", "x**4", domain=domain), covering([[-2.0, 2.0]]), bytes([byte])) is False


def test_half_spaces_need_symmetries(tmp_path: Path) -> None:
    domain = box(("-2", "2"))
    symmetry = {"maps": [[[0, -1]]], "order": [0], "half_spaces": [[0, 0]]}
    proof, tree = covering([[-2.0, 2.0]], symmetry=symmetry), bytes([0, 200, 206])
    assert valid(tmp_path, claim("x", "x**2", domain=domain, stationary=[point(0.0)]), proof, tree) is True
    odd = "x**2 + (x + 1)**3/10 + 1/10*(x + 1)**4"
    assert valid(tmp_path, claim("x", odd, domain=domain, stationary=[point(0.0)]), proof, tree) is False
    lopsided = box(("-3", "2"))
    assert (
        valid(
            tmp_path,
            claim("x", "x**2", domain=lopsided, stationary=[point(0.0)]),
            covering([[-3.0, 2.0]], symmetry=symmetry),
            tree,
        )
        is False
    )
    half = [point(0.0, index=1), point(1.0)]  # not closed under the map
    assert valid(tmp_path, claim("x", WELL, domain=domain, stationary=half), proof, bytes([0, 200, 204])) is False
    for wrong in (
        {**symmetry, "order": []},
        {**symmetry, "maps": [[[0, 2]]]},
        {**symmetry, "maps": [[[1, 1]]]},
        {**symmetry, "half_spaces": [[0, 1]]},
        {**symmetry, "half_spaces": [[-1, 0]]},
    ):
        broken = covering([[-2.0, 2.0]], symmetry=wrong)
        assert valid(tmp_path, claim("x", "x**2", domain=domain, stationary=[point(0.0)]), broken, tree) is False, wrong


def test_an_order_of_unknowns_that_a_map_moves(tmp_path: Path) -> None:
    """w_1 >= w_2 by a swap that moves w_0 too would lose orbits."""
    domain = box(("-2", "2"), ("-2", "2"))
    symmetry = {"maps": [[[1, 1], [0, 1]], [[0, -1], [1, -1]]], "order": [0, 1], "half_spaces": [[0, 0], [1, 1]]}
    proof = covering([[-2.0, 2.0]] * 2, symmetry=symmetry)
    found = checked(
        tmp_path / "proof.zip",
        claim("x y", "x**2 + y**2", domain=domain, stationary=[point(0.0, 0.0)]),
        proof,
        bytes([206]),
    )
    assert found.valid is False
    assert "unknown before" in found.reason


def test_far_out(tmp_path: Path) -> None:
    proof = covering([[-4.0, 4.0]], "tails")
    minimum = [point(-0.4665120412405543)]
    bowl = "softplus(10*x) + x**2/10"
    assert valid(tmp_path, claim("x", bowl, stationary=minimum), proof, bytes([206])) is True
    bumpy = "softplus(10*x) + x**2/10 + 10*exp(-(x - 20)**2)"  # more of them beyond
    assert valid(tmp_path, claim("x", bumpy, stationary=minimum), proof, bytes([206])) is False
    charts = {**covering([[-4.0, 4.0]]), "outside": {"kind": "charts", "weights": [1], "size": 4.0}}
    assert valid(tmp_path, claim("x", WELL, stationary=POINTS), charts, bytes([0, 204, 204])) is True
    assert (
        valid(tmp_path, claim("x", "x**4/4 - 8*x**3 - x**2/2", stationary=POINTS), charts, bytes([0, 204, 204]))
        is False
    )
    smaller = {**charts, "root": [[-2.0, 2.0]]}
    assert valid(tmp_path, claim("x", WELL, stationary=POINTS), smaller, bytes([0, 204, 204])) is False
    flat = claim("x y", "x**2 + 0*y", stationary=[point(0.0, 0.0)])
    assert (
        valid(
            tmp_path,
            flat,
            {**covering([[-4.0, 4.0]] * 2), "outside": {"kind": "charts", "weights": [1, 1], "size": 4.0}},
            bytes([206]),
        )
        is False
    )


def test_ascent(tmp_path: Path) -> None:
    up = {"lemma": "ascent", "direction": ["1", "0"]}
    assert valid(tmp_path, claim("x y", "exp(x) + sin(y) - sin(y)", stationary=[]), up) is True
    for formula in ("exp(x) - exp(2*x)", "x**2", "exp(x) - 1/2*x", "sinh(x)*0 + y", "x**3", "-exp(x)"):
        assert valid(tmp_path, claim("x y", formula, stationary=[]), up) is False, formula
    assert valid(tmp_path, claim("x y", "exp(x)", stationary=[point(0.0, 0.0)]), up) is False
    assert valid(tmp_path, claim("x y", "exp(x)", domain=box(("0", "1"), ("0", "1")), stationary=[]), up) is False


WITNESSES: list[tuple[str, str, dict[str, Any], list[float]]] = [
    ("x y", "(x*y - 1)**2", {"kind": "rational", "point": ["1", "1"]}, [1.0, 1.0]),
    (
        "x",
        "(x**2 - 2)**4",
        {"kind": "field", "point": {"modulus": [-2, 0, 1], "coordinates": [["0", "1"]]}, "root": 1},
        [2**0.5],
    ),
    (
        "x y",
        "(exp(x) - 2)**2 + 0*y",
        {"kind": "free", "fixed": [], "free": [[1, "3"]], "start": [0.7, 3.0]},
        [0.6931471805599453, 3.0],
    ),
    ("x y", "(exp(x) + y - 2)**2", {"kind": "squares", "fixed": [[1, "1"]], "start": [0.1, 1.0]}, [0.0, 1.0]),
    (
        "x y",
        "(x**2 + y**2 - 1)**2",
        {
            "kind": "orbit",
            "fields": [[["0", "-1"], ["1", "0"], ["0", "0"]]],
            "pins": [["0", "1", "0"]],
            "start": [0.9, 0.0],
        },
        [1.0, 0.0],
    ),
]


@pytest.mark.parametrize(("names", "formula", "proof", "where"), WITNESSES, ids=[w[2]["kind"] for w in WITNESSES])
def test_witnesses(names: str, formula: str, proof: dict[str, Any], where: list[float], tmp_path: Path) -> None:
    place = point(*where)["box"]
    true = claim(names, formula, "not_strict_saddle", witness=place)
    proof = {"lemma": "witness", **proof}
    assert valid(tmp_path, true, proof) is True
    moved = [[low + 0.5, high + 0.5] for low, high in place]
    assert valid(tmp_path, {**true, "witness": moved}, proof) is False
    # no longer stationary there, or no longer singular, or with a negative eigenvalue
    x = names.split()[0]
    tilted = "+".join(f"({name} - {w!r})" for name, w in zip(names.split(), where, strict=True))
    others = [f"{formula} + {x}/7", f"{formula} + ({tilted})**2 + ({x} - {where[0]!r})**2"]
    for other in (
        others if proof["kind"] == "field" else [*others, f"-({formula})"]
    ):  # where H = 0, -f is degenerate too
        assert not valid(tmp_path, claim(names, other, "not_strict_saddle", witness=place), proof), other
    outside = box(*[("5", "6")] * len(where))
    assert valid(tmp_path, claim(names, formula, "not_strict_saddle", witness=place, domain=outside), proof) is False
    assert not valid(tmp_path, true, {**proof, "kind": "because"})
    assert valid(tmp_path, claim(names, formula, "strict_saddle"), proof) is not True


def test_a_split_unit_needs_weights_without_a_ridge(tmp_path: Path) -> None:
    network: dict[str, Any] = {"widths": [1, 2, 1], "activations": ["sigmoid"], "loss": "squared", "bias": False,
               "ridge": ["0"] * 4, "inputs": [["1"], ["0"], ["-2"]], "targets": [["-1"], ["-2"], ["1"]]}  # fmt: skip
    import strictsaddle as ss

    data = ([[1], [0], [-2]], [[-1], [-2], [1]])
    verdict = ss.check(ss.network([1, 2, 1], "sigmoid", data=data, bias=False), seed=1)
    assert verdict.definition_1.verdict == "not_strict_saddle"
    path = tmp_path / "split.zip"
    verdict.certificate.write(path)
    from strictsaddle_proofs import verify
    from strictsaddle_proofs.container import read

    assert verify(path).valid is True
    found = read(path)
    assert found.claim["objective"]["network"]["ridge"] == network["ridge"]
    if found.proof["kind"] == "split":
        ridged = {**found.claim["objective"], "network": {**found.claim["objective"]["network"], "ridge": ["1/10"] * 4}}
        assert valid(tmp_path, {**found.claim, "objective": ridged}, found.proof) is False
        other = {**found.proof, "shares": ["9"]}
        assert valid(tmp_path, found.claim, other) is False


def test_where_a_formula_is_not_defined_nothing_is_stationary(tmp_path: Path) -> None:
    proof = {"lemma": "witness", "kind": "rational", "point": ["0"]}
    for formula in (
        "x**4 + x/x - 1",
        "x**4 + log(x) - log(x)",
        "x**4 + 0*sqrt(x)",
        "x**4 + abs(x) - abs(x)",
        "x**4*x**0",
    ):
        assert valid(tmp_path, claim("x", formula, "not_strict_saddle", witness=[[-1e-9, 1e-9]]), proof) is False, (
            formula
        )
    assert (
        valid(tmp_path, claim("x", "x**4 + 0*sqrt(x**2 + 1)", "not_strict_saddle", witness=[[-1e-9, 1e-9]]), proof)
        is True
    )


def test_underflow_proves_nothing(tmp_path: Path) -> None:
    """Doubles that vanish made a zero of a polynomial that has none there."""
    tiny = "10**200*x**4/4 - x**2/2*(1/10**200)"
    listed = [point(0.0, index=1, size=1e-250)]
    proof = {"lemma": "algebraic", "simple": [[[0.0, 0.0]]], "exact": [], "count": {"how": "bezout"}}
    assert valid(tmp_path, claim("x", tiny, stationary=listed), proof) is False
    assert (
        valid(
            tmp_path, claim("x", "1e-200*x**4", domain=box(("-1", "1"))), covering([[-1.0, 1.0]]), bytes([0, 205, 205])
        )
        is False
    )


def test_a_prime_that_divides_everything(tmp_path: Path) -> None:
    """Coefficients chosen for one prime made a modular count too small."""
    p = 2**61 - 1
    formula = f"{p}*x**3/3 + {p}*y**4/4 - x - y"
    listed: list[Any] = []
    proof = {"lemma": "algebraic", "simple": [], "exact": [], "count": {"how": "ranks", "degree": 4, "cut": 0}}
    assert valid(tmp_path, claim("x y", formula, stationary=listed), proof) is False
    assert (
        valid(
            tmp_path,
            claim("x y", formula, stationary=listed),
            {**proof, "count": {**proof["count"], "how": "modular ranks"}},
        )
        is False
    )  # type: ignore[dict-item]


def test_constants(tmp_path: Path) -> None:
    bowl = claim(
        "x",
        "x**2/2",
        "holds",
        definition="2",
        constants={"alpha": "1/2", "gamma": "1", "epsilon": "1/2", "delta": "3/5"},
    )
    bowl = {k: v for k, v in bowl.items() if k not in ("stationary", "witness", "modulo_symmetry")}
    charts = {"kind": "charts", "weights": [1], "size": 4.0}
    proof = {"lemma": "trichotomy", "minima": [point(0.0)], "root": [[-4.0, 4.0]], "outside": charts}
    assert valid(tmp_path, bowl, proof) is True
    for name, value in (("alpha", "2"), ("epsilon", "2"), ("delta", "1/10"), ("alpha", "0"), ("delta", "-1")):
        assert valid(tmp_path, {**bowl, "constants": {**bowl["constants"], name: value}}, proof) is False, name
    assert valid(tmp_path, bowl, {**proof, "minima": []}) is False
    assert valid(tmp_path, bowl, {**proof, "minima": [point(0.5)]}) is False
    assert valid(tmp_path, bowl, {**proof, "root": [[-1.0, 1.0]]}) is False
    fails = {**bowl, "verdict": "fails", "constants": {**bowl["constants"], "alpha": "2"}}
    there = {"lemma": "violation", "point": ["1/10"]}
    assert valid(tmp_path, fails, there) is True
    assert valid(tmp_path, {**bowl, "verdict": "fails"}, there) is False  # they hold
    assert valid(tmp_path, fails, {"lemma": "violation", "point": ["3"]}) is False  # the gradient is large
    curved = {**fails, "objective": {**fails["objective"], "expression": "-x**2/2"}}
    assert valid(tmp_path, curved, there) is False  # curvature -1


def test_claims_of_another_shape_are_invalid_and_never_a_crash(tmp_path: Path) -> None:
    true = claim("x", WELL, stationary=POINTS)
    for key, values in {
        "schema": ("strictsaddle/claim/2", None),
        "definition": ("3", 1, None),
        "verdict": ("holds", None, "undecided"),
        "scope": ("box", None),
        "stationary": ([{}], [[]], {"box": []}, "all", [point(0.0)] * 2),
        "objective": (
            None,
            {},
            [],
            {**true["objective"], "variables": ["x", "x"]},
            {**true["objective"], "expression": 7},
        ),
        "extra": (1,),
    }.items():
        for value in values:
            assert not valid(tmp_path, {**true, key: value}, BEZOUT), (key, value)
    for proof in (
        {},
        {"lemma": 3},
        {"lemma": "algebraic"},
        {"lemma": "covering"},
        {"lemma": "charts"},
        {"lemma": "witness"},
    ):
        assert not valid(tmp_path, true, proof), proof
    for expression in (
        "x +",
        "(x",
        "x)",
        "y",
        "x**x",
        "x**(1/2)",
        "max(x, 1)",
        "__import__('os')",
        "x" + "+x" * 600_000,
        "(" * 300 + "x" + ")" * 300,
        "1/0*x",
    ):
        assert not valid(tmp_path, claim("x", expression, stationary=POINTS), BEZOUT), expression[:20]


def test_a_box_whose_image_is_no_number_is_not_empty(tmp_path: Path) -> None:
    """Infinity less infinity: boxes that were lost on the way to their leaves."""
    greatest = 1.7976931348623157e308
    domain = box(("-1", "1"), ("-1", "1"))
    for formula in ("1e200*(x**2 + y**2)", "1e12*(x**2 + y**2) + 1e-300*x*y"):
        for end in (greatest, 1e160, 1e99, 1.0):
            claimed = claim("x y", formula, domain=domain, stationary=[])
            assert valid(tmp_path, claimed, covering([[-end, end]] * 2), bytes([207, 200])) is False
            assert valid(tmp_path, claimed, covering([[-end, end]] * 2), bytes([207, 207, 201])) is False


def test_curvature_that_overflows_is_not_negative(tmp_path: Path) -> None:
    names = "a b c d e z"
    rows = " + ".join(f"1e308*({x})**2/3" for x in ("a + b", "b + c", "c + d", "d + e", "a - e"))
    domain = box(*[("-1/1000", "1/1000")] * 5, ("-1", "1"))
    proof = covering([[-1e-3, 1e-3]] * 5 + [[-1.0, 1.0]])
    assert valid(tmp_path, claim(names, f"{rows} + 1e307*z**4", domain=domain), proof, bytes([204])) is False


def test_what_underflows_is_multiplied_by_the_size_of_the_box(tmp_path: Path) -> None:
    domain = box(("-1e0", "1"), ("-1", "1"))
    domain["bounds"] = [["-1/1000000000000000", "1/1000000000000000"], [str(-16 * 10**98), str(16 * 10**98)]]
    formula = "1e95*x**2/2 + 2e-124*x*y + 1e-10*(y - 15e98)**2/2"
    proof = covering([[-2e-15, 2e-15], [-1.6e99, 1.6e99]])
    assert valid(tmp_path, claim("x y", formula, domain=domain, stationary=[]), proof, bytes([207, 201])) is False


def test_a_point_beside_its_box(tmp_path: Path) -> None:
    """Balls are a little wider than the boxes that they are made of."""
    beside = {"box": [[-1.0, 1.0]], "index": 0, "nullity": 0}
    proof = {"lemma": "algebraic", "simple": [[[1.0, 0.0]]], "exact": [], "count": {"how": "bezout"}}
    assert valid(tmp_path, claim("x", "(x - 1.0000000005)**2", stationary=[beside]), proof) is False
    assert valid(tmp_path, claim("x", "(x - 0.9999999995)**2", stationary=[beside]), proof) is True
    twice = [{**beside, "box": [[-1.0, 1 + 1e-13]]}, {**beside, "box": [[1 + 2e-13, 3.0]]}]
    domain = box(("-3", "3"))
    assert (
        valid(
            tmp_path, claim("x", "(x - 1)**2", stationary=twice, domain=domain), covering([[-3.0, 3.0]]), bytes([206])
        )
        is False
    )
    refuted = claim("x", "(x - 1.0000000005)**4", "not_strict_saddle", witness=[[-1.0, 1.0]])
    assert (
        valid(tmp_path, refuted, {"lemma": "witness", "kind": "rational", "point": ["2000000001/2000000000"]}) is False
    )
    rounded = [{"box": [[2**53 + 1, 2**53 + 1]], "index": 0, "nullity": 0}]
    there = {**proof, "simple": [[[float(2**53), 0.0]]]}
    assert valid(tmp_path, claim("x", f"(x - {2**53})**2", stationary=rounded), there) is False


def test_lists_and_fields_where_the_formula_is_not_defined(tmp_path: Path) -> None:
    proof = {"lemma": "algebraic", "simple": [[[0.0, 0.0]]], "exact": [], "count": {"how": "bezout"}}
    field = {"lemma": "witness", "kind": "field", "point": {"modulus": [0, 1], "coordinates": [["0"]]}, "root": 0}
    for term in ("0*log(-1)", "0*asin(2)", "0*log(x)", "x/x - 1", "0*sqrt(-2)", "0*log(0)"):
        assert valid(tmp_path, claim("x", f"x**2 + {term}", stationary=[point(0.0)]), proof) is False, term
        assert (
            valid(tmp_path, claim("x", f"x**4 + {term}", "not_strict_saddle", witness=[[-1.0, 1.0]]), field) is False
        ), term
    for term in ("0*log(2)", "0*asin(1)", "sqrt(0)", "abs(-3)", "relu(0)"):
        assert valid(tmp_path, claim("x", f"x**2 + {term}", stationary=[point(0.0)]), proof) is True, term


def test_nothing_stands_in_a_claim_that_is_not_checked(tmp_path: Path) -> None:
    true = claim("x", WELL, stationary=POINTS)
    assert valid(tmp_path, true, BEZOUT) is True
    for key, value in (("constants", {"alpha": "1"}), ("group", 7), ("witness", [[5.0, 6.0]])):
        assert valid(tmp_path, {**true, key: value}, BEZOUT) is False
    for more in ({"name": "a lie"}, {"domain": {"kind": "euclidean", "equalities": ["x - 7"]}}):
        assert valid(tmp_path, {**true, "objective": {**true["objective"], **more}}, BEZOUT) is False


@pytest.mark.parametrize(
    "expression",
    [
        "1e999999999*x",
        "((3**9000)**10000)*x",
        "(((x**10000)**10000)**10000)**10000",
        "x**99999999999",
        "(" * 101 + "x" + ")" * 101,
    ],
)
def test_small_files_that_ask_for_much_end_soon(expression: str, tmp_path: Path) -> None:
    assert valid(tmp_path, claim("x", expression, stationary=[]), BEZOUT) is not True
    point_ = {"lemma": "witness", "kind": "rational", "point": ["1e999999999"]}
    assert valid(tmp_path, claim("x", "x**4", "not_strict_saddle", witness=[[-1.0, 1.0]]), point_) is False


def test_a_tree_that_never_ends(tmp_path: Path) -> None:
    domain = box(("-1", "1"))
    for codes in (bytes(100_000), bytes([207]) * 3000, bytes([0, 201]) * 2000):
        assert valid(tmp_path, claim("x", "x**4", domain=domain), covering([[-1.0, 1.0]]), codes) is False


def test_many_members_and_dead_workers_are_answers(tmp_path: Path) -> None:
    import strictsaddle_proofs
    from strictsaddle_proofs import check
    from strictsaddle_proofs.container import packed

    path = tmp_path / "many.zip"
    path.write_bytes(packed(claim("x", WELL), {}, {f"{k:064x}": b"" for k in range(2500)}))
    assert strictsaddle_proofs.verify(path).valid is False
    with pytest.MonkeyPatch.context() as patch:
        from concurrent.futures.process import BrokenProcessPool

        def dies(*_: Any) -> None:
            raise BrokenProcessPool

        patch.setattr(check, "_check", dies)
        assert strictsaddle_proofs.verify(path).valid is False  # not even read
        path.write_bytes(packed(claim("x", WELL), {}, {}))
        assert strictsaddle_proofs.verify(path).valid is None


SCALING = {"fields": [[["1", "0"], ["0", "-1"], ["0", "0"]]], "vectors": [["1", "0"], ["0", "1"]]}
AT_ONE = {"modulus": [-1, 1], "coordinates": [["1"], ["1"]]}
AT_MINUS_ONE = {"modulus": [1, 1], "coordinates": [["-1"], ["-1"]]}
AT_ZERO = {"modulus": [0, 1], "coordinates": [["0"], ["0"]]}
COMPLEX = {"modulus": [1, 0, 1], "coordinates": [["0", "1"], ["0", "-1"]]}  # (i, -i) and (-i, i)


def test_modulo_symmetry(tmp_path: Path) -> None:
    """(xy - 1)^2: on each scaling orbit a point with |x| = |y|: 0, a strict saddle, and (1, 1) and (-1, -1), on the curve of minima."""
    curve = claim(
        "x y", "(x*y - 1)**2", "not_strict_saddle", witness=point(1.0, 1.0)["box"], modulo_symmetry="strict_saddle"
    )
    ranks = {"how": "ranks", "degree": 3, "cut": 3, "consequences": []}
    modulo = {**SCALING, "points": [AT_ZERO, AT_ONE, AT_MINUS_ONE, COMPLEX], "count": ranks}
    proof = {"lemma": "witness", "kind": "rational", "point": ["1", "1"], "modulo": modulo}
    assert valid(tmp_path, curve, proof) is True

    def with_(**changes: Any) -> dict[str, Any]:
        return {**proof, "modulo": {**modulo, **changes}}

    rotation = [[["0", "-1"], ["1", "0"], ["0", "0"]]]
    for wrong in (
        with_(points=[AT_ZERO, AT_ONE, COMPLEX]),  # a point of the slice is missing
        with_(points=[AT_ZERO, AT_ONE, AT_ONE, COMPLEX]),
        with_(
            points=[AT_ZERO, AT_ONE, COMPLEX, {"modulus": [-2, 1], "coordinates": [["2"], ["1/2"]]}]
        ),  # not on the slice
        with_(fields=rotation),  # not a symmetry
        with_(fields=[]),
        with_(fields=SCALING["fields"] * 2 + rotation),
        with_(count={"how": "constant"}),
        {**proof, "modulo": None},
    ):
        assert not valid(tmp_path, curve, wrong), wrong
    assert valid(tmp_path, {**curve, "modulo_symmetry": "not_strict_saddle"}, proof) is False
    # x^2 y^2 has the same symmetry, and H = 0 at 0, where the orbit is a point
    flat = claim(
        "x y", "x**2*y**2", "not_strict_saddle", witness=point(0.0, 0.0)["box"], modulo_symmetry="strict_saddle"
    )
    at_zero = {**proof, "point": ["0", "0"]}
    for points in ([AT_ZERO], [{**AT_ZERO, "order": 2}], []):
        assert not valid(tmp_path, flat, {**at_zero, "modulo": {**modulo, "points": points}})
    # beside strict-saddle it follows, and is not claimed
    assert valid(tmp_path, claim("x", WELL, stationary=POINTS, modulo_symmetry="strict_saddle"), BEZOUT) is False


def test_fields_that_generate_more_than_they_span() -> None:
    """Two rotations about different axes generate a third: d is not that of their span along the flows."""
    from fractions import Fraction

    from strictsaddle_proofs.modulo import _closed_under_brackets, slice_forms

    def rotation(i: int, j: int) -> Any:
        rows = [[Fraction(0)] * 3 for _ in range(3)]
        rows[i][j], rows[j][i] = Fraction(-1), Fraction(1)
        return rows, [Fraction(0)] * 3

    about = [rotation(0, 1), rotation(1, 2), rotation(0, 2)]
    assert not _closed_under_brackets(about[:2])
    assert _closed_under_brackets(about)
    assert _closed_under_brackets(about[:1])
    # w_1 is greatest where w_2 = w_3 = 0; the rotation that leaves w_1 is used by the next vector
    unit = [["1", "0", "0"], ["0", "1", "0"]]
    assert len(slice_forms(about, unit[:1], 3)) == 3
    assert len(slice_forms(about, unit, 3)) == 4


def holding(
    names: str, expression: str, alpha: str, gamma: str, epsilon: str, delta: str, **more: Any
) -> dict[str, Any]:
    """The claim that these constants hold."""
    constants = {"alpha": alpha, "gamma": gamma, "epsilon": epsilon, "delta": delta}
    found = claim(names, expression, "holds", definition="2", constants=constants, **more)
    return {k: v for k, v in found.items() if k not in ("stationary", "witness", "modulo_symmetry")}


def test_a_gradient_is_no_larger_than_it_is(tmp_path: Path) -> None:
    """Factors that are positive say nothing of zeros, and much of the size."""
    minimum = {"lemma": "trichotomy", "minima": [point(0.0)], "root": [[-2.0, 2.0]], "outside": {"kind": "tails"}}
    bell = holding("x", "-exp(-x**2/2)", "1/2", "1/10", "1/4", "3/10")
    assert valid(tmp_path, bell, minimum) is False
    root = {**minimum, "root": [[-20.0, 20.0]]}
    shallow = holding("x", "sqrt(1 + x**2)/1000", "1/10000", "1", "1", "1/100")
    assert valid(tmp_path, shallow, root) is False
    convex = holding("x", "softplus(10*x) + x**2/10", "1/6", "1/100", "1/100", "1/4")
    there = {**minimum, "minima": [point(-0.4665120412405543)], "root": [[-4.0, 4.0]]}
    assert valid(tmp_path, convex, there) is True


def test_powers_and_squares_that_underflow(tmp_path: Path) -> None:
    formula = "1e25*(1e-4*x + 1e-8)**81 + y**2*(x - 2e4) + 1e-290*x*y**10"
    charts = {"kind": "charts", "weights": [1, 8], "size": 11200.0}
    root = [[-11200.0, 11200.0], [-(11200.0**8) * 1.01, 11200.0**8 * 1.01]]
    proof = {"lemma": "trichotomy", "minima": [], "root": root, "outside": charts}
    assert valid(tmp_path, holding("x y", formula, "1", "1", str(10**100), "1"), proof) is not True
    tiny = {"lemma": "trichotomy", "minima": [], "root": [[-1.0, 1.0]], "outside": {"kind": "box"}}
    line = holding("x", "1.6e-162*x", "1", "1", "22/1" + "0" * 163, "1", domain=box(("-1", "1")))
    assert valid(tmp_path, line, tiny) is False
