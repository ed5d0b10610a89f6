"""The line of a polynomial's parameter, cut exactly: candidates by elimination, one list for each piece between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from strictsaddle.arithmetic.exact import fraction
from strictsaddle.arithmetic.tape import outward
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import Contradiction, EngineError
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.options import Options
from strictsaddle.families.at_cut import AtCandidate, at_irrational
from strictsaddle.families.candidates import Candidate, Candidates, candidates, joint_system
from strictsaddle.families.lists import At, examined
from strictsaddle.objective.family import Family, simplest_between
from strictsaddle.records.events import Listener, Progress
from strictsaddle.records.sweep import Cut, Piece, Why
from strictsaddle.records.terms import Interval, Proof, weakest

SHARE_OF_ELIMINATION = 0.4


@dataclass(frozen=True)
class _Mark:
    """A candidate with what holds at it."""

    candidate: Candidate
    at: AtCandidate
    counts: dict[str, int] | None


def cut_line(
    family: Family, options: Options, budget: Budget, tell: Listener
) -> tuple[tuple[Piece, ...], tuple[Cut, ...]] | None:
    """Pieces and cuts; None where the formula is no polynomial, or elimination does not end in time."""
    system = joint_system(family)
    if system is None or family.domain.where or family.domain.groups or family.domain.equations:
        return None
    tell(Progress("eliminating the unknowns", 0.0))
    try:
        found = candidates(family, system, budget.share(SHARE_OF_ELIMINATION))
    except EngineError:
        return None
    if found is None:
        return None
    return _Line(family, system, found, options, budget, tell).cut()


class _Line:
    def __init__(self, family: Family, system: PolynomialSystem, found: Candidates, options: Options, budget: Budget,
                 tell: Listener) -> None:  # fmt: skip
        self.family, self.system, self.found = family, system, found
        self.options, self.budget, self.tell = options, budget, tell
        (self.parameter,) = family.parameters
        self.left = 2 * len(found.every) + 1  # checks that are still to be made

    def cut(self) -> tuple[tuple[Piece, ...], tuple[Cut, ...]]:
        ends = [*self.found.every]
        pieces: list[Piece | None] = []
        borders: list[Candidate | None] = [None, *ends, None]
        for before, after in pairwise(borders):
            pieces.append(self._piece(before, after))
        marks = [self._mark(candidate) for candidate in ends]
        return self._merged(pieces, marks)

    def _check(self, value: Fraction) -> At:
        self.left = max(1, self.left - 1)
        share = self.budget.share(1.0 / (self.left + 1))
        return examined(self.family, {self.parameter.name: value}, self.options, share, self.tell)

    def _piece(self, before: Candidate | None, after: Candidate | None) -> Piece | None:
        """Between two candidates, or a candidate and an end of the range; None where there is nothing between."""
        low = self.parameter.low if before is None else before.high
        high = self.parameter.high if after is None else after.low
        if low >= high:
            return None
        at = self._check(simplest_between(low, high))
        if at.verdict.definition_1.verdict == "not_strict_saddle":
            raise Contradiction(f"{self.parameter.name} = {at.values[self.parameter.name]} is refuted and proved")
        counts = at.counts if self.found.bounded else None
        proof: Proof = self.found.proof
        if counts is not None and self.found.proof_of_lists is not None:
            proof = weakest(proof, self.found.proof_of_lists, at.verdict.definition_1.proof)
        reason = "no stationary point is degenerate for any value in the piece"
        reason += "; the list at one value holds for all" if counts is not None else ""
        return Piece(
            enclosure(before, self.parameter.low), enclosure(after, self.parameter.high), "strict_saddle", counts, proof, reason,
            str(at.values[self.parameter.name]), at.verdict.stationary.isolated,
        )  # fmt: skip

    def _mark(self, candidate: Candidate) -> _Mark:
        if candidate.exact is None:
            try:
                return _Mark(
                    candidate,
                    at_irrational(self.system, self.family, candidate, self.budget.share(0.5)),
                    None,
                )
            except EngineError as error:
                return _Mark(candidate, AtCandidate("undecided", "none", error.what, None), None)
        at = self._check(fraction(candidate.exact))
        answer = at.verdict.definition_1
        stationary = at.verdict.stationary
        singular = bool(stationary.continua) or any(point.nullity for point in stationary.isolated)
        known = True if singular else None if at.counts is None else False
        counts = None if at.counts is None else dict(at.counts)
        return _Mark(candidate, AtCandidate(answer.verdict, answer.proof, answer.reason, known, answer.witness), counts)

    def _merged(
        self, pieces: Sequence[Piece | None], marks: Sequence[_Mark]
    ) -> tuple[tuple[Piece, ...], tuple[Cut, ...]]:
        """Without the candidates at which nothing changes: the same verdict and list on both sides and at the value itself."""
        kept: list[Piece] = []
        cuts: list[Cut] = []
        current = pieces[0]
        for mark, following in zip(marks, pieces[1:], strict=True):
            if current is not None and following is not None and self._nothing_changes(current, mark, following):
                proof = weakest(current.proof, mark.at.proof, following.proof)
                current = Piece(current.low, following.high, current.verdict, current.counts, proof, current.reason, current.at,
                                current.points)  # fmt: skip
                continue
            if current is not None:
                kept.append(current)
            cuts.append(self._cut(mark))
            current = following
        if current is not None:
            kept.append(current)
        return tuple(kept), tuple(cuts)

    def _nothing_changes(self, before: Piece, mark: _Mark, after: Piece) -> bool:
        if mark.at.verdict != "strict_saddle" or mark.at.degenerate is not False:
            return False
        same = before.counts == after.counts
        if mark.candidate.exact is not None:
            return same and before.counts is not None and mark.counts == before.counts
        if mark.candidate.causes != {"degenerate"}:
            return False
        # no real point is degenerate: the line's covering by branches goes on across the value
        if not same and before.counts is not None and after.counts is not None:
            raise Contradiction(f"{self.parameter.name}: the list changes where nothing is degenerate")
        return True

    def _cut(self, mark: _Mark) -> Cut:
        candidate = mark.candidate
        exact = candidate.exact
        polynomial = None if exact is not None else str(candidate.factor).replace("x", self.parameter.name)
        return Cut(enclosure(candidate, Fraction(0)), None if exact is None else str(fraction(exact)), _why(mark), mark.at.verdict,
                   mark.at.proof, mark.at.reason, polynomial, mark.at.witness, mark.counts,
                   None if mark.at.verdict != "not_strict_saddle" else str(fraction(exact)) if exact is not None else polynomial,
                   mark.at.proof if mark.at.verdict == "not_strict_saddle" else "none")  # fmt: skip


def _why(mark: _Mark) -> Why:
    """What happens there, as far as it is known."""
    if mark.at.degenerate or mark.at.witness is not None:
        return "degenerate"
    if "infinity" in mark.candidate.causes:
        return "infinity"
    return "boundary" if "boundary" in mark.candidate.causes else "undecided"


def enclosure(candidate: Candidate | None, end: Fraction) -> Interval:
    """The candidate, or the end of the range where there is none, as doubles."""
    low, high = (end, end) if candidate is None else (candidate.low, candidate.high)
    return Interval(outward(low)[0], outward(high)[1])
