"""The whole search by forms: its lists are those of the search in all unknowns; it is the same for any number of workers."""

from __future__ import annotations

import pickle
from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle.covering import search as searches
from strictsaddle.covering.forms.explore import explore_network
from strictsaddle.covering.forms.question import NetworkZeros, is_suited
from strictsaddle.covering.infinity import Region, region
from strictsaddle.covering.search import Search
from strictsaddle.covering.waves import Chunk, cover
from strictsaddle.derive.derivatives import derive
from strictsaddle.errors import InputError
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.execution.executor import Serial
from strictsaddle.execution.options import Options
from strictsaddle.records.events import silent
from strictsaddle.routes.interval.route import IntervalRoute
from strictsaddle.routes.route import Case

THREE = ([[-1], [0], ["3/2"]], [["1/2"], [-1], [1]])
SHAPES = [([1, 1, 1], True), ([1, 2, 1], False), ([2, 1, 1], False), ([1, 1, 2], True), ([1, 1, 1, 1], False)]
SMOOTH = ["tanh", "sigmoid", "erf", "gaussian"]


def searched(objective: ss.Objective) -> Search:
    derivation = derive(objective)
    found = region(objective, derivation)
    assert isinstance(found, Region)
    return Search.of(derivation, found, Case(objective, Options()).symmetry.half_spaces)


def random_network(rng: Any) -> ss.Objective:
    widths, bias = SHAPES[rng.integers(len(SHAPES))]
    rows = int(rng.integers(1, 4))
    inputs = [[F(int(x), int(rng.integers(1, 4))) for x in row] for row in rng.integers(-6, 7, (rows, widths[0]))]
    targets = rng.choice([-1, 1], (rows, widths[-1])).tolist()
    return ss.network(widths, activation=str(rng.choice(SMOOTH)), loss=str(rng.choice(["squared", "logistic", "pseudo_huber", "log_cosh"])),
                      bias=bias, ridge=F(1, int(rng.integers(2, 20))), data=(inputs, targets))  # fmt: skip


def lists_differ(seed: int, networks: int) -> list[str]:
    """Networks of which both searches list all points, and not the same."""
    rng = np.random.default_rng(seed)
    differing, compared = [], 0
    for _ in range(networks):
        objective = random_network(rng)
        lists = []
        for plain in (False, True):
            case = Case(objective, Options(method="interval", workers=1))
            found = IntervalRoute(plain=plain).run(case, Budget.of(None, 60_000), silent)
            if found.stationary.complete:
                lists.append(
                    sorted((point.kind, [side.low for side in point.point]) for point in found.stationary.isolated)
                )
        if len(lists) == 2:
            compared += 1
            same = [kind for kind, _ in lists[0]] == [kind for kind, _ in lists[1]]
            near = same and np.allclose([x for _, x in lists[0]], [x for _, x in lists[1]], atol=1e-6)
            differing += [] if near else [objective.name]
    assert compared > 0.6 * networks
    return differing


def test_both_searches_list_the_same_points() -> None:
    assert lists_differ(1, 14) == []


@pytest.mark.slow
def test_both_searches_list_the_same_points_of_three_hundred_networks() -> None:
    assert lists_differ(2, 300) == []


def test_two_units_with_biases_have_17_points() -> None:
    """Undecided after 20 million boxes in all unknowns; the counts are those of Newton's method from 30,000 starts."""
    objective = ss.network([1, 2, 1], activation="tanh", ridge="1/20", data=THREE)
    verdict = ss.check(objective, workers=1)
    assert verdict.definition_1.verdict == "strict_saddle" and verdict.definition_1.scope == "global"
    assert verdict.stationary.complete
    assert dict(verdict.stationary.counts) == {"local_minimum": 8, "strict_saddle": 9, "local_maximum": 0} | {
        kind: 0 for kind in verdict.stationary.counts if kind not in ("local_minimum", "strict_saddle")
    }
    assert verdict.resources.boxes < 60_000


def test_a_degenerate_point_is_not_closed() -> None:
    """(v tanh(w) - 1)^2 + v^2 + w^2 has the Hessian 2 [[1, -1], [-1, 1]] at 0; a ridge above 1 makes it definite, one below indefinite."""
    for ridge, verdict, kinds in (
        (1, "not_strict_saddle", None),
        ("11/10", "strict_saddle", 1),
        ("9/10", "strict_saddle", 3),
    ):
        objective = ss.network([1, 1, 1], activation="tanh", ridge=ridge, bias=False, data=([[1]], [[1]]))
        found = ss.check(objective, workers=1)
        assert found.definition_1.verdict == verdict
        assert kinds is None or len(found.stationary.isolated) == kinds
        state = cover(searched(objective).question, searched(objective).start, Serial(), UNLIMITED, silent).state
        assert state.closed == (verdict == "strict_saddle")


