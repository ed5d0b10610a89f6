from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from strictsaddle.errors import InputError
from strictsaddle.reading.text import MAXIMAL_BYTES, NotANumber, contents, json_object, text_of, toml


def write(tmp_path: Path, content: bytes, name: str = "file.toml") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_marks_and_line_ends_are_dropped(tmp_path: Path) -> None:
    assert text_of(write(tmp_path, b"\xef\xbb\xbfa\r\nb\n")) == "a\nb\n"


def test_numbers_are_exact(tmp_path: Path) -> None:
    content, _ = toml(write(tmp_path, b"a = 0.1\nb = 1_000.5\nc = 1e-3\nd = 7\n"))
    assert content == {"a": Fraction(1, 10), "b": Fraction(2001, 2), "c": Fraction(1, 1000), "d": 7}
    content, _ = json_object(write(tmp_path, b'{"a": 0.1, "b": [1E2], "c": -7}', "file.json"))
    assert content == {"a": Fraction(1, 10), "b": [100], "c": -7}


def test_what_has_no_exact_value_is_kept_for_its_place(tmp_path: Path) -> None:
    content, _ = toml(write(tmp_path, b"a = nan\nb = -inf\nc = 1e99999\n"))
    assert all(isinstance(entry, NotANumber) for entry in content.values())
    content, _ = json_object(write(tmp_path, b'{"a": NaN, "b": -Infinity, "c": 1e99999}', "file.json"))
    assert all(isinstance(entry, NotANumber) for entry in content.values())


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the file is empty"),
        (b" \n\t\n", "the file is empty"),
        (b"a = 'x\0'", "zero bytes"),
        (bytes(range(256)), "zero bytes"),
        (b"ok = 1\na = '\xff'", "line 2: the file is not UTF-8 text: 'byte 0xff'"),
        (b"#" * (MAXIMAL_BYTES + 1), "larger than 10 MB"),
        (b"a = ", "not valid TOML (Invalid value)"),
        (b"a = 1\nb == 2\n", "line 2, column 4: this is not valid TOML (Invalid value): 'b == 2'"),
        (b"a = 1\na = 2\n", "not valid TOML (Cannot overwrite a value)"),
        (b"a = " + b"[" * 100_000, "nested too deep"),
        (b"a = " + b"9" * 5_000, "a value cannot be read"),
    ],
)
def test_faults_of_toml(tmp_path: Path, content: bytes, what: str) -> None:
    with pytest.raises(InputError) as caught:
        toml(write(tmp_path, content))
    assert what in str(caught.value)
    assert "file.toml" in caught.value.where
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"{", "line 1, column 2: this is not valid JSON"),
        (b'{"a": 1,\n "b" 2}', "line 2, column 6: this is not valid JSON (Expecting ':' delimiter)"),
        (b"[1]", "does not hold a JSON object"),
        (b"1", "does not hold a JSON object"),
        (b'{"a": 1, "a": 2}', "a key is given twice: 'a'"),
        (b'{"a": ' + b"[" * 100_000, "nested too deep"),
    ],
)
def test_faults_of_json(tmp_path: Path, content: bytes, what: str) -> None:
    with pytest.raises(InputError) as caught:
        json_object(write(tmp_path, content, "file.json"))
    assert what in str(caught.value)
    assert "file.json" in caught.value.where


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a directory, not a file"):
        contents(tmp_path)
    write(tmp_path, b"a = 1", "objective.toml")
    with pytest.raises(InputError, match=r"no such file. Did you mean objective.toml\?"):
        contents(tmp_path / "objectve.toml")
    with pytest.raises(InputError, match="no such file"):
        contents(tmp_path / "none" / "objective.toml")
    with pytest.raises(InputError):
        contents(Path("a\0b.toml"))
    with pytest.raises(InputError):
        contents(tmp_path / ("x" * 5_000))
    with pytest.raises(InputError, match="not a regular file"):
        contents(Path("/dev/null"))


def test_unreadable_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root every file can be read, so the refusal is played."""
    path = write(tmp_path, b"a = 1")

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(InputError, match="cannot be read: 'Permission denied'"):
        contents(path)
