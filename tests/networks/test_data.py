from __future__ import annotations

import csv
from fractions import Fraction
from math import sqrt
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strictsaddle.errors import InputError
from strictsaddle.networks.data import DATASETS, column_name, read, standardised

CSV = "a, b,label\n1,0.1,0\n2,-3e-1,1\n\n2.5,1/3,0\n"


def from_csv(tmp_path: Path, text: str | bytes = CSV, **keys: Any) -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    (tmp_path / "data.csv").write_bytes(content)
    table = {"csv": "data.csv", "inputs": ["a", "b"], "targets": ["label"]} | keys
    return read({key: value for key, value in table.items() if value is not None}, tmp_path, "net.toml", labels=False)


def test_csv_is_exact(tmp_path: Path) -> None:
    data = from_csv(tmp_path)
    assert data.inputs == ((1, Fraction(1, 10)), (2, Fraction(-3, 10)), (Fraction(5, 2), Fraction(1, 3)))
    assert data.targets == ((0,), (1,), (0,))


def test_csv_of_a_spreadsheet(tmp_path: Path) -> None:
    """Byte order mark, Windows line ends, quoted cells, columns in another order."""
    text = b'\xef\xbb\xbf"label";a\r\n'.replace(b";", b",") + b'"1","2"\r\n'
    data = from_csv(tmp_path, text, inputs=["a"])
    assert (data.inputs, data.targets) == (((2,),), ((1,),))


def test_rows_takes_the_first(tmp_path: Path) -> None:
    assert from_csv(tmp_path, rows=2).inputs == from_csv(tmp_path).inputs[:2]
    data = read({"inputs": [1, 2, 3], "targets": [4, 5, 6], "rows": 2}, tmp_path, "", labels=False)
    assert data.inputs == ((1,), (2,))


def test_only_named_columns_need_be_numbers(tmp_path: Path) -> None:
    assert from_csv(tmp_path, "a,b,name,label\n1,2,setosa,3\n").targets == ((3,),)


@pytest.mark.parametrize(
    ("text", "keys", "what", "where"),
    [
        ("a,b,label\n1,2\n", {}, "the row has 2 cells, but the header 3: '1,2'", "data.csv, line 2"),
        ("a,b,label\n1,2,3\n\n1,2,3,4\n", {}, "the row has 4 cells", "data.csv, line 4"),
        ("a,b,label\n1,x,3\n", {}, "not a finite number: 'x'", "data.csv, line 2, column b"),
        ("a,b,label\n1,nan,3\n", {}, "not a finite number: 'nan'", "data.csv, line 2, column b"),
        ("a,b,label\n1,2,-inf\n", {}, "not a finite number: '-inf'", "data.csv, line 2, column label"),
        ("a,b,label\n1,2,3\n1, ,3\n", {}, "the cell is empty", "data.csv, line 3, column b"),
        ('a,b,label\n"1\n",y,3\n', {}, "not a finite number: 'y'", "data.csv, line 3, column b"),
        ("a,c,label\n1,2,3\n", {}, "no such column: 'b'. Columns are a, c, label", "data.inputs"),
        ("a;b;label\n1;2;3\n", {}, "no such column: 'a'. Columns are a;b;label", "data.inputs"),
        ("a,b,label\n1,2,3\n", {"targets": ["labl"]}, "Did you mean label?", "data.targets"),
        ("a,b,label\n", {}, "no rows under the header", "data.csv"),
        ("a,a,label\n1,2,3\n", {}, "two columns have the same name: 'a'", "data.csv, line 1, column 2"),
        ("a,,label\n1,2,3\n", {}, "a column has no name", "data.csv, line 1, column 2"),
        (
            "a,\x1b[31m,label\n1,2,3\n",
            {},
            "a column has no name that can be read",
            "data.csv, line 1, column 2",
        ),
        ('a,b,label\n1,"2"x,3\n', {}, "not valid CSV", "data.csv, line 2"),
        ("a,b,label\n1,2,3\n", {"rows": 2}, "2 rows are wanted, but", "data.rows"),
        ("a,b,label\n1,2,3\n", {"rows": 0}, "at least one row", "data.rows"),
        ("a,b,label\n1,2,3\n", {"rows": "1"}, "a whole number", "data.rows"),
        ("a,b,label\n1,2,3\n", {"inputs": ["a", "a"]}, "named twice: 'a'", "data.inputs"),
        ("a,b,label\n1,2,3\n", {"inputs": []}, "no column is named", "data.inputs"),
        ("a,b,label\n1,2,3\n", {"inputs": [1]}, "text is wanted here, not a number", "data.inputs, entry 1"),
        (
            "a,b,label\n1,2,3\n",
            {"inputs": "a"},
            "a list of column names is wanted here, not text",
            "data.inputs",
        ),
        ("a,b,label\n1,2,3\n", {"inputs": None}, "the key inputs is missing", "data"),
        ("a,b,label\n1,2,3\n", {"csv": "date.csv"}, "no such file. Did you mean data.csv?", "date.csv"),
        ("a,b,label\n1,2,3\n", {"csv": "."}, "a directory", ""),
        ("a,b,label\n1,2,3\n", {"csv": 5}, "text is wanted here", "data.csv"),
        ("a,b,label\n1,2,3\n", {"dataset": "iris"}, "both csv and dataset", "data"),
        ("a,b,label\n1,2,3\n", {"row": 5}, "unknown key: 'row'. Did you mean rows?", "data"),
        ("a,b,label\n1,2,3\n1,3,3\n", {"standardise": True}, "the same value in every row", "data.inputs"),
        ("a,b,label\n1,2,3\n", {"standardise": "yes"}, "true or false is wanted", "data.standardise"),
        ("", {}, "the file is empty", "data.csv"),
        ("\n \n", {}, "the file is empty", "data.csv"),
        ("a,b,label\n1,\0,3\n", {}, "zero bytes", "data.csv"),
        (b"a,b,label\n1,\xff,3\n", {}, "not UTF-8 text: 'byte 0xff'", "data.csv, line 2"),
    ],
)
def test_faults_of_csv(tmp_path: Path, text: str | bytes, keys: dict[str, Any], what: str, where: str) -> None:
    with pytest.raises(InputError) as caught:
        from_csv(tmp_path, text, **keys)
    assert what in str(caught.value)
    assert caught.value.where.endswith(where)


