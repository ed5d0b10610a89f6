"""Whether a certificate proves its claim: one way to "valid", everything else is "invalid" with the place, or "not checked" with the
reason."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strictsaddle_proofs.container import Certificate, read
from strictsaddle_proofs.errors import Refused, Unchecked, require
from strictsaddle_proofs.objective import Objective
from strictsaddle_proofs.run import Progress, Run

SCHEMA = "strictsaddle/verification/1"
CLAIM = "strictsaddle/claim/1"
COMMON = {"schema", "definition", "objective", "verdict", "scope"}
KEYS = {
    "1": COMMON | {"stationary", "witness", "modulo_symmetry"},
    "2": COMMON | {"constants"},
}  # nothing stands in a claim that is not checked


@dataclass(frozen=True)
class Verification:
    """`valid`: True, False, or None where the checker has no lemma for a step. `proof`: how the claim is proved, by the weakest step.
    `rests_on`: what is believed. `reason`: a sentence."""

    valid: bool | None
    claim: dict[str, Any]
    proof: str
    lemmas: tuple[dict[str, Any], ...]
    reason: str
    digest: str
    rests_on: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `verify`."""
        return {"schema": SCHEMA, "valid": self.valid, "claim": self.claim, "proof": self.proof, "lemmas": list(self.lemmas),
                "reason": self.reason, "digest": self.digest, "rests_on": self.rests_on}  # fmt: skip


def verify(path: str | Path, workers: int = 1, listener: Callable[[Progress], None] = lambda _: None) -> Verification:
    """Check the certificate in a file. Raises OSError where the file cannot be read; nothing else, whatever the file holds.

    workers: processes for large coverings. listener: is told of progress.
    """
    run = Run(workers, listener)
    certificate: Certificate | None = None
    try:
        certificate = read(path)
        _check(certificate, run)
    except Refused as why:
        return _answer(False, certificate, run, str(why))
    except Unchecked as why:
        return _answer(None, certificate, run, f"not checked: {why}")
    except MemoryError:
        return _answer(None, certificate, run, "not checked: out of memory")
    except BrokenProcessPool:
        return _answer(None, certificate, run, "not checked: a process ended in the middle of it")
    except OSError:
        raise
    except Exception as error:  # a document of another shape than FORMAT.md says: "valid" was not reached
        return _answer(False, certificate, run, f"malformed: {type(error).__name__}: {error}")
    return _answer(True, certificate, run, "every step was checked")


def _check(certificate: Certificate, run: Run) -> None:
    from strictsaddle_proofs import definition_1, definition_2

    claim = certificate.claim
    definition = claim.get("definition")
    if definition not in KEYS:
        raise Unchecked(f"a definition that is not known here: {definition!r}")
    require(claim.get("schema") == CLAIM and set(claim) == KEYS[definition], "not a claim of this format", "claim")
    with run.lemma("derivation"):
        objective = Objective.of(claim.get("objective"))
        objective.derivatives  # noqa: B018  # differentiated once, and timed
    require(claim.get("scope") == objective.scope, "a scope that is not the domain's", "claim")
    (definition_1 if definition == "1" else definition_2).check(objective, certificate, run)


def _answer(valid: bool | None, certificate: Certificate | None, run: Run, reason: str) -> Verification:
    claim = {} if certificate is None else certificate.claim
    digest = "" if certificate is None else certificate.digest
    return Verification(
        valid, claim, run.proof if valid else "none", tuple(run.lemmas), reason, digest, rests_on(run.notes)
    )


def rests_on(notes: dict[str, int]) -> dict[str, Any]:
    """The checker's own lines, and the versions of what it imports."""
    import platform

    import flint
    import numpy

    lines = sum(len(path.read_text("utf-8").splitlines()) for path in Path(__file__).parent.glob("*.py"))
    return {
        "checker_lines": lines,
        "python": platform.python_version(),
        "python_flint": flint.__version__,
        "numpy": numpy.__version__,
        **notes,
    }
