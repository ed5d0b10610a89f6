"""What a failing test says: the claim, why it is false, and code that shows it; and the reports on disk."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from strictsaddle.errors import StrictSaddleError, visible_json
from strictsaddle.objective.domain import Box, Domain, Equalities, Euclidean, Spheres
from strictsaddle.objective.objective import Objective

LONGEST_CODE = 4000


def refuted(objective: Objective, record: Mapping[str, Any], settings: Mapping[str, Any], reason: str) -> str:
    """The message of a test whose objective is proved not to be strict-saddle."""
    proof = record["definition_1"]["proof"]
    modulo = " modulo its symmetry" if settings["modulo_symmetry"] else ""
    lines = [f"{objective.name} is not strict-saddle{modulo} (proof: {proof}).", reason, ""]
    witness = record["definition_1"]["witness"]
    lines += [
        "This code shows it:",
        "",
        *("    " + line for line in reproduction(objective, witness, bool(modulo)).splitlines()),
    ]
    return "\n".join(lines)


def undecided(record: Mapping[str, Any], settings: Mapping[str, Any], reason: str) -> str:
    """The message where nothing is proved either way."""
    question = "strict-saddle modulo symmetry" if settings["modulo_symmetry"] else "strict-saddle"
    return f"{record['objective']['name']}: undecided whether it is {question}, within {settings['budget']} s: {reason}"


def reproduction(objective: Objective, witness: Mapping[str, Any] | None, modulo: bool) -> str:
    """Python that prints gradient and Hessian at the witness; where that does not show the fault, the check itself."""
    head = "import strictsaddle as ss\n\n" + construction(objective)
    if witness is None or modulo or isinstance(objective.domain, (Spheres, Equalities)):
        asked = "modulo_symmetry" if modulo else "definition_1"
        point = (
            ""
            if witness is None
            else f"# a witness: {dict(zip(objective.variables, _coordinates(witness), strict=True))}\n"
        )
        return f"{head}{point}print(ss.check(objective).{asked})\n"
    exact = "exactly" if witness["coordinates"] is not None else "to the last digit of a float"
    return (
        "import numpy\nfrom sympy import Matrix, Rational, symbols\n"
        "from strictsaddle.derive.derivatives import derive, sympy_gradient, sympy_hessian\n"
        f"{head}"
        f"witness = {tuple(_coordinates(witness))!r}  # {exact}\n"
        "at = dict(zip(symbols(objective.variables, real=True), map(Rational, witness)))\n"
        'print("gradient:", [g.subs(at).evalf(15) for g in sympy_gradient(derive(objective))])\n'
        "hessian = Matrix(sympy_hessian(derive(objective))).subs(at)\n"
        'print("determinant of the Hessian:", hessian.det().evalf(15))\n'
        'print("its eigenvalues:", numpy.linalg.eigvalsh(numpy.array(hessian, dtype=float)))\n'
    )


def construction(objective: Objective) -> str:
    """A statement that makes the objective, where its formula says it all; otherwise a comment in its place."""
    arguments = [
        f"{objective.name!r}",
        f"variables={' '.join(objective.variables)!r}",
        f"expression={objective.expression!r}",
    ]
    if objective.parameters:
        arguments.append(f"parameters={ {name: str(value) for name, value in objective.parameters.items()}!r}")
    imports, domain = _domain(objective.domain)
    if domain:
        arguments.append(f"domain={domain}")
    code = f"objective = ss.Objective({', '.join(arguments)})\n"
    if len(code) < LONGEST_CODE and _same(objective):
        return imports + code
    return f"objective = ...  # what the test has: {objective.name}, {objective.digest}\n"


def _same(objective: Objective) -> bool:
    try:
        again = Objective("", objective.variables, objective.expression, dict(objective.parameters), objective.domain)
    except StrictSaddleError:
        return False
    return again.digest == objective.digest


def _domain(domain: Domain) -> tuple[str, str]:
    if isinstance(domain, Euclidean):
        return "", ""
    if isinstance(domain, Spheres):
        return "", f"ss.Spheres({domain.groups!r})"
    if isinstance(domain, Equalities):
        return "", f"ss.Equalities({domain.equations!r})"
    assert isinstance(domain, Box)

    def pair(values: tuple[Any, ...]) -> str:
        return "(" + ", ".join(f"Fraction({str(value)!r})" for value in values) + ",)"

    return "from fractions import Fraction\n", f"ss.Box({pair(domain.lower)}, {pair(domain.upper)})"


def _coordinates(witness: Mapping[str, Any]) -> list[str]:
    """The witness's coordinates as text: exact where known, else the middle of the enclosure."""
    if witness["coordinates"] is not None:
        return list(witness["coordinates"])
    return [repr((low + high) / 2) for low, high in witness["point"]]


def write(folder: str, nodeid: str, record: Mapping[str, Any]) -> None:
    """Write the verdict to `folder`, in a file named after the test; the test fails when that cannot be done."""
    __tracebackhide__ = True
    text = visible_json(json.dumps(record, indent=2, ensure_ascii=False)) + "\n"
    _put("--strict-saddle-report", _place(folder, nodeid, record, ".json"), text.encode())


def write_certificate(folder: str, nodeid: str, record: Mapping[str, Any], certificate: bytes) -> None:
    """The same with the verdict's certificate."""
    __tracebackhide__ = True
    _put("--strict-saddle-certificates", _place(folder, nodeid, record, ".zip"), certificate)


def _place(folder: str, nodeid: str, record: Mapping[str, Any], ending: str) -> Path:
    digest = hashlib.sha256(f"{nodeid} {record['objective']['digest']}".encode()).hexdigest()[:10]
    return Path(folder) / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', nodeid).strip('-.')[-120:]}-{digest}{ending}"


def _put(option: str, place: Path, content: bytes) -> None:
    __tracebackhide__ = True
    scratch = place.with_suffix(f".{os.getpid()}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        scratch.write_bytes(content)
        scratch.replace(place)
    except OSError as error:
        pytest.fail(f"{option}: {place} cannot be written ({error.strerror})", pytrace=False)