@given(st.lists(st.tuples(*[st.floats(-1e6, 1e6)] * 2), min_size=2, max_size=20))
def test_standardising_is_one_rational_map_a_column(rows: list[tuple[float, float]]) -> None:
    exact = [tuple(Fraction(repr(x)) for x in row) for row in rows]
    try:
        mapped = standardised(exact, "data.inputs")
    except InputError as error:
        assert "the same value" in error.what
        assert any(len(set(column)) == 1 for column in zip(*exact, strict=True))
        return
    for before, after in zip(zip(*exact, strict=True), zip(*mapped, strict=True), strict=True):
        assert sum(after) == 0
        variance = sum((x - sum(before) / len(before)) ** 2 for x in before) / len(before)
        factor = Fraction(repr(sqrt(variance)))
        if not 1e-300 < variance < 1e300:  # no double is its root to all digits
            assert all(abs(factor * y - (x - sum(before) / len(before))) < abs(y) * factor / 10**6 + Fraction(1, 10**400)
                       for x, y in zip(before, after, strict=True)) or factor == 0  # fmt: skip
            continue
        assert all(factor * y == x - sum(before) / len(before) for x, y in zip(before, after, strict=True))


def test_standardised_iris_has_mean_zero_and_deviation_one(tmp_path: Path) -> None:
    table = {
        "dataset": "iris",
        "inputs": ["petal_length", "sepal_width"],
        "targets": ["target"],
        "standardise": True,
    }
    data = read(table, tmp_path, "", labels=True)
    for column in zip(*data.inputs, strict=True):
        assert sum(column) == 0
        assert float(sum(x * x for x in column)) / 150 == pytest.approx(1, rel=1e-15)
    assert {y for (y,) in data.targets} == {0, 1, 2}, "labels are left alone"


def test_iris_is_what_the_package_holds(tmp_path: Path) -> None:
    """Against the CSV file inside scikit-learn, digit by digit."""
    import sklearn.datasets

    path = Path(sklearn.datasets.__file__).parent / "data" / "iris.csv"
    rows = [[Fraction(cell) for cell in row] for row in list(csv.reader(path.read_text("utf-8").splitlines()))[1:]]
    table = {"dataset": "iris", "inputs": ["sepal_length", "sepal_width", "petal_length", "petal_width"]}
    data = read(table | {"targets": ["target"]}, tmp_path, "", labels=True)
    assert [[*x, *y] for x, y in zip(data.inputs, data.targets, strict=True)] == rows


@pytest.mark.parametrize(
    ("dataset", "column", "count", "mean"),
    [
        ("wine", "od280_od315_of_diluted_wines", 178, 2.611685393258427),
        ("breast_cancer", "mean_radius", 569, 14.127291739894552),
        ("diabetes", "bmi", 442, 26.37579185520362),
        ("digits", "pixel_3_3", 1797, 8.821368948247079),
    ],
)
def test_data_sets(tmp_path: Path, dataset: str, column: str, count: int, mean: float) -> None:
    data = read({"dataset": dataset, "inputs": [column], "targets": ["target"]}, tmp_path, "", labels=True)
    assert len(data.inputs) == count
    assert fmean(x for (x,) in data.inputs) == pytest.approx(mean, rel=1e-3)
    assert all(x.denominator <= 10**6 for (x,) in data.inputs), "measurements have few digits"


def test_unknown_data_sets_and_columns(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"data\.dataset: unknown name: 'irsi'. Did you mean iris\? Known are iris, wine"
    ):
        read({"dataset": "irsi", "inputs": ["a"], "targets": ["b"]}, tmp_path, "", labels=False)
    with pytest.raises(InputError, match=r"no such column: 'petal-length'. Did you mean petal_length\?"):
        read({"dataset": "iris", "inputs": ["petal-length"], "targets": ["target"]}, tmp_path, "", labels=False)
    with pytest.raises(InputError, match=r"200 rows are wanted, but dataset iris has 150"):
        table = {"dataset": "iris", "inputs": ["petal_width"], "targets": ["target"], "rows": 200}
        read(table, tmp_path, "", labels=False)
    assert len(DATASETS) == 5


def test_column_names() -> None:
    assert column_name("petal length (cm)") == "petal_length"
    assert column_name("od280/od315_of_diluted_wines") == "od280_od315_of_diluted_wines"
    assert column_name("Mean Radius") == "mean_radius"
