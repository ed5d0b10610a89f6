"""The atlas: its committed table is re-checked by sample, no row contradicts a theorem, runs go on where they ended, pages hold every
row."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.atlas.entry import Entry, examined
from strictsaddle.atlas.network_rows import ACTIVATIONS, PIECEWISE, NetworkRow, balance, network_rows
from strictsaddle.atlas.other_rows import OTHER_ROWS
from strictsaddle.atlas.run import Kept, rows, run
from strictsaddle.atlas.theorems import contradicts, theorem
from strictsaddle.derive.derivatives import derive
from strictsaddle.execution.options import Options
from strictsaddle_cli.main import main
from strictsaddle_reports import atlas_html, atlas_tables

COMMITTED = Path(__file__).parents[2] / "docs" / "atlas.json"
QUICK = Options(budget=20, workers=1)


@pytest.fixture(scope="module")
def table() -> list[Entry]:
    return atlas_tables.read_json(COMMITTED.read_text("utf-8"))


def test_the_table_is_large_and_decided(table: list[Entry]) -> None:
    assert len(table) >= 400 and [entry.key for entry in table] == [row.key for row in rows()]
    assert sum(entry.decided for entry in table) >= 0.9 * len(table)
    assert not [entry.key for entry in table if entry.against]
    every = {row.key: row for row in rows()}
    for entry in table:
        assert entry.digest == every[entry.key].objective().digest, f"{entry.key} is another objective now: make atlas"


def test_theorems_hold_in_the_table(table: list[Entry]) -> None:
    for entry in table:
        if entry.regularisation == "own":
            assert entry.verdict in ("strict_saddle", "undecided"), entry.key
        if (
            entry.activation == "linear"
            and entry.hidden in ("2", "3")
            and entry.regularisation == "equal"
            and entry.loss == "squared"
        ):
            assert entry.verdict == "not_strict_saddle"
        if (
            entry.activation in ("tanh", "erf", "sigmoid")
            and entry.hidden == "2"
            and entry.regularisation == "none"
            and entry.loss == "squared"
        ):
            assert entry.verdict == "not_strict_saddle"  # as many units as rows
        if (
            entry.activation in ("tanh", "erf", "sin", "linear", "cubic")
            and entry.symmetry is not None
            and not entry.bias
            and entry.activation != "linear"
        ):
            assert (
                entry.regularisation in ("unit norm", "ridge and tilt", "fixed output") or int(entry.symmetry) % 2 == 0
            ), entry.key
        if entry.attained is False:
            assert entry.regularisation in ("none", "output", "hidden", None), entry.key


def test_a_sample_is_examined_again(table: list[Entry]) -> None:
    """Every 23rd of those that took under a second: the same verdict, list and digest."""
    every = {row.key: row for row in rows()}
    quick = [entry for entry in table if entry.seconds < 1.0][::23]
    assert len(quick) >= 15
    for entry in quick:
        again = examined(every[entry.key], QUICK)
        if entry.decided:
            assert (again.verdict, again.minima, again.saddles, again.digest) == (
                entry.verdict,
                entry.minima,
                entry.saddles,
                entry.digest,
            ), entry.key
            assert again.why == entry.why


def test_a_row_against_a_theorem_is_seen() -> None:
    own = NetworkRow("tanh", "squared", "own", "two rows", (1,))
    assert contradicts(own, "not_strict_saddle", None) and not contradicts(own, "undecided", None)
    linear = NetworkRow("linear", "squared", "none", "two rows", (1,))
    assert contradicts(linear, "strict_saddle", None) and contradicts(linear, "not_strict_saddle", "not_strict_saddle")
    assert not contradicts(linear, "not_strict_saddle", "strict_saddle") and theorem(linear).reference
    sensing = next(row for row in OTHER_ROWS if row.key == "sensing/u=3/2")
    assert contradicts(sensing, "strict_saddle", None) and not contradicts(sensing, "not_strict_saddle", None)


def test_regularisations_are_what_they_are_called() -> None:
    """Values by NumPy, for one tanh unit on the two rows."""
    w, v = 0.7, -0.4
    loss = 0.5 * ((v * np.tanh(w) - 1) ** 2 + (v * np.tanh(2 * w) + 1) ** 2)
    added = {"none": 0.0, "equal": (w**2 + v**2) / 50, "own": w**2 / 50 + 1.3 * v**2 / 50, "layer": w**2 / 50 + 1.3 * v**2 / 50,
             "output": v**2 / 50, "hidden": w**2 / 50, "ridge and tilt": w**2 / 50 + 1.3 * v**2 / 50 + (w - 1.3 * v) / 100}  # fmt: skip
    for kind, penalty in added.items():
        made = NetworkRow("tanh", "squared", kind, "two rows", (1,)).objective()
        assert evaluate_float(derive(made).value_tape, [[w, v]])[0, 0] == pytest.approx(loss + penalty, rel=1e-12), kind
    fixed = NetworkRow("tanh", "squared", "fixed output", "two rows", (1,)).objective()
    expected = 0.5 * ((np.tanh(w) - 1) ** 2 + (np.tanh(2 * w) + 1) ** 2) + w**2 / 50
    assert fixed.dimension == 1 and evaluate_float(derive(fixed).value_tape, [[w]])[0, 0] == pytest.approx(expected)
    quadratic = ss.network([1, 2, 1], activation="quadratic", data=([[1]], [[1]]), bias=False).network
    assert quadratic is not None
    assert balance(quadratic) == "(W1_1_1**2 - 2*(W2_1_1**2))**2 + (W1_2_1**2 - 2*(W2_1_2**2))**2"
    sphere = NetworkRow("gelu", "squared", "unit norm", "xor", (1,)).objective()
    assert sphere.domain.groups == ((0, 1),)


def test_rows_have_names_of_their_own() -> None:
    keys = [row.key for row in rows()]
    assert len(set(keys)) == len(keys) and {row.activation for row in network_rows()} == {*ACTIVATIONS, *PIECEWISE}
    assert [row.key for row in rows("sensing/u=3/2")] == ["sensing/u=3/2"] and len(rows("Gaussian mixtures")) == 3
    assert not rows("nothing")


def test_a_run_goes_on_where_it_ended(tmp_path: Path) -> None:
    path, chosen = tmp_path / "part.rows", rows("mixture/*")
    first = list(run(chosen[:2], Options(budget=20, workers=2), Kept(path, resume=False)))
    with path.open("a") as file:
        file.write('{"cut off')  # as a killed run leaves it
    seen: list[str] = []
    both = list(run(chosen, Options(budget=20, workers=1), Kept(path, resume=True), each=lambda e: seen.append(e.key)))
    assert (
        seen == ["mixture/close"] and [entry.key for entry in both] == [row.key for row in chosen] and both[:2] == first
    )
    other = Kept(path, resume=True)
    other.known["mixture/close"] = replace(other.known["mixture/close"], version="0")
    assert other.of(chosen[2]) is None and other.of(chosen[0]) is not None
    assert Kept(path, resume=False).known == {} and not path.exists()


def test_tables_and_pages(table: list[Entry]) -> None:
    assert atlas_tables.read_json(atlas_tables.json_text(table)) == table
    read = list(csv.DictReader(atlas_tables.csv_text(table).splitlines()))
    assert [row["key"] for row in read] == [entry.key for entry in table]
    markdown = atlas_tables.markdown(table)
    assert all(entry.key in markdown for entry in table) and "| tanh" in markdown
    page = atlas_html.page(table)
    assert page.count("<details>") == len(table) and "<script>" in page and "http" not in page.replace("http-equiv", "")
    assert len(re.findall(r'<td class="(?:yes|no|open)" title=', page)) > 150
    against = [replace(table[0], against="strict_saddle, against a theorem")]
    assert "AGAINST A THEOREM" in atlas_tables.summary(against)
    screen = atlas_tables.one_screen(table)
    assert len(screen.splitlines()) == len(ACTIVATIONS) + len(PIECEWISE) + 2


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = [str(tmp_path / f"atlas.{kind}") for kind in ("json", "csv", "md", "html")]
    arguments = [part for place in places for part in ("-o", place)]
    assert main(["atlas", "--rows", "sensing/*", "--quiet", "--workers", "2", *arguments]) == 0
    assert "5 rows, 5 decided" in capsys.readouterr().out and not list(tmp_path.glob("*.rows"))
    verdicts = {row["key"]: row["verdict"] for row in json.loads(Path(places[0]).read_text())["rows"]}
    assert verdicts["sensing/u=3/2"] == "not_strict_saddle" and verdicts["sensing/u=31/20"] == "strict_saddle"
    assert main(["atlas", "--list", "--rows", "mixture/*"]) == 0
    assert capsys.readouterr().out.split() == ["mixture/apart", "mixture/critical", "mixture/close"]
    assert main(["check", "atlas:mixture/critical", "--quiet"]) == 1
    capsys.readouterr()
    for wrong, words in (
        (["atlas", "--rows", "nothing"], "no row matches"),
        (["atlas", "-o", "x.pdf"], ".html"),
        (["atlas", "--resume"], "beside a file"),
        (["check", "atlas:nothing"], "no such row"),
        (["check", "atlas:mixture/close", "-p", "a=1"], "takes no parameters"),
    ):
        assert main([*wrong, "--quiet"]) == 2
        assert words in capsys.readouterr().err
