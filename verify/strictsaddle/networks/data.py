"""Data of a network: rows of exact rationals, written in place, from a CSV file or from scikit-learn's own copies.

Every value is the decimal that is written; a float stands for its shortest decimal. `standardise` maps each column by
x -> (x - m)/s, where m is the exact mean over the rows used and s is the float64 nearest to the population standard
deviation, read as its shortest decimal: one rational a column, the same for all rows, so that the data stay exact.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from math import sqrt
from pathlib import Path
from typing import Any

from strictsaddle.errors import InputError, choice, listed, near_miss
from strictsaddle.formula.expression import rational
from strictsaddle.objective.architecture import Row
from strictsaddle.objective.numbers import exact
from strictsaddle.reading.tables import Table, integer, items, number, shown, texts
from strictsaddle.reading.text import text_of

KEYS = ("inputs", "targets", "csv", "dataset", "rows", "standardise")
DATASETS = ("iris", "wine", "breast_cancer", "diabetes", "digits")

# Between them the nearest double to a square root is meant; beyond, its digits.
LEAST_VARIANCE, GREATEST_VARIANCE = Fraction(1, 10**300), Fraction(10) ** 300


@dataclass(frozen=True)
class Data:
    """`inputs[n]` and `targets[n]` are the n-th row; all rows of either have the same, positive length."""

    inputs: tuple[Row, ...]
    targets: tuple[Row, ...]


def read(content: object, folder: Path, file: str, *, labels: bool, targets_needed: bool = True) -> Data:
    """The data of a table `[data]`; its files are looked for in `folder`, and `file` names the table's in messages.

    `labels` says that targets name classes, so that `standardise` leaves them alone. Without targets, where they are not needed, rows
    of targets are empty. Raises InputError.
    """
    table = Table(content, file, "data", KEYS)
    sources = [key for key in ("csv", "dataset") if key in table]
    if len(sources) == 2:
        raise InputError("both csv and dataset are given", where=table.place, remedy="Keep one of them.")
    limit = None
    if "rows" in table:
        limit = integer(table.value("rows"), table.where("rows"))
        if limit < 1:
            raise InputError("at least one row is needed", where=table.where("rows"), fragment=str(limit))
    keys = ("inputs", "targets") if targets_needed or "targets" in table else ("inputs",)
    if not sources:
        inputs = _in_place(table, "inputs")
        targets = _in_place(table, "targets") if "targets" in keys else [()] * len(inputs)
        if len(inputs) != len(targets):
            raise InputError(
                f"{len(inputs)} rows of inputs, but {len(targets)} of targets",
                where=table.place,
                remedy="Give one target row for each input row.",
            )
        _check_count(len(inputs), limit, table, "there are")
        inputs, targets = inputs[:limit], targets[:limit]
    elif sources == ["csv"]:
        path = folder / table.text("csv")
        names, lines = _csv_lines(path)
        inputs, targets = _columns(table, names, lines, str(path), limit, keys)
    else:
        dataset = choice(table.text("dataset"), DATASETS, table.where("dataset"))
        names, lines = _dataset_lines(dataset)
        inputs, targets = _columns(table, names, lines, f"dataset {dataset}", limit, keys)
    if table.boolean("standardise", False):
        inputs = standardised(inputs, table.where("inputs"))
        targets = targets if labels or "targets" not in keys else standardised(targets, table.where("targets"))
    return Data(tuple(inputs), tuple(targets))


def standardised(rows: Sequence[Row], where: str) -> list[Row]:
    """Each column x as (x - m)/s (see the head of this file). Raises InputError for a constant column."""
    columns = []
    for index, column in enumerate(zip(*rows, strict=True), start=1):
        mean = sum(column, Fraction(0)) / len(column)
        variance = sum(((x - mean) ** 2 for x in column), Fraction(0)) / len(column)
        deviation = _root(variance)
        if deviation == 0:
            raise InputError(
                f"column {index} has the same value in every row",
                where=where,
                remedy="It cannot be standardised.",
            )
        columns.append([(x - mean) / deviation for x in column])
    return list(zip(*columns, strict=True))


def _root(value: Fraction) -> Fraction:
    """The square root rounded to a double, or, where that is beyond the doubles, to as many digits."""
    if value == 0 or LEAST_VARIANCE < value < GREATEST_VARIANCE:
        return exact(sqrt(value))
    context = Context(prec=17, Emin=-(10**9), Emax=10**9)
    return Fraction(context.divide(Decimal(value.numerator), Decimal(value.denominator)).sqrt(context))


def _in_place(table: Table, key: str) -> list[Row]:
    """The rows that stand in the table itself; a plain list of numbers means rows of one number each."""
    where = table.where(key)
    found = []
    for index, entry in enumerate(items(table.value(key), where, "rows"), start=1):
        place = f"{where}, row {index}"
        if isinstance(entry, str) and re.fullmatch(r"\s*[^\W\d]\w*\s*", entry) and not _infinite(entry):
            raise InputError(
                "a column's name, but no file to take it from",
                where=where,
                fragment=entry,
                remedy='Add csv = "FILE" or dataset = "NAME", or write numbers.',
            )
        cells = entry if isinstance(entry, Sequence) and not isinstance(entry, str) else [entry]
        found.append(tuple(number(cell, f"{place}, column {column}") for column, cell in enumerate(cells, start=1)))
        if not found[-1] or len(found[-1]) != len(found[0]):
            raise InputError(
                f"a row of {len(found[-1])} numbers" + (f" among rows of {len(found[0])}" if found[0] else ""),
                where=place,
                fragment=shown(entry),
                remedy="All rows must have the same length, one at least.",
            )
    if not found:
        raise InputError("there are no rows", where=where)
    return found


def _infinite(text: str) -> bool:
    return text.strip().lower() in ("nan", "inf", "infinity")


def _check_count(count: int, limit: int | None, table: Table, what: str) -> None:
    if limit is not None and count < limit:
        raise InputError(f"{limit} rows are wanted, but {what} {count}", where=table.where("rows"))


Line = tuple[str, Sequence[str]]  # where it stands, and its cells


def _columns(
    table: Table, names: Sequence[str], lines: Iterator[Line], source: str, limit: int | None, keys: Sequence[str]
) -> tuple[list[Row], list[Row]]:
    """The named columns of the first `limit` lines, as rows of inputs and rows of targets."""
    chosen = {key: _positions(table, key, names, source) if key in keys else [] for key in ("inputs", "targets")}
    rows: dict[str, list[Row]] = {"inputs": [], "targets": []}
    for place, cells in lines:
        for key, positions in chosen.items():
            rows[key].append(tuple(_cell(cells[k], f"{place}, column {names[k]}") for k in positions))
        if len(rows["inputs"]) == limit:
            break
    count = len(rows["inputs"])
    if not count:
        raise InputError("there are no rows under the header", where=source)
    _check_count(count, limit, table, f"{source} has")
    return rows["inputs"], rows["targets"]


def _positions(table: Table, key: str, names: Sequence[str], source: str) -> list[int]:
    where = table.where(key)
    wanted = texts(table.value(key), where, "column names")
    if not wanted:
        raise InputError("no column is named", where=where, remedy=f"Columns are {listed(names)}.")
    for place, name in enumerate(wanted):
        if name not in names:
            near = near_miss(name, names)
            raise InputError(
                f"{source} has no such column",
                where=where,
                fragment=name,
                remedy=f"{near}Columns are {listed(names)}.",
            )
        if name in wanted[:place]:
            raise InputError("a column is named twice", where=where, fragment=name)
    return [names.index(name) for name in wanted]


def _cell(text: str, where: str) -> Fraction:
    try:
        return rational(text)
    except InputError as error:
        what = "the cell is empty" if not text.strip() else error.what
        raise InputError(what, where=where, fragment=text.strip(), remedy=error.remedy) from None


def _csv_lines(path: Path) -> tuple[list[str], Iterator[Line]]:
    """The names in the header row of a CSV file, and an iterator over its other lines, blank ones left out."""
    reader = csv.reader(io.StringIO(text_of(path), newline=""), strict=True)

    def lines() -> Iterator[Line]:
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise InputError(
                    "this is not valid CSV", where=f"{path}, line {reader.line_num}", fragment=str(error)
                ) from None
            if any(cell.strip() for cell in cells):
                yield f"{path}, line {reader.line_num}", cells

    def checked(width: int, rows: Iterator[Line]) -> Iterator[Line]:
        for place, cells in rows:
            if len(cells) != width:
                raise InputError(
                    f"the row has {len(cells)} cells, but the header {width}",
                    where=place,
                    fragment=",".join(cells),
                )
            yield place, cells

    rows = lines()
    place, header = next(rows)  # text_of has refused a blank file
    names = [name.strip() for name in header]
    seen: set[str] = set()
    for position, name in enumerate(names):
        if not name.isprintable() or not name or name in seen:
            raise InputError(
                "two columns have the same name" if name in seen else "a column has no name that can be read",
                where=f"{place}, column {position + 1}",
                fragment=name,
                remedy="The first row must name the columns.",
            )
        seen.add(name)
    return names, checked(len(names), rows)


def column_name(text: str) -> str:
    """A feature's name as one word: "petal length (cm)" becomes petal_length."""
    return re.sub(r"\W+", "_", re.sub(r"\(.*?\)", "", text).strip()).lower()


