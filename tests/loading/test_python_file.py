from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import pytest

from strictsaddle.errors import InputError
from strictsaddle.loading.python_file import read, split

HEAD = "from strictsaddle.objective.objective import Objective\n"


def write(tmp_path: Path, text: str) -> str:
    path = tmp_path / "model.py"
    path.write_text(text, "utf-8")
    return str(path)


def test_specifications() -> None:
    assert split("a/model.py:f") == (Path("a/model.py"), "f")
    assert split("model.py") == (Path("model.py"), "objective")
    assert split("model.py:") == (Path("model.py"), "objective")
    assert split("c:odd.py:f") == (Path("c:odd.py"), "f")


def test_an_objective_a_function_and_the_default_name(tmp_path: Path) -> None:
    spec = write(tmp_path, HEAD + "objective = Objective('f', 'x', 'x**2')\ndef g():\n    return objective\n")
    assert read(spec).name == read(f"{spec}:g").name == "f"


def test_functions_take_exact_parameters(tmp_path: Path) -> None:
    spec = write(tmp_path, HEAD + "def objective(lam=1):\n    return Objective('f', 'x', 'lam*x', {'lam': lam})\n")
    assert read(spec).parameters == {"lam": 1}
    assert read(spec, {"lam": "0.1"}).parameters == {"lam": Fraction(1, 10)}
    with pytest.raises(InputError, match=r"not declared: 'lmb'. Did you mean lam\? objective has lam"):
        read(spec, {"lmb": "1"})
    with pytest.raises(InputError, match="-p lam: not a finite number"):
        read(spec, {"lam": "one"})


def test_neighbours_can_be_imported_and_nothing_stays(tmp_path: Path) -> None:
    (tmp_path / "model_constants_beside.py").write_text("N = 3\n", "utf-8")
    text = "import model_constants_beside as c\n" + HEAD + "objective = Objective('f', 'x', f'{c.N}*x')\n"
    path = list(sys.path)
    assert read(write(tmp_path, text)).expression == "3*x"
    assert sys.path == path
    assert not any(name.startswith("strictsaddle_input") for name in sys.modules)
    del sys.modules["model_constants_beside"]


def test_dataclasses_work_and_no_cache_is_left(tmp_path: Path) -> None:
    """They look their module up in sys.modules."""
    text = "from __future__ import annotations\nimport dataclasses\n" + HEAD
    text += "@dataclasses.dataclass\nclass C:\n    x: int = 0\nobjective = Objective('f', 'x', 'x')\n"
    assert read(write(tmp_path, text)).name == "f"
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.py"]


def test_output_of_the_code_is_not_mixed_with_ours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read(write(tmp_path, HEAD + "print('hello')\nobjective = Objective('f', 'x', 'x')\n"))
    assert capsys.readouterr() == ("", "hello\n")


@pytest.mark.parametrize(
    ("text", "name", "what", "where"),
    [
        ("x = 1\ny = x/0\n", "", "the file raised ZeroDivisionError: 'division by zero'", ", line 2"),
        ("def objective():\n    return [][1]\n", "", "the file raised IndexError", ", line 2"),
        ("def f():\n    g()\ndef g():\n    raise KeyError('k')\n", ":f", "raised KeyError", ", line 4"),
        ("import no_such_module_anywhere\n", "", "raised ModuleNotFoundError", ", line 1"),
        ("import sys\n\nsys.exit(3)\n", "", "the file ends the program: 'exit 3'", ", line 3"),
        ("x = (1,\n", "", "not valid Python ('(' was never closed): 'x = (1,'", ", line 1"),
        ("  x = 1\n", "", "not valid Python (unexpected indent)", ", line 1"),
        ("x = 1\n", "", "does not define this name: 'objective'. It has no Objective", ""),
        (HEAD + "objektive = Objective('f', 'x', 'x')\n", "", "Did you mean objektive?", ""),
        ("objective = 3\n", "", "objective is an int, not an Objective", ""),
        ("def objective():\n    pass\n", "", "objective() returned None, not an Objective", ""),
        ("def objective(n):\n    pass\n", "", "objective needs arguments: 'n'", ""),
        ("class objective:\n    pass\n", "", "objective() returned an objective, not an Objective", ""),
        (
            HEAD + "objective = Objective('f', 'x', 'x + y')\n",
            "",
            "line 1, column 5: unknown name: 'y'",
            ", line 2",
        ),
        ("def objective():\n    return objective()\n", "", "raised RecursionError", ", line 2"),
        ("raise ValueError\n", "", "the file raised ValueError", ", line 1"),
        ("x = 1\0\n", "", "zero bytes", ""),
        ("", "", "the file is empty", ""),
    ],
)
def test_faults_of_the_code(tmp_path: Path, text: str, name: str, what: str, where: str) -> None:
    spec = write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        read(spec + name)
    assert what in str(caught.value)
    assert caught.value.where.startswith(spec + where)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None, "no second traceback"


def test_an_objective_takes_no_parameters(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Make objective a function"):
        read(write(tmp_path, HEAD + "objective = Objective('f', 'x', 'x')\n"), {"lam": "1"})


def test_other_encodings_than_utf_8_need_their_declaration(tmp_path: Path) -> None:
    text = HEAD + "objective = Objective('ä', 'x', 'x')\n"
    path = tmp_path / "model.py"
    path.write_bytes(b"# coding: latin-1\n" + text.encode("latin-1"))
    assert read(str(path)).name == "ä"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match="not valid Python"):
        read(str(path))


def test_interruptions_pass(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        read(write(tmp_path, "raise KeyboardInterrupt\n"))
