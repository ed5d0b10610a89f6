"""Certificates of all routes: what the program writes, the independent checker finds valid; and what is no proof is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import strictsaddle as ss
import strictsaddle_proofs
from strictsaddle.certificates import algebraic, charts, claim, covering, file, modulo, tree, witness, write
from strictsaddle.certificates.certificate import Certificate as certificate_of
from strictsaddle.certificates.certificate import foreseen
from strictsaddle.definition_2 import certificate
from strictsaddle.errors import NotYetError
from strictsaddle.execution.options import Options
from strictsaddle.loading import load
from strictsaddle.records.evidence import BoxTree
from strictsaddle_proofs.container import packed, read

EXACT = (
    "double-well",
    "tensor-component",
    "deep-linear",
    "iris-quadratic",
    "himmelblau",
    "sparse-recovery",
    "goldstein-price",
)
REFUTED = ("quartic", "monkey-saddle", "mexican-hat", "tensor-eq4")
COVERED = ("tanh-two-units", "rastrigin")


def certified(objective: ss.Objective, path: Path, **options: Any) -> strictsaddle_proofs.Verification:
    verdict = ss.check(objective, seed=3, **options)
    verdict.certificate.write(path)
    return strictsaddle_proofs.verify(path)


@pytest.mark.parametrize("name", [*EXACT, *REFUTED, *COVERED])
def test_a_verdict_comes_with_a_proof_that_is_valid(name: str, tmp_path: Path) -> None:
    found = certified(load(name), tmp_path / "proof.zip")
    assert found.valid is True, found.reason
    assert found.proof == ("interval" if name in COVERED else "exact")
    assert {lemma["type"] for lemma in found.lemmas} > {"derivation"}


@pytest.mark.parametrize(
    ("formula", "lemma"),
    [
        ("softplus(10*x) + x**2/10 + y**2", "outside"),
        ("log(1 + exp(x)) + log(1 + exp(y + x))", "ascent"),
        ("(x + y - 1)**2", "witness"),
        ("(x*y - 1)**2", "witness"),
    ],
)
def test_formulas_of_all_kinds(formula: str, lemma: str, tmp_path: Path) -> None:
    found = certified(ss.Objective("f", "x y", formula), tmp_path / "proof.zip")
    assert found.valid is True, found.reason
    assert lemma in {entry["type"] for entry in found.lemmas}


def test_the_same_run_writes_the_same_bytes(tmp_path: Path) -> None:
    one, other = (ss.check(load("tanh-two-units"), seed=5).certificate for _ in range(2))
    assert one.data == other.data
    assert one.digest == other.digest
    one.write(tmp_path / "proof.zip")
    assert (tmp_path / "proof.zip").read_bytes() == one.data


def test_an_undecided_verdict_has_no_certificate() -> None:
    verdict = ss.check(ss.Objective("f", "x", "abs(x) + sin(x)/9"), budget=1, max_boxes=500)
    assert verdict.definition_1.verdict == "undecided"
    with pytest.raises(NotYetError, match="undecided"):
        verdict.certificate.data  # noqa: B018


def test_what_cannot_be_certified_is_said_before_it_starts() -> None:
    assert foreseen(load("tensor-component"), Options(), constants=True) is not None
    assert foreseen(load("tensor-component"), Options()) is None
    equalities = ss.Objective("f", "x y", "x + y", domain=ss.Equalities(("x**2 + 2*y**2 - 1",)))
    assert foreseen(equalities, Options()) is not None
    with pytest.raises(NotYetError):
        claim.about(equalities)


def test_equal_questions_make_equal_claims() -> None:
    one, other = (ss.Objective(name, "x y", "x**2 + y**4") for name in ("a", "b"))
    assert claim.about(one) == claim.about(other)
    assert claim.about(one) != claim.about(ss.Objective("a", "x y", "x**2 + y**4", domain=ss.Box((0, 0), (1, 1))))


def searched(objective: ss.Objective) -> BoxTree:
    """By boxes in the network's hidden parameters, of which certificates know."""
    from strictsaddle.execution.budget import Budget
    from strictsaddle.execution.options import Options
    from strictsaddle.records.events import silent
    from strictsaddle.routes.interval.route import IntervalRoute
    from strictsaddle.routes.route import Case

    case = Case(objective, Options(method="interval", seed=5))
    evidence = IntervalRoute(plain=True).run(case, Budget.of(60.0), silent).evidence
    (record,) = [part for part in evidence if isinstance(part, BoxTree)]
    return record


