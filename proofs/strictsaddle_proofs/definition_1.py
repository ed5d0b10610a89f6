"""Definition 1: every stationary point of the domain is a minimum with positive definite Hessian, or has a negative eigenvalue."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Any

import numpy as np

from strictsaddle_proofs import algebraic, infinity, modulo, witness
from strictsaddle_proofs.balls import Derivatives, precision
from strictsaddle_proofs.box_tests import GREATEST
from strictsaddle_proofs.container import Certificate
from strictsaddle_proofs.covering import OUTSIDE, POINT, Covering, close_all, uniqueness
from strictsaddle_proofs.errors import Unchecked, require
from strictsaddle_proofs.expression import Formulas
from strictsaddle_proofs.intervals import Array
from strictsaddle_proofs.network import reduced
from strictsaddle_proofs.objective import Objective
from strictsaddle_proofs.points import Claimed, claimed, lies_inside, simple_point
from strictsaddle_proofs.run import Run
from strictsaddle_proofs.symmetry import Map, half_spaces, leaves, signed_permutation


def check(objective: Objective, certificate: Certificate, run: Run) -> None:
    """Check the claim's verdict. Raises Refused or Unchecked."""
    claim, proof = certificate.claim, certificate.proof
    if claim["verdict"] == "not_strict_saddle":
        require(claim.get("stationary") is None, "a list beside a refutation is not checked", "claim")
        require(proof.get("lemma") == "witness", "a refutation needs a witness", "proof")
        box = claimed([{"box": claim.get("witness"), "index": 0, "nullity": 1}], objective.dimension)[0]
        with run.lemma("witness"):
            label, point = witness.check(objective, proof)
            require(box.holds(point), "the witness is not where the claim says", "witness")
        run.weaken(label)
        if claim.get("modulo_symmetry") is not None:
            require(claim["modulo_symmetry"] == "strict_saddle", "an answer that is not known here", "claim")
            with run.lemma("modulo symmetry"):
                label = modulo.check(objective, proof.get("modulo"))
            run.weaken(label)
        return
    require(claim.get("modulo_symmetry") is None, "it follows from the verdict", "claim")
    require(claim["verdict"] == "strict_saddle", "a verdict that is not known here", "claim")
    require(claim.get("witness") is None, "a witness beside a proof", "claim")
    given = claim.get("stationary")
    points = None if given is None else claimed(given, objective.dimension)
    require(points is None or all(p.is_good for p in points), "a listed point refutes the verdict", "claim")
    lemma = proof.get("lemma")
    if lemma == "ascent":
        require(points == [], "a list of points where there is none", "claim")
        with run.lemma("ascent"):
            infinity.ascent(objective, proof.get("direction"))
        run.weaken("exact")
    elif lemma == "algebraic":
        require(points is not None, "no list of points", "claim")
        with run.lemma("complex zeros") as count:
            label = algebraic.check(objective, proof, points or [], count)
        run.weaken(label)
    elif lemma == "charts":
        from strictsaddle_proofs import spheres

        require(points is None, "a list of points is not checked in charts", "claim")
        spheres.check(objective, certificate, proof, run)
    elif lemma == "covering":
        covering(objective, certificate, proof, points, run)
    else:
        raise Unchecked(f"a lemma that is not known here: {lemma!r}")


def covering(
    objective: Objective, certificate: Certificate, proof: dict[str, Any], points: list[Claimed] | None, run: Run
) -> None:
    """By a covering of a box, outside of which nothing is stationary, up to symmetry, in some of the unknowns."""
    run.weaken("interval")
    enclosures: list[list[Any]] = []
    if points is not None:
        with run.lemma("points") as count:
            for number, point in enumerate(points):
                enclosures.append(simple_point(objective, point, f"stationary[{number}]"))
                inside = lies_inside(objective, objective.derivatives, point, enclosures[-1])
                require(inside, "a listed point is not proved to be in the domain", f"stationary[{number}]")
                count(number + 1)
    with run.lemma("symmetry"):
        rows = half_spaces_of(objective, proof, points, enclosures)
    root = root_of(proof.get("root"))
    derivatives, kept = objective.derivatives, list(range(objective.dimension))
    if proof.get("eliminated"):
        with run.lemma("output elimination"):
            require(objective.network is not None and not objective.bounds, "no output layer to eliminate", "proof")
            derivatives, kept = eliminated(objective)
    require(len(root[0]) == len(kept), "the box has other unknowns", "proof")
    with run.lemma("outside"):
        whole_low, whole_high = np.full(objective.dimension, -np.inf), np.full(objective.dimension, np.inf)
        whole_low[kept], whole_high[kept] = root
        energy = infinity.require_outside(objective, proof.get("outside"), whole_low, whole_high)
    others = [k for k in range(objective.dimension) if k not in kept]
    require(not rows[:, others].any(), "a half-space in unknowns that are eliminated", "symmetry")
    homes = [(point.low[kept], point.high[kept]) for point in points or []]
    if others:
        with run.lemma("unique zeros") as count, precision(128):
            uniqueness(derivatives, homes)
            count(len(homes))
    boxes: Array = np.array(homes).reshape(len(homes), 2, len(kept))
    given: Any = proof.get("block", [])
    require(isinstance(given, list) and all(type(k) is int for k in given), "a block", "proof")
    block = np.array(given, dtype=np.int64)
    require(np.all((block >= 0) & (block < len(kept))) and len(set(block.tolist())) == len(block), "a block", "proof")
    question = Covering(derivatives, rows[:, kept], None if others else energy, boxes, points is not None, block)
    codes = certificate.blob(proof.get("tree"))
    close(question, root, codes, proof.get("batch"), run)


