"""The search: examine, see why it fails, try what suits from the smallest strength on, certify, price, rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil

from strictsaddle.definition_1 import check
from strictsaddle.errors import NotYetError
from strictsaddle.execution.budget import Budget, Stopwatch
from strictsaddle.execution.options import Options
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Listener, Progress, Ready, silent
from strictsaddle.records.finding import NOTHING_LISTED
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import Definition1, Resources, Verdict
from strictsaddle.reformulation import price as prices
from strictsaddle.reformulation.catalogue import Modification, added, named, suitable, with_ridges
from strictsaddle.reformulation.diagnosis import Diagnosis, diagnose
from strictsaddle.reformulation.penalties import combination
from strictsaddle.reformulation.random_ridge import draw as drawn
from strictsaddle.reformulation.records import Candidate, Price, Reformulation
from strictsaddle.routes.route import Case
from strictsaddle.symmetry.continuous.fields import ContinuousSymmetries
from strictsaddle.symmetry.discrete.signed_permutations import trivial_group
from strictsaddle.symmetry.known import KnownSymmetries
from strictsaddle.version import VERSIONS

SHARE_OF_FIRST, LONGEST_FIRST = 0.2, 60.0  # of the time, for the original
SHARE_OF_ONE, LONGEST_OF_ONE = 0.2, 30.0  # of the time that is left, for a candidate
SHARE_OF_CONSTANTS, LONGEST_OF_CONSTANTS = 0.25, 20.0
MOST_WITH_CONSTANTS = 8
ROW_OF_DRAW = "own ridge, drawn"
HALVINGS = 3  # between a strength that is not certified and the next that is
ALMOST_EVERY = (
    "for almost every choice of a ridge for each unknown no stationary point is degenerate (Theorem A; the exceptional "
    "ones have measure 0). "
    "That is no proof about one choice"
)


def search(
    objective: Objective,
    *,
    modifications: Sequence[str] | None = None,
    draw: bool = False,
    options: Options = Options(),  # noqa: B008  # frozen
    listener: Listener = silent,
) -> Reformulation:
    """See `reformulate`."""
    rows = named(modifications)
    listener(Ready())
    watch, budget = Stopwatch(), options.started()
    if draw:
        return _drawn(objective, options, watch)
    listener(Progress("examining the objective as it stands", 0.0))
    first = _limited(options, budget, SHARE_OF_FIRST, LONGEST_FIRST)
    original = check.examine(objective, first)
    try:
        symmetry = Case(objective).symmetry
    except NotYetError:  # equalities
        symmetry = _no_symmetry(objective)
    found = diagnose(objective, original, symmetry)
    if "none" in found.causes and modifications is None:
        return Reformulation(original, found.causes, found.words, (), (), round(watch.seconds, 3))
    certified, refused = _tried(found, rows, modifications is not None, options, budget, listener, watch)
    certified = prices.with_balanced_infimum(objective, original, symmetry, certified)
    ranked = rank(_with_constants(rank(certified), options, budget, listener, watch))
    remark = "" if ranked else f"Nothing of the catalogue was certified; {ALMOST_EVERY}."
    return Reformulation(
        original, found.causes, found.words, tuple(ranked), tuple(refused), round(watch.seconds, 3), remark
    )


def out_of_time(objective: Objective, why: str, seconds: float) -> Reformulation:
    """The answer where nothing is known."""
    words = f"{why[:1].upper()}{why[1:]}."
    return Reformulation(
        _unexamined(objective, why), ("undecided",), words, (), (), seconds, "Allow more with --budget."
    )


def _unexamined(objective: Objective, why: str) -> Verdict:
    unknown = Definition1("undecided", objective.domain.scope, "none", why)
    return Verdict(objective.to_dict(), unknown, NOTHING_LISTED, Resources("none", 0.0), VERSIONS)


def _no_symmetry(objective: Objective) -> KnownSymmetries:
    none = ContinuousSymmetries(objective.dimension, (), (), "unknown")
    return KnownSymmetries(objective, trivial_group(objective), none, none)


def _limited(options: Options, budget: Budget, share: float, longest: float) -> Options:
    """The options of one check: a share of the time that is left."""
    left = budget.left()
    seconds = longest if left is None else max(0.05, min(longest, share * left))
    return replace(options, budget=seconds, checkpoint=None)


def _tried(found: Diagnosis, rows: Sequence[Modification], asked: bool, options: Options, budget: Budget, tell: Listener,
           watch: Stopwatch) -> tuple[list[Candidate], list[Candidate]]:  # fmt: skip
    """All candidates, certified or not; where a strength fails and the next one doesn't, the least that is certified by bisection."""
    certified: list[Candidate] = []
    refused: list[Candidate] = []
    failed: dict[str, Fraction] = {}
    for row, strength, objective in suitable(found, rows, asked):
        if budget.is_over:
            break
        tell(Progress(f"trying {row.name}, strength {strength}", watch.seconds, found=len(certified)))
        one = _candidate(found, row, strength, objective, options, budget)
        if not one.certified:
            refused.append(one)
            if one.answer == "not_strict_saddle":
                failed[row.name] = strength
            continue
        certified.append(one)
        below = failed.pop(row.name, None)
        if below is not None:
            certified += _bisected(found, row, below, strength, options, budget)
    return certified, refused


