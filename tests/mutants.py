"""Mutation test of the proof code: each comparison weakened, strengthened or turned round, each sign flipped, one at a time; a test
must notice. A mutant that no test notices survives, and is shown with its line.

    python tests/mutants.py                          all of the proof code, a day's work
    python tests/mutants.py definition_1/minimum.py      one file
    python tests/mutants.py --sample 100             so many, drawn at random (--seed)

A mutant is tried on a copy of the package, with the tests that import the module it is in, directly or through one other module;
`make test` is never red because of it. Lines that end with `# any value will do` hold numbers of heuristics, and are left alone.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "verify" / "strictsaddle"
FOLDERS = ("certify", "polynomials", "manifolds", "covering", "routes", "definition_1", "definition_2", "families")
SECONDS = 300  # for the tests of one mutant
UNTOUCHED = "# any value will do"
COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("<=", ">="), ast.LtE: ("<", ">"), ast.Gt: (">=", "<="), ast.GtE: (">", "<"),
    ast.Eq: ("!=",), ast.NotEq: ("==",), ast.Is: ("is not",), ast.IsNot: ("is",), ast.In: ("not in",), ast.NotIn: ("in",),
}  # fmt: skip
SYMBOLS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.Is: "is", ast.IsNot: "is not",
           ast.In: "in", ast.NotIn: "not in"}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """`source[start:end]` of the file becomes `text`."""

    path: Path
    line: int
    start: int
    end: int
    text: str
    what: str

    def apply(self, source: str) -> str:
        return source[: self.start] + self.text + source[self.end :]


def mutants(path: Path) -> Iterator[Mutant]:
    """All of one file, in its order."""
    source = path.read_text()
    lines = source.splitlines(keepends=True)
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line.encode()))
    data = source.encode()

    def at(line: int, column: int) -> int:
        return len(data[: offsets[line - 1] + column].decode())

    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Compare, ast.UnaryOp, ast.BinOp)) and UNTOUCHED in lines[node.lineno - 1]:
            continue
        if isinstance(node, ast.Compare):
            left = node.left
            for op, right in zip(node.ops, node.comparators, strict=True):
                start, end = at(left.end_lineno or 0, left.end_col_offset or 0), at(right.lineno, right.col_offset)
                symbol, between = SYMBOLS[type(op)], source[start:end]
                for other in COMPARISONS[type(op)]:
                    yield Mutant(
                        path, right.lineno, start, end, between.replace(symbol, other, 1), f"{symbol} becomes {other}"
                    )
                left = right
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
            start, end = at(node.lineno, node.col_offset), at(node.operand.lineno, node.operand.col_offset)
            name = "-" if isinstance(node.op, ast.USub) else "not"
            yield Mutant(path, node.lineno, start, end, source[start:end].replace(name, "", 1), f"{name} left out")
        elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
            start, end = (
                at(node.left.end_lineno or 0, node.left.end_col_offset or 0),
                at(node.right.lineno, node.right.col_offset),
            )
            symbol, other = ("+", "-") if isinstance(node.op, ast.Add) else ("-", "+")
            yield Mutant(
                path, node.lineno, start, end, source[start:end].replace(symbol, other, 1), f"{symbol} becomes {other}"
            )


def tests_of(path: Path) -> list[Path]:
    """The test files that import the module, and, where they are few, those that import a module which imports it."""
    module = "strictsaddle." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    parent, _, name = module.rpartition(".")
    named = re.compile(
        rf"from {re.escape(module)} import|from {re.escape(parent)} import (?:\w+, )*{name}\b|import {re.escape(module)}\b"
    )
    every = {test: test.read_text() for test in sorted((ROOT / "tests").rglob("test_*.py"))}
    found = [test for test, text in every.items() if named.search(text)]
    if len(found) < 2:
        users = [other for other in PACKAGE.rglob("*.py") if named.search(other.read_text())]
        for user in users:
            found += [test for test in _direct(user, every) if test not in found]
    return found or [ROOT / "tests" / "definition_1" / "test_check.py"]


def _direct(path: Path, every: dict[Path, str]) -> list[Path]:
    module = "strictsaddle." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    return [test for test, text in every.items() if f"from {module} import" in text]


def survives(mutant: Mutant, copy: Path, tests: list[Path]) -> bool:
    """Whether all of the tests pass on the mutant, which is put into the copy of the package and taken out again."""
    target = copy / "strictsaddle" / mutant.path.relative_to(PACKAGE)
    source = mutant.path.read_text()
    changed = mutant.apply(source)
    try:
        ast.parse(changed)
    except SyntaxError:
        return False
    target.write_text(changed)
    paths = os.pathsep.join([str(copy), *(str(ROOT / folder) for folder in ("properties", "reports"))])
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", "not slow", *map(str, tests)]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": paths, "CI": "true"},
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        return done.returncode == 0
    except subprocess.TimeoutExpired:
        return False  # a proof that never ends is noticed
    finally:
        target.write_text(source)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", help="files of verify/strictsaddle; all of the proof code when left out")
    parser.add_argument("--sample", type=int, help="so many mutants, drawn at random")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    paths = [PACKAGE / name for name in options.files] or sorted(
        p for folder in FOLDERS for p in (PACKAGE / folder).rglob("*.py")
    )
    chosen = [mutant for path in paths for mutant in mutants(path)]
    if options.sample is not None and options.sample < len(chosen):
        chosen = sorted(random.Random(options.seed).sample(chosen, options.sample), key=lambda m: (m.path, m.start))
    print(f"{len(chosen)} mutants of {len(paths)} files", flush=True)
    alive = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(PACKAGE, copy / "strictsaddle", ignore=shutil.ignore_patterns("__pycache__"))
        for number, mutant in enumerate(chosen, start=1):
            started = time.monotonic()
            tests = tests_of(mutant.path)
            if survives(mutant, copy, tests):
                alive += 1
                line = mutant.path.read_text().splitlines()[mutant.line - 1].strip()
                print(f"survives: {mutant.path.relative_to(PACKAGE)}:{mutant.line}: {mutant.what}: {line}", flush=True)
            elif number % 20 == 0:
                print(
                    f"{number} of {len(chosen)}, {alive} alive, {time.monotonic() - started:.0f} s for the last",
                    flush=True,
                )
    print(f"{alive} of {len(chosen)} mutants survive")
    return int(alive > 0)


if __name__ == "__main__":
    sys.exit(main())
