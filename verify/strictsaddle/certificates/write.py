"""From a verdict with its evidence to a certificate: its bytes, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from strictsaddle.certificates import algebraic, charts, covering
from strictsaddle.certificates.claim import claim_of, widened
from strictsaddle.certificates.file import no_certificate, packed
from strictsaddle.certificates.witness import candidates
from strictsaddle.execution.budget import Budget, OutOfTime
from strictsaddle.execution.options import Options
from strictsaddle.formula.expansion import polynomial
from strictsaddle.objective.objective import Objective
from strictsaddle.records.evidence import Ascent, BoxTree, ComplexZeros, Count, Frame
from strictsaddle.records.terms import Interval

if TYPE_CHECKING:
    from strictsaddle.derive.polynomials import PolynomialSystem
    from strictsaddle.records.finding import Finding
    from strictsaddle.records.verdict import Verdict
    from strictsaddle.symmetry.discrete.signed_permutations import SignedPermutationGroup
    from strictsaddle_proofs.objective import Objective as Checked

SECONDS_ANEW = 60.0  # for another proof, where the one that decided has no lemma


def definition_1(objective: Objective, verdict: Verdict, *, anew: bool = True) -> bytes:
    """The bytes of a certificate of Definition 1's answer. Raises NotYetError where there is none. anew: whether other routes are asked
    where the one that decided has no lemma."""
    from strictsaddle.records.finding import Finding

    answer = verdict.definition_1
    if answer.verdict == "undecided":
        raise no_certificate("the verdict is undecided")
    if objective.domain.where:
        raise no_certificate("certificates know no conditions on a domain yet")
    if answer.verdict == "not_strict_saddle":
        return _refutation(objective, verdict)
    framed = any(isinstance(part, Frame) for part in verdict.evidence)
    known = Finding(answer, verdict.stationary, verdict.resources.engine, evidence=verdict.evidence)
    made = None if framed else _proof(objective, known)
    if made is None and anew:
        made = next(filter(None, (_proof(objective, finding) for finding in _anew(objective))), None)
    if made is None:
        raise no_certificate("its proof has steps that certificates do not know yet, and no other was found")
    return packed(*made)


Made = tuple[dict[str, Any], dict[str, Any], dict[str, bytes]]  # claim, proof and blobs


def _proof(objective: Objective, finding: Finding) -> Made | None:
    """A proof that every stationary point is good, from the evidence of a route; None where that is not enough."""
    if finding.definition_1.verdict != "strict_saddle":
        return None
    claim = partial(claim_of, objective, finding.definition_1, finding.stationary)
    for part in finding.evidence:
        if isinstance(part, Ascent):
            return claim(True), {"lemma": "ascent", "direction": [str(x) for x in part.direction]}, {}
    trees = [part for part in finding.evidence if isinstance(part, BoxTree)]
    if finding.engine == "exact":
        if (
            polynomial(objective.graph, objective.node, objective.dimension) is None
        ):  # algebraic gradients have no lemma
            return None
        zeros = [part for part in finding.evidence if isinstance(part, ComplexZeros)]
        if not zeros and finding.stationary.complete and not finding.stationary.isolated:
            zeros = [ComplexZeros((), ())]
        count = next((part for part in finding.evidence if isinstance(part, Count)), None)
        proof = algebraic.proof_of(_polynomials(objective), zeros[0], count) if zeros else None
        return None if proof is None else (claim(True), proof, {})
    if objective.domain.groups:
        on_spheres = charts.proof_of(objective, trees, _group(objective)) if trees else None
        return None if on_spheres is None else (claim(False), *on_spheres)
    if len(trees) != 1:
        return None
    listed = finding.stationary.complete and trees[0].listing
    found = covering.proof_of(objective, claim(listed)["objective"], trees[0], _group(objective), listed)
    return None if found is None else (claim(listed), *found)


def _group(objective: Objective) -> SignedPermutationGroup:
    from strictsaddle.symmetry.known import KnownSymmetries

    return KnownSymmetries.of(objective).group


def _anew(objective: Objective) -> Iterator[Finding]:
    """Findings of routes that have lemmas, where the one that decided has none: a count modulo primes, or other coordinates."""
    from strictsaddle.records.events import silent
    from strictsaddle.routes.exact.route import ExactRoute
    from strictsaddle.routes.interval.route import IntervalRoute
    from strictsaddle.routes.route import Case

    case = Case(objective, Options(method="interval"))
    interval = IntervalRoute(plain=True)
    routes = (interval,) if case.not_polynomial is not None else (ExactRoute(alone=True), interval)
    for route in routes:
        budget = Budget.of(SECONDS_ANEW)
        with budget.enforced():
            try:
                yield route.run(case, budget, silent)
            except OutOfTime:
                continue


def _polynomials(objective: Objective) -> PolynomialSystem:
    """The objective, or the Lagrangian of one on spheres."""
    from strictsaddle.derive.polynomials import system
    from strictsaddle.manifolds.riemannian import lagrangian

    if objective.domain.groups:
        return lagrangian(objective)
    return system(objective.graph, objective.node, objective.dimension)


def _refutation(objective: Objective, verdict: Verdict) -> bytes:
    from strictsaddle_proofs.errors import Refused, Unchecked
    from strictsaddle_proofs.objective import Objective as Checked
    from strictsaddle_proofs.witness import check

    claim = claim_of(objective, verdict.definition_1, verdict.stationary, False)
    target = Checked.of(claim["objective"])
    for proof in candidates(objective, verdict):
        try:
            _, point = check(target, proof)
        except (Refused, Unchecked):
            continue
        # near the verdict's, on the same continuum
        found = [Interval(float(x.lower()), float(x.upper())) for x in point]
        modulo = _modulo(objective, verdict, target)
        if modulo is not None:
            claim, proof = {**claim, "modulo_symmetry": "strict_saddle"}, {**proof, "modulo": modulo}
        return packed({**claim, "witness": widened(found)}, proof, {})
    raise no_certificate("certificates do not know this kind of witness yet")


def _modulo(objective: Objective, verdict: Verdict, target: Checked) -> dict[str, Any] | None:
    """The proof of the answer modulo symmetry, where it is that it holds, and the checker has lemmas for it."""
    from strictsaddle.certificates import modulo
    from strictsaddle.formula.expansion import NotPolynomial
    from strictsaddle.symmetry.known import KnownSymmetries
    from strictsaddle_proofs.errors import Refused, Unchecked
    from strictsaddle_proofs.modulo import check

    answer = verdict.modulo_symmetry
    if answer is None or answer.verdict != "strict_saddle" or not objective.domain.everything:
        return None
    try:
        proof = modulo.proof_of(objective, _polynomials(objective), KnownSymmetries.of(objective).fields)
        if proof is not None:
            check(target, proof)
    except (NotPolynomial, Refused, Unchecked):
        return None
    return proof