def test_the_record_of_a_search_becomes_one_tree() -> None:
    record = searched(load("tanh-two-units"))
    found = tree.told(record, True)
    assert found is not None
    codes = np.frombuffer(found.written(), dtype=np.uint8)
    # a node is a leaf, or has one or two children
    splits, narrowed = int((codes < tree.OUTSIDE).sum()), int((codes > tree.POINT).sum())
    assert len(codes) == 1 + 2 * splits + narrowed
    # without the last chunk it cannot be followed
    less = BoxTree(record.lower, record.upper, record.half_spaces, record.unknowns, record.chunks[:-1], record.boxes)
    assert tree.told(less, True) is None
    # without a list, boxes of known curvature are leaves
    short = tree.told(record, False)
    assert short is not None
    assert len(short.written()) < len(codes)


def test_hints_name_symmetries_roots_and_multiplicities() -> None:
    assert algebraic.real_roots([-2, 0, 1]) == pytest.approx([-(2**0.5), 2**0.5])
    objective = load("tanh-two-units")
    record = searched(objective)
    group = ss.symmetries(objective)
    assert group is not None
    rows = [tuple(int(c) for c in row) for row in record.half_spaces]
    from strictsaddle.symmetry.known import KnownSymmetries

    found = covering.symmetry_of(KnownSymmetries.of(objective).group, rows, record.unknowns)
    assert len(found["half_spaces"]) >= len(rows)
    refuted = ss.check(load("quartic"))
    assert next(witness.candidates(load("quartic"), refuted))["kind"] == "rational"


def test_a_verdict_without_its_evidence_has_no_certificate_at_hand() -> None:
    verdict = ss.check(load("double-well"), seed=1)
    assert verdict.certificate.at_hand == verdict.certificate.data
    bare = replace(verdict, evidence=(), certificate=None)
    assert certificate_of(load("double-well"), bare).at_hand is None
    with pytest.raises(NotYetError):
        write.definition_1(load("double-well"), bare, anew=False)
    assert write.definition_1(load("double-well"), bare) == verdict.certificate.data  # by the same route, asked again
    assert file.packed({"a": 1}, {}, {})[:2] == b"PK"


def changed(path: Path, change: Any) -> Path:
    """The certificate with its documents changed, and everything else in order."""
    found = read(path)
    documents = json.loads(json.dumps({"claim": found.claim, "proof": found.proof}))
    change(documents)
    other = path.with_name("other.zip")
    other.write_bytes(packed(documents["claim"], documents["proof"], found.blobs))
    return other


def test_a_point_dropped_doubled_moved_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    for name in ("himmelblau", "tanh-two-units"):
        path = tmp_path / f"{name}.zip"
        assert certified(load(name), path).valid

        def dropped(d: Any) -> None:
            d["claim"]["stationary"].pop()

        def doubled(d: Any) -> None:
            d["claim"]["stationary"].append(d["claim"]["stationary"][0])

        def moved(d: Any) -> None:
            for side in d["claim"]["stationary"][0]["box"]:
                side[0] += 1e-6
                side[1] += 1e-6

        def turned(d: Any) -> None:
            point = d["claim"]["stationary"][0]
            point["index"] = 1 - point["index"]

        def invented(d: Any) -> None:
            box = [[side[0] + 0.01, side[1] + 0.01] for side in d["claim"]["stationary"][0]["box"]]
            d["claim"]["stationary"].append({"box": box, "index": 0, "nullity": 0})

        for change in (dropped, doubled, moved, turned, invented):
            assert strictsaddle_proofs.verify(changed(path, change)).valid is False, (name, change)


def test_a_stronger_claim_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "proof.zip"
    assert certified(load("rastrigin"), path).valid

    def everywhere(d: Any) -> None:
        d["claim"]["objective"]["domain"] = {"kind": "euclidean"}
        d["claim"]["scope"] = "global"

    def larger(d: Any) -> None:
        d["claim"]["objective"]["domain"]["bounds"][0][1] = "6"

    def another(d: Any) -> None:
        d["claim"]["objective"]["expression"] += " + x/100"

    for change in (everywhere, larger, another):
        assert strictsaddle_proofs.verify(changed(path, change)).valid is False, change


@pytest.mark.parametrize("name", ["tensor-component", "rayleigh-quotient", "tensor-eq5", "double-well", "himmelblau"])
def test_coverings_of_polynomials_and_of_spheres(name: str, tmp_path: Path) -> None:
    found = certified(load(name), tmp_path / "proof.zip", method="interval")
    assert found.valid is True, found.reason
    assert found.proof == "interval"