def test_the_search_is_the_same_however_it_is_dealt_out() -> None:
    search = searched(ss.network([1, 2, 1], activation="tanh", ridge="1/9", data=THREE))
    assert isinstance(search.question, NetworkZeros)
    states = []
    for question in (search.question, pickle.loads(pickle.dumps(search.question))):
        assert question.digest == search.question.digest
        states.append(cover(question, search.start, Serial(), UNLIMITED, silent).state)
    assert states[0].record == states[1].record and states[0].closed and states[0].boxes == states[1].boxes
    other = replace(search.question, layout=search.question.layout._replace(cap=1.0))
    assert other.digest != search.question.digest


def test_an_interrupted_search_goes_on(tmp_path: Path) -> None:
    objective = ss.network([1, 2, 1], activation="tanh", ridge="1/9", data=THREE)
    path = str(tmp_path / "state.npz")
    short = ss.check(objective, workers=1, max_boxes=3_000, checkpoint=path)
    assert short.definition_1.verdict == "undecided" and short.stationary.unresolved is not None
    assert len(short.stationary.unresolved.first[0].box) == objective.dimension
    resumed, whole = ss.check(objective, workers=1, checkpoint=path), ss.check(objective, workers=1)
    assert resumed.definition_1.verdict == "strict_saddle" and resumed.stationary.counts == whole.stationary.counts
    assert resumed.resources.boxes == whole.resources.boxes
    with pytest.raises(InputError, match="belongs to another objective"):
        ss.check(ss.network([1, 2, 1], activation="tanh", ridge="1/10", data=THREE), workers=1, checkpoint=path)


def test_boxes_of_the_search_in_all_unknowns() -> None:
    objective = ss.network([1, 2, 1], activation="tanh", ridge="1/20", data=THREE)
    search = searched(objective)
    assert objective.network is not None and search.kept == (0, 1, 2, 3) == objective.network.hidden_parameters
    assert objective.network.output_parameters == (4, 5, 6)
    low, high = search.in_all_unknowns(np.zeros(4), np.ones(4))
    assert low.shape == high.shape == (7,) and low[6] < -1.9 < 1.9 < high[6]
    point = search.whole(np.array([np.zeros(4), np.zeros(4)]))
    # with both units silent, the output is its bias b, with 2 (b - mean y) + b / 10 = 0
    assert np.allclose(point, [0, 0, 0, 0, 0, 0, (1 / 6) / 1.05])
    assert "hidden parameters" in search.words and search.evidence(search.start) == ()


@pytest.mark.parametrize(
    ("objective", "suited"),
    [
        (ss.network([1, 2, 1], activation="tanh", ridge="1/9", data=THREE), True),
        (ss.network([1, 2, 1], activation="tanh", ridge={"W2": "1/9", "b2": 1}, data=THREE), True),
        (
            ss.network([1, 2, 1], activation="tanh", ridge={"W1": "1/9", "b1": 1}, data=THREE),
            False,
        ),  # output without a ridge
        (ss.network([1, 1], ridge="1/9", data=THREE), False),
        (
            ss.network([1, 2, 2], activation="tanh", loss="cross_entropy", ridge="1/9", data=([[1], [2]], [[0], [1]])),
            False,
        ),
        (ss.network([1, 21, 1], activation="tanh", ridge="1/9", data=THREE, bias=False), False),
    ],
)
def test_which_networks_have_forms(objective: ss.Objective, suited: bool) -> None:
    assert objective.network is not None and is_suited(objective.network) == suited


def test_on_a_box_and_for_certificates_all_unknowns_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    objective = ss.network([1, 1, 1], activation="tanh", ridge="1/9", data=THREE)
    derivation = derive(objective)
    found = region(objective, derivation)
    assert isinstance(found, Region)
    half_spaces = np.zeros((0, objective.dimension))
    assert not isinstance(Search.of(derivation, found, half_spaces, plain=True).question, NetworkZeros)
    part = replace(found, everything=False)
    assert not isinstance(Search.of(derivation, part, half_spaces).question, NetworkZeros)
    monkeypatch.setattr(searches, "is_suited", lambda network: False)
    assert not isinstance(Search.of(derivation, found, half_spaces).question, NetworkZeros)


def test_where_the_tables_end_all_unknowns_are_searched() -> None:
    objective = ss.network([1, 1, 1], activation="tanh", ridge="1/10", data=([[10**8], [-(10**8)]], [[1], [-1]]))
    assert not isinstance(searched(objective).question, NetworkZeros)
    near = ss.network([1, 1, 1], activation="tanh", ridge="1/10", data=([[100], [-100]], [[1], [-1]]))
    assert isinstance(searched(near).question, NetworkZeros)


def test_nothing_is_left_of_nothing() -> None:
    question = searched(ss.network([1, 1, 1], activation="tanh", ridge="1/9", data=THREE)).question
    nothing = np.empty((0, 2))
    done = question.work(Chunk(nothing, nothing, np.empty(0, dtype=np.uint8), 10, True))
    assert done.boxes == 0 and len(done.lower) == 0 and explore_network is not None
