"""The picture of the project in ARCHITECTURE.md stays true: every import arrow points the right way."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
VERIFY = ROOT / "verify" / "strictsaddle"

# A module imports only from entries before its own, or from its own.
ORDER = (
    "errors",
    "deadline",
    "verdict",
    "events",
    "seal",
    "state_file",
    "parallel",
    "objective",
    "derive",
    "symmetry",
    "stationary",
    "classify",
    "zoo",
    "loading",
    "engines",
    "pipeline",
    "guarantee",
    "search",
    "escape",
)

# For each package, the packages of this project that it must know nothing of.
STRANGERS = {
    "proofs/strictsaddle_proofs": {
        "strictsaddle",
        "strictsaddle_properties",
        "strictsaddle_pytest",
        "strictsaddle_reports",
        "strictsaddle_cli",
    },
    "verify/strictsaddle": {
        "strictsaddle_properties",
        "strictsaddle_pytest",
        "strictsaddle_reports",
        "strictsaddle_cli",
    },
    "properties/strictsaddle_properties": {
        "strictsaddle_pytest",
        "strictsaddle_reports",
        "strictsaddle_cli",
    },
    "properties/strictsaddle_pytest": {"strictsaddle_reports", "strictsaddle_cli"},
    "reports/strictsaddle_reports": {"strictsaddle_pytest", "strictsaddle_cli"},
}

# Each takes a noticeable part of a second, or all of it, to import.
HEAVY = {
    "flint",
    "hypothesis",
    "ival",
    "jax",
    "jinja2",
    "matplotlib",
    "numba",
    "numpy",
    "pandas",
    "pynauty",
    "rich",
    "scipy",
    "sklearn",
    "sympy",
    "typer",
}


def imported_names(source: str, module: str, is_package: bool) -> Iterator[tuple[int, str]]:
    """Line and absolute dotted name of everything that the module imports, wherever in it the import stands.

    `from a.b import c` yields `a.b.c`: whether c is a module or a name in one, its owner is a prefix of that.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".") if is_package else module.split(".")[:-1]
                kept = package[: len(package) - (node.level - 1)]
                base = ".".join([*kept, base] if base else kept)
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            called = getattr(node.func, "attr", getattr(node.func, "id", None))
            name = node.args[0]
            if called in {"import_module", "__import__"} and isinstance(name, ast.Constant):
                yield node.lineno, str(name.value)


def modules_of(package: Path) -> Iterator[tuple[Path, str, list[tuple[int, str]]]]:
    """Every module of a package: its file, its dotted name, and what it imports."""
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        module = ".".join(parts[:-1] if is_package else parts)
        yield path, module, list(imported_names(path.read_text("utf-8"), module, is_package))


def wrong_arrows(package: Path, order: tuple[str, ...]) -> list[str]:
    """A sentence for each import inside `package` that points down the order, or that has no place in it."""
    name = package.name
    found = []
    for path, module, imports in modules_of(package):
        if module == name:
            continue  # the package's own __init__ is the facade over everything below it
        own = module.split(".")[1]
        if own == "__main__":
            continue
        if own not in order:
            found.append(f"{path.name}: {module} has no place in the order {', '.join(order)}")
            continue
        for line, target in imports:
            parts = target.split(".")
            if parts[0] != name or target == f"{name}.__version__":
                continue
            entry = parts[1] if len(parts) > 1 else ""
            if entry not in order:
                found.append(f"{path.name}:{line}: {module} imports {target}, the facade: name its module")
            elif order.index(entry) > order.index(own):
                found.append(f"{path.name}:{line}: {module} imports {target}, which comes after it")
    return found


def arrows_to_strangers(package: Path, strangers: set[str]) -> list[str]:
    """A sentence for each import in `package` of one of the packages it must not know."""
    return [
        f"{path.name}:{line}: {module} imports {target}"
        for path, module, imports in modules_of(package)
        for line, target in imports
        if target.split(".")[0] in strangers
    ]


def write(tree: Path, files: dict[str, str]) -> Path:
    """A package called strictsaddle with these files, for the twins."""
    package = tree / "strictsaddle"
    for name, text in {"__init__.py": "from strictsaddle.pipeline import check\n", **files}.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return package


def test_imports_point_upwards() -> None:
    arrows = wrong_arrows(VERIFY, ORDER)
    assert not arrows, "\n".join(arrows)


@pytest.mark.parametrize("package", STRANGERS)
def test_packages_do_not_know_who_uses_them(package: str) -> None:
    folder = ROOT / package
    if not folder.is_dir():
        pytest.skip(f"{package} is not there yet")
    arrows = arrows_to_strangers(folder, STRANGERS[package])
    assert not arrows, "\n".join(arrows)


def test_right_arrows_are_not_reported(tmp_path: Path) -> None:
    package = write(
        tmp_path,
        {
            "pipeline.py": "from strictsaddle import __version__, errors\nfrom .derive.tape import Tape\n",
            "derive/__init__.py": "from .tape import Tape\n",
            "derive/tape.py": "from ..objective import domain\nfrom .kernels import run\n",
            "derive/kernels.py": "import strictsaddle.errors\n",
            "stationary/covering.py": "from strictsaddle.parallel import Executor\n",
        },
    )
    assert wrong_arrows(package, ORDER) == []


@pytest.mark.parametrize(
    "file, text, complaint",
    [
        (
            "errors.py",
            "from strictsaddle.pipeline import check\n",
            "strictsaddle.pipeline.check, which comes",
        ),
        ("derive/tape.py", "from ..stationary import krawczyk\n", "strictsaddle.stationary.krawczyk, which"),
        ("derive/__init__.py", "from .. import zoo\n", "strictsaddle.zoo, which comes after"),
        ("objective/network.py", "def f():\n    import strictsaddle.zoo\n", "network.py:2: "),
        (
            "verdict.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .pipeline import x\n",
            "pipeline.x",
        ),
        ("verdict.py", "import importlib\nimportlib.import_module('strictsaddle.zoo')\n", "strictsaddle.zoo"),
        ("classify/inertia.py", "import strictsaddle as ss\n", "the facade"),
        ("classify/inertia.py", "from strictsaddle import check_events\n", "the facade"),
        ("utils.py", "", "strictsaddle.utils has no place in the order"),
    ],
)
def test_a_wrong_arrow_is_reported(tmp_path: Path, file: str, text: str, complaint: str) -> None:
    """The twin: a tree with one wrong arrow, which the walk must find, and nothing else."""
    arrows = wrong_arrows(write(tmp_path, {file: text}), ORDER)
    assert len(arrows) == 1
    assert complaint in arrows[0]


@pytest.mark.parametrize("text", ["import strictsaddle_cli\n", "from strictsaddle_cli.main import main\n"])
def test_a_stranger_is_reported(tmp_path: Path, text: str) -> None:
    package = write(tmp_path, {"pipeline.py": text, "verdict.py": "import strictsaddle_proofs\n"})
    assert len(arrows_to_strangers(package, {"strictsaddle_cli"})) == 1


def heavy_imports(statement: str) -> set[str]:
    """The heavy packages that a fresh interpreter has imported once it has run the statement."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", statement], capture_output=True, text=True, check=True
    )
    lines = [line for line in run.stderr.splitlines() if line.startswith("import time:")]
    return {line.rsplit("|", 1)[1].strip().split(".")[0] for line in lines} & HEAVY


def test_import_strictsaddle_imports_nothing_heavy() -> None:
    assert heavy_imports("import strictsaddle") == set()


def test_a_heavy_import_is_reported() -> None:
    """The twin."""
    assert heavy_imports("import strictsaddle, sympy") >= {"sympy"}