def test_a_chart_that_is_missing_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "proof.zip"
    assert certified(load("tensor-eq5"), path, method="interval").valid
    assert charts.__doc__
    assert len(read(path).proof["charts"]) < 16  # one of each orbit

    def without_symmetry(d: Any) -> None:
        d["proof"]["maps"] = []

    def one_less(d: Any) -> None:
        d["proof"]["charts"].pop()

    def half(d: Any) -> None:
        d["proof"]["charts"][0]["root"][0] = [0.5, 1.0]

    for change in (without_symmetry, one_less, half):
        assert strictsaddle_proofs.verify(changed(path, change)).valid is False, change


@pytest.mark.parametrize(
    ("name", "values", "lemma"),
    [
        ("double-well", ("1/4", "1/4", "1/50", "1/10"), "boxes"),
        ("double-well", ("1/4", "1/4", "1/2", "3/20"), "violation"),
        ("tanh-two-units", ("1/1000", "1/1000", "1/1000", "1/100"), "violation"),
        ("himmelblau", ("1", "1", "1/100", "1/10"), "boxes"),
    ],
)
def test_constants(name: str, values: tuple[str, ...], lemma: str, tmp_path: Path) -> None:
    path, objective = tmp_path / "proof.zip", load(name)
    names = ("alpha", "gamma", "epsilon", "delta")
    verdict = ss.constants(objective, **dict(zip(names, values, strict=True)), seed=1)  # type: ignore[arg-type]
    verdict.certificate.write(path)
    found = strictsaddle_proofs.verify(path)
    assert found.valid is True, found.reason
    assert lemma in {entry["type"] for entry in found.lemmas}
    claimed = certificate.claim_of(objective, verdict)
    assert claimed is not None
    assert claimed["constants"] == dict(zip(names, values, strict=True))

    def stronger(name: str, factor: int) -> Any:
        def change(d: Any) -> None:
            d["claim"]["constants"][name] = str(Fraction(d["claim"]["constants"][name]) * factor)

        return change

    if lemma == "boxes":
        for one in names[:3]:
            assert strictsaddle_proofs.verify(changed(path, stronger(one, 1000))).valid is False, one
    else:
        assert strictsaddle_proofs.verify(changed(path, stronger("epsilon", 0))).valid is False

        def weaker(d: Any) -> None:
            d["claim"]["constants"]["epsilon"] = "1/100000000"

        assert strictsaddle_proofs.verify(changed(path, weaker)).valid is False


@pytest.mark.parametrize("name", ["mexican-hat", "examples/iris-two-units-equal-ridge.toml"])
def test_a_refutation_says_what_holds_modulo_symmetry(name: str, tmp_path: Path) -> None:
    path, root = tmp_path / "proof.zip", Path(__file__).resolve().parents[2]
    found = certified(load(str(root / name) if name.endswith(".toml") else name), path)
    assert found.valid is True, found.reason
    assert found.claim["modulo_symmetry"] == "strict_saddle"
    assert "modulo symmetry" in {lemma["type"] for lemma in found.lemmas}
    assert modulo.SECONDS > 0


def test_a_stationary_point_on_the_border_of_a_box(tmp_path: Path) -> None:
    """(-3, -7/6) lies on the face x = -3."""
    formula = "-2*y**2 - 2*y**3 + 7/6*x*y + x*y**2"
    for low, count in (("-3", 1), ("-29/10", 0)):
        domain = ss.Box((Fraction(low), Fraction(-2)), (Fraction(-1, 6), Fraction(-1)))
        found = certified(ss.Objective("f", "x y", formula, domain=domain), tmp_path / "proof.zip")
        assert found.valid is True, found.reason
        assert len(found.claim["stationary"]) == count


@pytest.mark.parametrize(
    "formula",
    [
        "x*atan(x) + y^2",
        "x*erf(x) + y^2",
        "log(cosh(x-40)) + y^2 + x/2",
        "x^2*(1 + y^2) + exp(y) - y",
        "3/4*x**2 + y**2/4 - 14/5*log(1 + 9/4*y**2) + 14/5*log(1 + (3/2*y - 2*x)**2)",  # charts at infinity
        "atan(x)^2 + atan(y-x)^2",  # a sum of two components
        "x/(1 + exp(-x)) + 0*y + y^2",  # exponentials
    ],
)
def test_what_the_checker_cannot_know_of_far_out_is_not_written_down(formula: str, tmp_path: Path) -> None:
    verdict = ss.check(ss.Objective("f", "x y", formula), workers=1, budget=20)
    assert verdict.definition_1.verdict == "strict_saddle", verdict.definition_1.reason
    try:
        verdict.certificate.write(tmp_path / "proof.zip")
    except NotYetError:
        return
    assert strictsaddle_proofs.verify(tmp_path / "proof.zip").valid
