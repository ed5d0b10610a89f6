from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from strictsaddle import zoo
from strictsaddle.errors import InputError
from strictsaddle.loading import load
from strictsaddle.objective.domain import Box

TOML = 'variables = ["x"]\nexpression = "a*x"\nparameters = {a = 0.1}\n'


def test_every_form(tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_text(TOML, "utf-8")
    (tmp_path / "f.json").write_text('{"variables": ["x"], "expression": "x"}', "utf-8")
    (tmp_path / "f.py").write_text(
        "from strictsaddle.objective.objective import Objective\ndef g():\n    return Objective('f', 'x', 'x')\n",
        "utf-8",
    )
    assert load(f"{tmp_path}/f.toml").parameters == {"a": Fraction(1, 10)}
    assert load(f"{tmp_path}/f.toml", {"a": "2"}).parameters == {"a": 2}
    assert load(f"{tmp_path}/f.json").name == "f"
    assert load(f"{tmp_path}/f.py:g").name == "f"
    assert load(zoo.names()[0]).to_dict() == zoo.get(zoo.names()[0], {}).to_dict()


def test_a_box_limits_every_form(tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_text(TOML, "utf-8")
    assert load(f"{tmp_path}/f.toml", box="-1,2").domain == Box((Fraction(-1),), (Fraction(2),))


@pytest.mark.parametrize(
    ("spec", "what"),
    [
        ("tensor-eq55", "no objective of this name: 'tensor-eq55'. Did you mean tensor-eq"),
        ("no-such-thing-at-all", "FILE.toml, FILE.json, FILE.py:NAME or a formula"),
        ("", "no objective is named"),
        ("missing.toml", "missing.toml: there is no such file"),
        ("objectiv.toml", "Did you mean objective.toml?"),
        ("objectve", "no objective of this name: 'objectve'. Did you mean objective.toml?"),
        ("missing.py:f", "missing.py: there is no such file"),
        ("missing.yaml", "missing.yaml: there is no such file"),
        ("some/where", "there is no such file"),
        ("notes.txt", "a file of this kind holds no objective"),
        ("folder", "a directory"),
        ("folder.toml", "a directory"),
        ("folder.py", "a directory"),
        (".", "a directory"),
        ("objective.toml:f", "no such file"),
        ("a\0b", "no objective of this name"),
        ("x" * 10_000, "no objective of this name"),
    ],
)
def test_what_is_no_objective(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: str, what: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "notes.txt").write_text("x**2", "utf-8")
    (tmp_path / "objective.toml").write_text(TOML, "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        load(spec)
    assert what in str(caught.value)
    assert len(str(caught.value)) < 500