def _bisected(
    found: Diagnosis, row: Modification, low: Fraction, high: Fraction, options: Options, budget: Budget
) -> list[Candidate]:
    """Smaller certified strengths between one that is refuted and one that is certified: the last of them."""
    best: list[Candidate] = []
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        objective = row.build(found, middle)
        if objective is None or budget.is_over:
            break
        one = _candidate(found, row, middle, objective, options, budget)
        if one.certified:
            best, high = [one], middle
        else:
            low = middle
    return best


def _candidate(
    found: Diagnosis, row: Modification, strength: Fraction, objective: Objective, options: Options, budget: Budget
) -> Candidate:
    verdict = check.examine(objective, _limited(options, budget, SHARE_OF_ONE, LONGEST_OF_ONE))
    answer = verdict.definition_1
    cost = prices.price(found.objective, found.verdict, verdict, found.symmetry.group.order)
    kind, reason = answer.verdict, answer.reason
    if kind == "strict_saddle" and (why := _nothing_to_minimise(verdict)):
        kind, reason = "undecided", f"{reason}; but {why}, so that it is no objective to minimise"
    strengths = {
        key: str(value) for key, value in objective.parameters.items() if key not in found.objective.parameters
    } or {"strength": str(strength)}
    proof = answer.proof if kind == answer.verdict else "none"
    words = row.words if kind != "strict_saddle" else f"{row.words}; {row.reason}"
    return Candidate(
        f"{row.name}, {strength}", row.name, words, strengths, objective, verdict, kind, proof, cost, reason=reason
    )


def _nothing_to_minimise(verdict: Verdict) -> str:
    """Why there is no minimiser, where that is known; else empty."""
    least = verdict.minimum
    if least is not None and least.bounded_below is False:
        return "it is unbounded below"
    if least is not None and least.attained is False:
        return "its infimum is not attained"
    stationary = verdict.stationary
    none = stationary.minima_complete and not stationary.continua and not stationary.counts["local_minimum"]
    return "it has no local minimum" if none else ""


def _with_constants(
    candidates: Sequence[Candidate], options: Options, budget: Budget, tell: Listener, watch: Stopwatch
) -> list[Candidate]:
    """Constants of Definition 2 for the first of them, as time allows."""
    result = list(candidates)
    for place, one in enumerate(result[:MOST_WITH_CONSTANTS]):
        if budget.is_over or one.verdict is None:
            break
        tell(Progress(f"constants of {one.name}", watch.seconds, found=len(candidates)))
        limits = _limited(options, budget, SHARE_OF_CONSTANTS, LONGEST_OF_CONSTANTS)
        result[place] = replace(one, price=prices.with_constants(one.price, one.objective, limits))
    return result


def rank(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those that no other one is better than in everything first (`pareto`); among these and among the others by
    whether a minimiser exists, spurious minima, excess loss, curvature."""
    measured = [_measures(one) for one in candidates]
    front = [not any(_dominates(b, a) for b in measured) for a in measured]
    marked = [replace(one, pareto=on) for one, on in zip(candidates, front, strict=True)]
    return [
        one
        for _, one in sorted(
            zip(measured, marked, strict=True), key=lambda pair: (not pair[1].pareto, _order(pair[0]), pair[1].name)
        )
    ]


def _measures(one: Candidate) -> tuple[float, float, float, float, float]:
    """Whether a minimiser is not known to exist, excess, spurious minima, minus the least curvature at stationary points, symmetry lost:
    all the smaller the better."""
    p = one.price
    least = None if one.verdict is None else one.verdict.minimum
    open_end = 0.0 if least is not None and least.attained else 1.0
    curvature = min((side.low for side in (p.least_alpha, p.least_gamma) if isinstance(side, Interval)), default=0.0)
    lost = 1.0 if p.symmetry is None else p.symmetry[0] / max(1, p.symmetry[1])
    excess = float("inf") if p.excess is None else p.excess.high if p.excess.high > 1e-12 else 0.0
    return open_end, excess, float("inf") if p.spurious_minima is None else float(p.spurious_minima), -curvature, lost


def _order(measures: tuple[float, float, float, float, float]) -> tuple[float, ...]:
    open_end, excess, spurious, curvature, lost = measures
    # a loss of a thousandth is not told from none where curvature is at stake
    return (open_end, spurious, float(ceil(min(excess, 1e6) * 1000)), curvature, lost)


def _dominates(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return all(x <= y for x, y in zip(a, b, strict=True)) and a != b


def _drawn(objective: Objective, options: Options, watch: Stopwatch) -> Reformulation:
    """Ridges drawn at random, with a bound of the risk; nothing is enumerated."""
    draw = drawn(objective, options.seed)
    if objective.network is not None:
        made: Objective | None = with_ridges(objective, draw.ridges)
    else:
        terms = combination([(c, f"{name}**2") for c, name in zip(draw.ridges, objective.variables, strict=True)])
        made = added(objective, ("ridge", Fraction(1), terms))
    assert made is not None
    risk = f"2^{draw.risk:.1f}"
    why = (f"each ridge was drawn uniformly from 2^{draw.bits} numbers; the probability that some stationary point is "
           f"degenerate is at most {risk}. "
           "The statement is about the draw, and not about these numbers")  # fmt: skip
    original = _unexamined(objective, "it was not examined: ridges were drawn without a search")
    names = dict(zip((f"ridge {name}" for name in objective.variables), map(str, draw.ridges), strict=True))
    words = "a ridge of its own for each unknown, drawn at random"
    one = Candidate(
        ROW_OF_DRAW, ROW_OF_DRAW, words, names, made, None, "strict_saddle", "random", Price(), True, why, risk
    )
    return Reformulation(original, ("undecided",), why, (one,), (), round(watch.seconds, 3))