def _dataset_lines(name: str) -> tuple[list[str], Iterator[Line]]:
    """A data set that lies inside the scikit-learn package: nothing is downloaded. `diabetes` is the raw table, in the
    units of measurement. The target column is called target."""
    try:
        from sklearn import datasets
    except ImportError:
        raise InputError(
            "scikit-learn is not installed, which holds this data set",
            fragment=name,
            remedy="Install scikit-learn, or give the data as csv.",
        ) from None
    options: Mapping[str, Any] = {"scaled": False} if name == "diabetes" else {}
    bunch = getattr(datasets, f"load_{name}")(**options)
    names = [*(column_name(str(feature)) for feature in bunch.feature_names), "target"]
    rows = zip(bunch.data.tolist(), bunch.target.tolist(), strict=True)
    return names, (
        (f"dataset {name}, row {index}", [repr(value) for value in (*features, target)])
        for index, (features, target) in enumerate(rows, start=1)
    )


def from_arrays(value: object) -> object:
    """Arrays (NumPy, pandas, JAX) inside `value` as nested lists of Python numbers; all else as it is."""
    if isinstance(value, Mapping):
        return {key: from_arrays(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [from_arrays(entry) for entry in value]
    to_list = getattr(value, "tolist", None)
    if to_list is None and hasattr(value, "to_numpy"):
        to_list = value.to_numpy().tolist
    return to_list() if to_list is not None else value