def half_spaces_of(
    objective: Objective, proof: dict[str, Any], points: list[Claimed] | None, enclosures: list[list[Any]]
) -> Array:
    """The half-spaces that the proof stays in, by symmetries under which the list of points, if there is one, is closed. Raises Refused."""
    given = proof.get("symmetry", {"maps": [], "order": [], "half_spaces": []})
    maps = [signed_permutation(m, objective.dimension) for m in given["maps"]]
    for number, moved in enumerate(maps):
        where = f"symmetry[{number}]"
        require(leaves(objective.formulas, objective.node, moved), "not a symmetry of the objective", where)
        require(_keeps_domain(objective, moved), "not a symmetry of the domain", where)
        require(points is None or _closed(points, enclosures, moved), "the list is not closed under a symmetry", where)
    return half_spaces(given["half_spaces"], given["order"], maps, objective.dimension)


def close(question: Covering, root: tuple[Array, Array], codes: bytes, batch: Any, run: Run) -> None:
    """Close every leaf of the tree, in the run's processes."""
    require(type(batch) is int, "a batch", "proof")
    told = np.frombuffer(codes, dtype=np.uint8)
    leaves = int(((told >= OUTSIDE) & (told <= POINT)).sum())
    with run.lemma("boxes") as count, run.processes(question, leaves) as pool:
        boxes, audited = close_all(
            question.leaves(root, codes, batch), question.together, work_in(question, pool), pool, count
        )
        count(boxes)
    run.note("boxes looked at again in balls", audited)


_QUESTION: Covering | None = None


def hold(question: Covering) -> None:
    """In a worker process: the question that its tasks are about."""
    global _QUESTION
    _QUESTION = question


def work_in(question: Covering, pool: Executor | None) -> Any:
    if pool is not None:
        return _work
    hold(question)
    return _work


def _work(low: Array, high: Array, code: Array) -> tuple[int, int]:
    assert _QUESTION is not None
    used = _QUESTION.close(low, high, code)
    return used, _QUESTION.audit(low, high, int.from_bytes(low.tobytes()[:7], "little"))


def eliminated(objective: Objective) -> tuple[Derivatives, list[int]]:
    """The loss minimised over the output layer, and the unknowns that are left."""
    assert objective.network is not None
    layers = len(objective.network.widths) - 1
    formulas = Formulas(objective.dimension - len(objective.network.parameters(layers)))
    node, kept = reduced(objective.network, formulas)
    return Derivatives(formulas, node), kept


def root_of(given: Any) -> tuple[Array, Array]:
    require(
        isinstance(given, list) and given and all(isinstance(s, list) and len(s) == 2 for s in given), "no box", "proof"
    )
    require(all(type(x) in (int, float) for s in given for x in s), "no box", "proof")
    low, high = (np.array([float(s[k]) for s in given]) for k in (0, 1))
    require(
        np.all(np.abs(low) <= GREATEST) and np.all(np.abs(high) <= GREATEST) and np.all(low <= high), "no box", "proof"
    )
    return low, high


def _keeps_domain(objective: Objective, moved: Map) -> bool:
    if objective.bounds is None:
        return not objective.groups
    for (low, high), (j, s) in zip(objective.bounds, moved, strict=True):
        a, b = objective.bounds[j]
        if (low, high) != ((a, b) if s > 0 else (-b, -a)):
            return False
    return True


def _closed(points: list[Claimed], enclosures: list[list[Any]], moved: Map) -> bool:
    """Whether each listed point is mapped to a listed point: its image is stationary, and lies in a box that holds one stationary point."""
    lows, highs = (np.array([getattr(p, side) for p in points]).reshape(len(points), -1) for side in ("low", "high"))
    for enclosure in enclosures:
        image = [enclosure[j] if s > 0 else -enclosure[j] for j, s in moved]
        middle = np.array([float(x.mid()) for x in image])
        near = np.flatnonzero(np.all((lows <= middle) & (middle <= highs), axis=1))
        if not any(points[k].holds(image) for k in near):
            return False
    return True
