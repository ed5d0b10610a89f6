"""What a verification found, in words, as a table, as JSON; and its progress."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

if TYPE_CHECKING:
    from strictsaddle.objective.objective import Objective
    from strictsaddle_proofs import Verification
    from strictsaddle_proofs.run import Progress

INTERVAL = 5.0  # seconds between lines of progress
WORDS = {"strict_saddle": "is strict-saddle", "not_strict_saddle": "is not strict-saddle"}
SHOWN = 300  # characters of a formula


def as_json(found: Verification) -> str:
    return json.dumps(found.to_dict(), indent=2, allow_nan=False) + "\n"


def text(found: Verification) -> str:
    """The claim in words, the table of lemmas, what the proof rests on, and the answer."""
    lines = [claim_in_words(found.claim), ""] if found.claim else []
    rows = [(lemma["type"], f"{lemma['count']:,}", f"{lemma['seconds']:.2f}") for lemma in found.lemmas]
    if rows:
        lines += [tabulate(rows, ["lemma", "count", "seconds"], colalign=("left", "right", "right")), ""]
    rests = dict(found.rests_on)
    lines.append(
        f"The proof rests on {rests.pop('checker_lines'):,} lines of strictsaddle_proofs, Python {rests.pop('python')}, "
        f"python-flint {rests.pop('python_flint')} and NumPy {rests.pop('numpy')}."
    )
    lines += [f"{key[0].upper()}{key[1:]}: {value:,}." for key, value in rests.items()]
    if found.valid:
        lines.append(f"VALID: every step was checked; the weakest is {found.proof}.")
    else:
        lines.append(f"INVALID: {found.reason}" if found.valid is False else f"NOT CHECKED: {found.reason}")
    return "\n".join(lines) + "\n"


def claim_in_words(claim: dict[str, Any]) -> str:
    """The claim as a sentence or two; of a malformed one what can be said."""
    try:
        return _sentences(claim)
    except (KeyError, TypeError, IndexError, AttributeError):
        return "The claim is not of the form that certificates have."


def _sentences(claim: dict[str, Any]) -> str:
    objective = claim["objective"]
    unknowns = ", ".join(objective["variables"][:12]) + (", ..." if len(objective["variables"]) > 12 else "")
    if "network" in objective:
        network = objective["network"]
        shape = "-".join(map(str, network["widths"]))
        kinds = ", ".join(network["activations"]) or "linear"
        what = f"The {network['loss']} loss of a {shape} network ({kinds}) on {len(network['inputs'])} rows"
    else:
        formula = objective["expression"]
        what = formula if len(formula) <= SHOWN else formula[:SHOWN] + " ..."
    domain = objective["domain"]
    where = {"euclidean": "for all real values", "box": "on a box", "manifold": "on unit spheres"}[domain["kind"]]
    lines = [f"Claim: {what}", f"in {unknowns}, {where}, {_answer(claim)}."]
    if claim.get("stationary") is not None:
        lines.append(_listed(claim["stationary"]))
    if claim.get("witness"):
        place = ", ".join(f"{0.5 * (low + high):.6g}" for low, high in claim["witness"])
        lines.append(f"Near ({place}) there is a stationary point with a singular Hessian and no negative eigenvalue.")
    if claim.get("modulo_symmetry"):
        lines.append("Modulo its continuous symmetry it is strict-saddle.")
    return "\n".join(lines)


def _answer(claim: dict[str, Any]) -> str:
    if claim["definition"] == "1":
        return WORDS.get(claim["verdict"], str(claim["verdict"]))
    numbers = ", ".join(f"{name} = {value}" for name, value in sorted(claim["constants"].items()))
    return f"{'is' if claim['verdict'] == 'holds' else 'is not'} strict-saddle with {numbers} (Definition 2)"


def _listed(points: list[dict[str, Any]]) -> str:
    if not points:
        return "It has no stationary point."
    minima = sum(p["index"] == 0 and p["nullity"] == 0 for p in points)
    count = f"{len(points)} stationary points" if len(points) > 1 else "one stationary point"
    return f"It has exactly {count}, {minima} of them local {'minimum' if minima == 1 else 'minima'}; the claim lists a box for each."


def compared(found: Verification, objective: Objective) -> Verification:
    """The same, invalid where the certificate is not about this objective."""
    from strictsaddle.certificates.claim import about

    if found.valid is False or found.claim.get("objective") == about(objective):
        return found
    return replace(found, valid=False, reason="the certificate is about another objective", proof="none")


@contextmanager
def progress(quiet: bool, tell: Callable[[str], None]) -> Iterator[Callable[[Progress], None]]:
    """A listener that tells a line now and then, with the time left where the size of the work is known."""
    last = 0.0

    def listen(event: Progress) -> None:
        nonlocal last
        if quiet or event.seconds - last < INTERVAL:
            return
        last = event.seconds
        left = ""
        if event.total and event.count:
            left = f", about {max(0.0, event.seconds * (event.total / event.count - 1)):.0f} s left"
        tell(f"checking {event.lemma}: {event.count:,} in {event.seconds:.0f} s{left}")

    yield listen
