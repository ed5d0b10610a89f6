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

# A folder imports only from folders before its own, or from its own.
ORDER = (
    "version",
    "errors",
    "records",
    "execution",
    "formula",
    "objective",
    "reading",
    "networks",
    "zoo",
    "loading",
    "arithmetic",
    "derive",
    "certify",
    "symmetry",
    "polynomials",
    "manifolds",
    "covering",
    "routes",
    "routes/refutation",
    "routes/exact",
    "routes/interval",
    "routes/algebraic",
    "routes/piecewise",
    "routes/modulo_symmetry",
    "certificates",
    "definition_1",
    "definition_2",
    "families",
    "reformulation",
    "atlas",
    "search",
    "dynamics",
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
    "optax",
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


def place(module: str, order: tuple[str, ...]) -> int | None:
    """Where the folder of a dotted name stands in the order; None when it has no place in it. A file of `routes` itself is before the
    folders in it."""
    parts = module.split(".")[1:]
    for length in (2, 1):
        entry = "/".join(parts[:length])
        if len(parts) >= length and entry in order:
            return order.index(entry)
    return None


def wrong_arrows(package: Path, order: tuple[str, ...]) -> list[str]:
    """A sentence for each import inside `package` that points down the order, or that has no place in it."""
    name = package.name
    found = []
    for path, module, imports in modules_of(package):
        if module in (name, f"{name}.__main__"):
            continue  # the package's own __init__ is the facade over everything below it, and __main__ is the command
        own = place(module, order)
        if own is None:
            found.append(f"{path.name}: {module} has no place in the order {', '.join(order)}")
            continue
        for line, target in imports:
            if target.split(".")[0] != name:
                continue
            there = place(target, order)
            if there is None:
                found.append(f"{path.name}:{line}: {module} imports {target}, the facade: name its module")
            elif there > own:
                found.append(f"{path.name}:{line}: {module} imports {target}, which comes after it")
    return found


def circles(package: Path) -> list[list[str]]:
    """The groups of modules that import each other, directly or by way of others; the facade imports them all, and is left out."""
    known = {module: imports for _, module, imports in modules_of(package) if module != package.name}

    def owner(target: str) -> str | None:
        parts = target.split(".")
        names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
        return next((candidate for candidate in names if candidate in known), None)

    graph = {module: {owner(target) for _, target in imports} - {None, module} for module, imports in known.items()}
    return [sorted(group) for group in components(graph) if len(group) > 1]


def components(graph: dict[str, set[str | None]]) -> Iterator[set[str]]:
    """The strongly connected components."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    names = list(graph)
    number = {name: k for k, name in enumerate(names)}
    arrows = [(number[a], number[b]) for a, targets in graph.items() for b in targets if b is not None]
    rows, columns = zip(*arrows, strict=True) if arrows else ((), ())
    matrix = csr_array(([1] * len(arrows), (rows, columns)), shape=(len(names), len(names)))
    count, labels = connected_components(matrix, connection="strong")
    for label in range(count):
        yield {name for name in names if labels[number[name]] == label}


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
    for name, text in {"__init__.py": "from strictsaddle.definition_1.check import check\n", **files}.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return package


def told_apart(package: Path, homes: tuple[str, ...]) -> list[str]:
    """A sentence for each `isinstance` on a kind of domain outside of `homes`: elsewhere a domain is asked what it is like."""
    kinds = {"Box", "Domain", "Equalities", "Euclidean", "Manifold", "Spheres"}
    found = []
    for path in sorted(package.rglob("*.py")):
        if path.relative_to(package).parts[0] in homes:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance":
                names = {name.id for part in node.args[1:] for name in ast.walk(part) if isinstance(name, ast.Name)}
                if names & kinds:
                    found.append(f"{path.name}:{node.lineno}: isinstance with {', '.join(sorted(names & kinds))}")
    return found


SENTENCES = {"reason", "trust", "description", "words", "why", "remedy"}  # fields of records that are for people
READERS = {
    "replace",
    "removeprefix",
    "removesuffix",
    "startswith",
    "endswith",
    "split",
    "partition",
    "find",
    "index",
    "count",
}


def sentences_read(package: Path, homes: tuple[str, ...] = ("records",)) -> list[str]:
    """A sentence for each place where logic reads or edits a sentence of a record: it is compared with, searched for, or cut."""

    def is_sentence(node: ast.AST, also: frozenset[str] = frozenset()) -> bool:
        return isinstance(node, ast.Attribute) and node.attr in SENTENCES | also

    found = []
    for path in sorted(package.rglob("*.py")):
        if path.relative_to(package).parts[0] in homes:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            told = False
            if isinstance(node, ast.Compare):
                nothing = all(isinstance(side, ast.Constant) and side.value is None for side in node.comparators)
                told = not nothing and any(is_sentence(side) for side in (node.left, *node.comparators))
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READERS:
                told = is_sentence(node.func.value, frozenset({"proof"}))
            if told:
                found.append(f"{path.name}:{node.lineno}: {ast.unparse(node)}")
    return found


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


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circles(VERIFY) == []


def test_domains_are_told_apart_where_they_are_at_home() -> None:
    assert told_apart(VERIFY, ("objective", "manifolds")) == []


def test_no_logic_reads_a_sentence() -> None:
    assert sentences_read(VERIFY) == []


def test_what_the_two_rules_forbid_is_reported(tmp_path: Path) -> None:
    """The twins."""
    files = {
        "covering/listing.py": "def f(d):\n    return isinstance(d, (int, Box))\n",
        "objective/domain.py": "def f(d):\n    return isinstance(d, Box)\n",
        "definition_2/goodness.py": "def f(a, b):\n    return b in a.reason or a.trust == b or a.proof.replace('x', 'y')\n",
        "records/finding.py": "def f(a, b):\n    return b in a.reason\n",
        "routes/exact/route.py": "def f(a):\n    return a.reason is None or a.proof == 'exact'\n",
    }
    package = write(tmp_path, files)
    assert [line.split(":")[0] for line in told_apart(package, ("objective", "manifolds"))] == ["listing.py"]
    assert [line.split(":")[0] for line in sentences_read(package)] == ["goodness.py"] * 3


def test_the_table_of_the_architecture_is_the_order() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    table = text.split("| folder | a file belongs here when it ... |")[1].split("\n\n")[0]
    named = [
        name.strip("`/").removesuffix(".py")
        for row in table.splitlines()[2:]
        for name in row.split("|")[1].strip().split(", ")
    ]
    assert tuple(named) == ORDER


def test_every_module_is_named_by_a_test() -> None:
    tested = {
        prefix for _, _, imports in modules_of(ROOT / "tests") for _, target in imports for prefix in prefixes(target)
    }
    untested = [
        module
        for path, module, _ in modules_of(VERIFY)
        if path.stem not in ("__init__", "__main__") and module not in tested
    ]
    assert untested == []


def prefixes(name: str) -> Iterator[str]:
    """a.b.c, a.b and a."""
    parts = name.split(".")
    return (".".join(parts[: k + 1]) for k in range(len(parts)))


def test_right_arrows_are_not_reported(tmp_path: Path) -> None:
    package = write(
        tmp_path,
        {
            "definition_1/check.py": "from strictsaddle.version import __version__\nfrom ..derive.tape import Tape\n",
            "derive/__init__.py": "from .tape import Tape\n",
            "derive/tape.py": "from ..objective import domain\nfrom .kernels import run\n",
            "derive/kernels.py": "import strictsaddle.errors\n",
            "routes/interval/engine.py": "from strictsaddle.routes.exact.engine import solve\n",
            "covering/waves.py": "from strictsaddle.execution.executor import Executor\n",
        },
    )
    assert wrong_arrows(package, ORDER) == []
    assert circles(package) == []


@pytest.mark.parametrize(
    "file, text, complaint",
    [
        (
            "errors.py",
            "from strictsaddle.definition_1.check import check\n",
            "strictsaddle.definition_1.check.check, which comes",
        ),
        ("derive/tape.py", "from ..covering import waves\n", "strictsaddle.covering.waves, which"),
        ("derive/__init__.py", "from .. import symmetry\n", "strictsaddle.symmetry, which comes after"),
        ("objective/network.py", "def f():\n    import strictsaddle.zoo\n", "network.py:2: "),
        (
            "records/verdict.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..definition_1 import x\n",
            "definition_1.x",
        ),
        (
            "records/verdict.py",
            "import importlib\nimportlib.import_module('strictsaddle.zoo')\n",
            "strictsaddle.zoo",
        ),
        (
            "routes/exact/engine.py",
            "from strictsaddle.routes.interval.engine import enclose\n",
            "strictsaddle.routes.interval.engine.enclose, which comes",
        ),
        ("certify/inertia.py", "import strictsaddle as ss\n", "the facade"),
        ("certify/inertia.py", "from strictsaddle import check_events\n", "the facade"),
        ("utils.py", "", "strictsaddle.utils has no place in the order"),
    ],
)
def test_a_wrong_arrow_is_reported(tmp_path: Path, file: str, text: str, complaint: str) -> None:
    """The twin: a tree with one wrong arrow, which the walk must find, and nothing else."""
    arrows = wrong_arrows(write(tmp_path, {file: text}), ORDER)
    assert len(arrows) == 1
    assert complaint in arrows[0]


def test_a_circle_is_reported(tmp_path: Path) -> None:
    """The twin: three files of a folder, one of them by way of an import in a function."""
    files = {
        "derive/a.py": "from strictsaddle.derive import b\n",
        "derive/b.py": "from strictsaddle.derive.c import x\n",
        "derive/c.py": "def f():\n    from .a import y\n",
        "derive/d.py": "from strictsaddle.derive.a import z\n",
    }
    names = ["strictsaddle.derive.a", "strictsaddle.derive.b", "strictsaddle.derive.c"]
    assert circles(write(tmp_path, files)) == [names]


@pytest.mark.parametrize("text", ["import strictsaddle_cli\n", "from strictsaddle_cli.main import main\n"])
def test_a_stranger_is_reported(tmp_path: Path, text: str) -> None:
    package = write(tmp_path, {"definition_1/check.py": text, "version.py": "import strictsaddle_proofs\n"})
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
