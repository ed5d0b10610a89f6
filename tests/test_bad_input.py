"""Bad input of every form ends in one short message with place, fragment and remedy, and in exit code 2."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

from strictsaddle.errors import InputError, NotYetError, StrictSaddleError
from strictsaddle.loading import load

X = 'variables = ["x"]\nexpression = "x**2"\n'
NETWORK = '[network]\nwidths = [1, 2, 1]\nactivation = "tanh"\nloss = "squared"\n'
DATA = "[data]\ninputs = [[1], [2]]\ntargets = [[1], [-1]]\n"
CSV = '[data]\ncsv = "rows.csv"\ninputs = ["a"]\ntargets = ["b"]\n'
ONE = '[network]\nwidths = [1, 1]\nloss = "squared"\n'


def text(expression: str) -> str:
    return f'variables = ["x", "y"]\nexpression = "{expression}"\n'


# What objective.toml holds, and what the message must hold.
DECLARED: dict[str, tuple[str, tuple[str, ...]]] = {
    "code": (text("x + __import__('os').system('touch pwned')"), ("line 2, column", "__import__")),
    "lambda": (text("(lambda: x)()"), ("line 2", "lambda")),
    "attribute": (text("x.__class__"), ("line 2, column 16", "x.__class__")),
    "huge": (text("x+" * 500_000 + "x"), ("1,000,001 characters", "in Python")),
    "deep": (text("(" * 1000 + "x" + ")" * 1000), ("nested more than", "line 2")),
    "huge power": (text("9**9**9**9"), ("line 2", "9**9")),
    "huge exponent": (text("x**1000000"), ("exponent 1000000", "line 2")),
    "unknown name": (text("x**2 + z**2"), ("line 2, column 22", "'z'", "Variables are x, y")),
    "near miss": (text("tahn(x)"), ("'tahn'", "Did you mean tanh?")),
    "empty expression": (text(" "), ("expression", "empty")),
    "no variables": ('variables = []\nexpression = "1"\n', ("no variables",)),
    "no variables key": ('expression = "1"\n', ("variables is missing",)),
    "variables of numbers": (
        'variables = [1]\nexpression = "1"\n',
        ("variables, entry 1", "text is wanted", "'1'"),
    ),
    "variables as table": (
        'variables = {x = 1}\nexpression = "1"\n',
        ("variables", "a list of names", "a table"),
    ),
    "variable twice": ('variables = ["x", "x"]\nexpression = "x"\n', ("twice", "'x'")),
    "bad variable": ('variables = ["x y"]\nexpression = "x"\n', ("not a name", "'x y'")),
    "reserved variable": ('variables = ["exp"]\nexpression = "exp"\n', ("function or constant", "'exp'")),
    "expression of a number": (
        'variables = ["x"]\nexpression = 3\n',
        ("expression: text is wanted", "a number"),
    ),
    "name of a number": (f"name = 3\n{X}", ("name: text is wanted here, not a number",)),
    "name of two lines": (f'name = "a\\nb"\n{X}', ("one line", "a\\\\nb")),
    "nothing": ('name = "f"\n', ("neither an expression nor a network",)),
    "both": (X + NETWORK + DATA, ("both an expression and a network",)),
    "unknown key": (f"{X}varaibles = 3\n", ("unknown key: 'varaibles'", "Did you mean variables?")),
    "data of an expression": (X + DATA, ("no sum over them", "leave [data] out")),
    "variables of a network": (
        'variables = ["x"]\n' + NETWORK + DATA,
        ("does not go with [network]", "'variables'"),
    ),
    "parameters of a network": (NETWORK + DATA + "[parameters]\na = 1\n", ("does not go with [network]",)),
    "parameter nan": (f"{X}[parameters]\na = nan\n", ("parameters.a: not a finite number: 'nan'",)),
    "parameter inf": (f"{X}[parameters]\na = -inf\n", ("parameters.a: not a finite number: '-inf'",)),
    "parameter text": (
        f'{X}[parameters]\na = "one"\n',
        ("parameters.a: not a finite number: 'one'", '"1/4"'),
    ),
    "parameter boolean": (
        f"{X}[parameters]\na = true\n",
        ("parameters.a: a number is wanted", "true or false"),
    ),
    "parameter date": (f"{X}[parameters]\na = 1979-05-27\n", ("parameters.a: a number is wanted", "a date")),
    "parameter list": (
        f"{X}[parameters]\na = [1]\n",
        ("parameters.a: a number is wanted", "a list", "'[1]'"),
    ),
    "parameter name": (f'{X}[parameters]\n"a b" = 1\n', ("parameters: a parameter is not a name: 'a b'",)),
    "parameter is variable": (f"{X}[parameters]\nx = 1\n", ("twice", "'x'")),
    "parameters no table": (f"{X}parameters = 3\n", ("parameters: a table is wanted here, not a number",)),
    "box infinite": (f"{X}[domain]\nbox = [inf, -inf]\n", ("domain.box", "not infinity on its side", "all of R^n")),
    "box nan": (f"{X}[domain]\nbox = [0, nan]\n", ("domain.box", "no number")),
    "box infinite text": (f'{X}[domain]\nbox = ["inf", 1]\n', ("domain.box", "not infinity on its side")),
    "box reversed": (f"{X}[domain]\nbox = [[2, 1]]\n", ("domain.box", "reversed", "[2, 1]")),
    "box of three": (f"{X}[domain]\nbox = [[1, 2, 3]]\n", ("domain.box, pair 1", "[1, 2, 3]")),
    "box pairs": (
        f"{X}[domain]\nbox = [[1, 2], [1, 2]]\n",
        ("domain.box: 2 pairs for 1 variables", "one pair for all"),
    ),
    "box empty": (f"{X}[domain]\nbox = []\n", ("domain.box", "0 pairs")),
    "box text": (f'{X}[domain]\nbox = "1,2"\n', ("domain.box: a list of pairs", "not text")),
    "box and spheres": (
        f'{X}[domain]\nbox = [1, 2]\nspheres = [["x"]]\n',
        ("domain", "more than one of box, spheres and equalities"),
    ),
    "domain empty": (f"{X}[domain]\n", ("domain", "neither box nor spheres")),
    "domain key": (f"{X}[domain]\nboxes = [1, 2]\n", ("unknown key: 'boxes'", "Did you mean box?")),
    "sphere name": (
        text("x") + '[domain]\nspheres = [["x", "z"]]\n',
        ("domain.spheres", "'z'", "Variables are x, y"),
    ),
    "sphere flat": (
        text("x") + '[domain]\nspheres = ["x", "y"]\n',
        ("domain.spheres: a list of variables", "text"),
    ),
    "no data": (NETWORK, ("the key data is missing",)),
    "network key": (
        NETWORK + "width = [1]\n" + DATA,
        ("network: unknown key: 'width'", "Did you mean widths?"),
    ),
    "data key": (NETWORK + DATA + "input = 1\n", ("data: unknown key: 'input'", "Did you mean inputs?")),
    "activation": (
        NETWORK.replace("tanh", "tahn") + DATA,
        ("network.activation", "'tahn'", "Did you mean tanh?"),
    ),
    "widths": (NETWORK.replace("2", "2.5") + DATA, ("network.widths, entry 2", "whole number", "'5/2'")),
    "widths negative": (
        NETWORK.replace("2", "-2") + DATA,
        ("network.widths", "at least one unit", "[1, -2, 1]"),
    ),
    "shape": (NETWORK.replace("[1, 2", "[3, 2") + DATA, ("data.inputs, row 1", "3 numbers", "[3, 2, 1]")),
    "ragged rows": (
        NETWORK + DATA.replace("[2]", "[2, 3]"),
        ("data.inputs, row 2", "2 numbers among rows of 1"),
    ),
    "data nan": (NETWORK + DATA.replace("[2]", "[nan]"), ("data.inputs, row 2, column 1", "'nan'")),
    "data text": (NETWORK + DATA.replace("[2]", '["a"]'), ("data.inputs, row 2, column 1", "'a'")),
    "csv missing": (
        ONE + CSV.replace("rows", "row"),
        ("row.csv: there is no such file. Did you mean rows.csv?",),
    ),
    "csv ragged": (
        ONE + CSV.replace("rows", "ragged"),
        ("ragged.csv, line 3", "1 cells, but the header 2", "'3'"),
    ),
    "csv column": (
        ONE + CSV.replace('"b"', '"c"'),
        ("data.targets", "no such column: 'c'", "Columns are a, b"),
    ),
    "csv cell": (ONE + CSV.replace("rows", "cells"), ("cells.csv, line 2, column b", "'two'")),
    "csv infinite": (ONE + CSV.replace("rows", "infinite"), ("infinite.csv, line 2, column b", "'inf'")),
    "csv directory": (ONE + CSV.replace("rows.csv", "folder"), ("folder", "a directory, not a file")),
    "csv binary": (ONE + CSV.replace("rows.csv", "junk.toml"), ("junk.toml", "zero bytes")),
    "syntax": ("variables = [\n", ("not valid TOML",)),
    "not toml": ("x**2 + y**2\n", ("line 1", "not valid TOML", "x**2 + y**2")),
    "huge constant": (
        text("x + 10**1000*10**999*10**999*10**999*10**999*10**999*10**999"),
        ("binary digits", "line 2"),
    ),
}

# What is asked for in a folder that holds `FILES`, and what the message must hold.
SPECS: dict[str, tuple[str, ...]] = {
    "junk.toml": ("junk.toml", "zero bytes"),
    "latin.toml": ("latin.toml, line 1", "UTF-8"),
    "empty.toml": ("empty.toml", "empty"),
    "folder": ("folder", "a directory"),
    "folder.toml": ("folder.toml", "a directory"),
    "rows.csv": ("rows.csv", "FILE.toml"),
    "lost.toml": ("lost.toml", "no such file"),
    "emtpy.toml": ("Did you mean empty.toml?",),
    "no-such-objective": ("'no-such-objective'", "strictsaddle zoo"),
    "list.json": ("list.json", "JSON object"),
    "broken.json": ("broken.json, line 2, column", "not valid JSON"),
    "nan.json": ("parameters.a", "'NaN'"),
    "raises.py": ("raises.py, line 2", "ZeroDivisionError"),
    "raises.py:f": ("raises.py, line 2", "ZeroDivisionError"),
    "wrong.py": ("wrong.py", "not an Objective"),
    "wrong.py:objectve": ("wrong.py", "'objectve'"),
    "lost.py:f": ("lost.py", "no such file"),
}
FILES: dict[str, bytes] = {
    "junk.toml": bytes(range(256)) * 4,
    "latin.toml": 'name = "é"\n'.encode("latin-1") + X.encode(),
    "empty.toml": b"\n",
    "rows.csv": b"a,b\n1,2\n3,4\n",
    "ragged.csv": b"a,b\n1,2\n3\n",
    "cells.csv": b"a,b\n1,two\n",
    "infinite.csv": b"a,b\n1,inf\n",
    "list.json": b"[1, 2]",
    "broken.json": b'{"variables": ["x"],\n "expression" "x"}',
    "nan.json": b'{"variables": ["x"], "expression": "x", "parameters": {"a": NaN}}',
    "raises.py": b"def objective():\n    return 1/0\nf = objective\n",
    "wrong.py": b"objective = 'x**2'\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        Path(name).write_bytes(content)
    Path("folder").mkdir()
    Path("folder.toml").mkdir()
    return tmp_path


def check_message(message: str, fragments: tuple[str, ...]) -> None:
    for fragment in fragments:
        assert fragment in message
    assert len(message) < 600
    assert "Traceback" not in message


def refused(spec: str, parameters: Mapping[str, str] | None = None, box: str | None = None) -> StrictSaddleError:
    with pytest.raises(StrictSaddleError) as caught:
        load(spec, parameters, box)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("case", DECLARED)
def test_declarative_files(folder: Path, case: str) -> None:
    before = sorted(folder.iterdir())
    content, fragments = DECLARED[case]
    Path("objective.toml").write_text(content, "utf-8")
    error = refused("objective.toml")
    check_message(str(error), fragments)
    assert ".csv" in error.where or error.where.startswith(("objective.toml", "folder", "junk.toml"))
    assert sorted(folder.iterdir()) == sorted([*before, folder / "objective.toml"]), "nothing was run, nothing written"


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.usefixtures("folder")
def test_other_files_and_names(spec: str) -> None:
    check_message(str(refused(spec)), SPECS[spec])


@pytest.mark.usefixtures("folder")
def test_twins_are_accepted() -> None:
    """The files of the cases above without their faults."""
    for content in (
        text("x**2 + y**2"),
        f"{X}[parameters]\na = 1\n",
        f"{X}[domain]\nbox = [1, 2]\n",
        NETWORK + DATA,
        ONE + CSV,
    ):
        Path("objective.toml").write_text(content, "utf-8")
        assert load("objective.toml").dimension >= 1
    assert load("objective.toml", {}, "-1,1").dimension == 2


@pytest.mark.usefixtures("folder")
def test_parameters_that_are_not_declared() -> None:
    Path("objective.toml").write_text(f"{X}[parameters]\nlam = 1\n", "utf-8")
    check_message(str(refused("objective.toml", {"lmbda": "1"})), ("objective.toml", "'lmbda'", "Declared are lam"))
    check_message(str(refused("objective.toml", {"lam": "inf"})), ("-p lam", "'inf'"))


@pytest.mark.usefixtures("folder")
def test_what_is_not_there_yet_is_said() -> None:
    Path("objective.toml").write_text(NETWORK + 'kind = "rnn"\n' + DATA, "utf-8")
    error = refused("objective.toml")
    assert isinstance(error, NotYetError)
    check_message(str(error), ("objective.toml, network.kind", "'rnn'", "Use dense."))


def test_errors_of_files_are_input_errors() -> None:
    assert isinstance(refused("lost.toml"), InputError)


# One process a case is slow, so the command is shown a choice of them.
COMMANDS = ["code", "huge", "deep", "unknown name", "parameter nan", "csv ragged", "no variables", "syntax"]


@pytest.mark.skipif(find_spec("strictsaddle_cli") is None, reason="the command is not there yet")
@pytest.mark.parametrize("case", [*COMMANDS, "junk.toml", "folder", "raises.py", "no-such-objective"])
def test_the_command_says_it_too(folder: Path, command: Path, case: str) -> None:
    if case in DECLARED:
        content, fragments = DECLARED[case]
        Path("objective.toml").write_text(content, "utf-8")
        spec = "objective.toml"
    else:
        spec, fragments = case, SPECS[case]
    run = subprocess.run([command, "check", spec, "--json", "out.json"], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert run.stdout == ""
    assert "Traceback" not in run.stderr
    written = " ".join(run.stderr.split())
    assert all(" ".join(fragment.split()) in written for fragment in fragments), run.stderr
    assert not (folder / "out.json").exists()
    assert not (folder / "pwned").exists()
