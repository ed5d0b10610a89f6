"""Hooks, marker and fixture. Loaded in every pytest session, so it imports nothing but pytest until it is used.

    @pytest.mark.strict_saddle(modulo_symmetry=True, budget=30)
    def test_loss():
        return ss.network([2, 2, 1], activation="tanh", data=..., ridge="1/10")

    def test_losses(strict_saddle):
        for lam in ("1/2", "1/3"):
            strict_saddle(loss(lam), budget=10)

Files called *.objective.toml are tests too. To ask about one of them modulo symmetry, or within another budget, put the
marker on it in conftest.py (`pytest_collection_modifyitems`, `item.add_marker`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from strictsaddle_pytest.judgement import Judge

ENDING = ".objective.toml"
MARKER = "strict_saddle"
HELP = (
    "strict_saddle(*, modulo_symmetry=False, budget=60, method='auto', max_boxes=None, workers=1, seed=None, box=False): "
    "the test returns an objective, and passes when that is proved to be strict-saddle. modulo_symmetry: up to its "
    "continuous symmetry; budget: seconds; box: a proof on a part of the domain is enough."
)
_current: pytest.StashKey[pytest.Item] = pytest.StashKey()
_judge: pytest.StashKey[Judge] = pytest.StashKey()
_judged: pytest.StashKey[bool] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("strict-saddle", "proofs that objectives are strict-saddle")
    group.addoption(
        "--strict-saddle-undecided",
        choices=("fail", "xfail", "skip"),
        default="fail",
        help="what becomes of a test whose objective is neither proved nor refuted (default: fail)",
    )
    group.addoption(
        "--strict-saddle-report",
        metavar="DIR",
        default=None,
        help="write the verdict of each test to DIR, as JSON",
    )

    group.addoption(
        "--strict-saddle-certificates",
        metavar="DIR",
        default=None,
        help="write the certificate of each test to DIR, for `strictsaddle verify`",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", HELP)
    for option in ("report", "certificates"):
        folder = getattr(config.option, f"strict_saddle_{option}")
        if folder is not None:
            # Absolute, because the workers of xdist inherit the option but not always the folder it is relative to.
            place = Path(config.invocation_params.dir, folder).absolute()
            if place.exists() and not place.is_dir():
                raise pytest.UsageError(f"--strict-saddle-{option}: {folder} is not a folder")
            setattr(config.option, f"strict_saddle_{option}", str(place))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.name.endswith(ENDING):
        return ObjectiveFile.from_parent(parent, path=file_path)
    return None


class ObjectiveFile(pytest.File):
    """A file with one objective: one test."""

    def collect(self) -> Iterator[pytest.Item]:
        yield ObjectiveItem.from_parent(self, name=MARKER)


class ObjectiveItem(pytest.Item):
    """The test that the objective of a file is strict-saddle."""

    def runtest(self) -> None:
        from strictsaddle_pytest.collected import require_inside

        require_inside(self.path, self.config.rootpath)
        marker = self.get_closest_marker(MARKER)
        judge_of(self.config).marked(self, marker, str(self.path))

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.nodeid


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.config.stash[_current] = item


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    marker = pyfuncitem.get_closest_marker(MARKER)
    if marker is None:
        return None
    __tracebackhide__ = True
    pyfuncitem.stash[_judged] = True
    names = pyfuncitem._fixtureinfo.argnames
    returned = pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names})
    judge_of(pyfuncitem.config).marked(pyfuncitem, marker, returned)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """A marked test that nothing judged must not pass: methods of unittest's classes, doctests."""
    __tracebackhide__ = True
    result = yield
    if item.get_closest_marker(MARKER) and not isinstance(item, ObjectiveItem) and not item.stash.get(_judged, False):
        pytest.fail(
            f"the marker {MARKER} works on plain test functions and methods alone; use the fixture",
            pytrace=False,
        )
    return result


@pytest.fixture(scope="session")
def strict_saddle(pytestconfig: pytest.Config) -> Callable[..., dict[str, Any]]:
    """strict_saddle(objective, **options): fails unless `objective` (an Objective, or what `strictsaddle check` takes)
    is proved to be strict-saddle; the options are those of the marker. Returns the verdict as the JSON of `check`."""

    def require(objective: object, **options: Any) -> dict[str, Any]:
        __tracebackhide__ = True
        return judge_of(pytestconfig).required(pytestconfig.stash.get(_current, None), objective, options)

    return require


def judge_of(config: pytest.Config) -> Judge:
    """The session's judge; the first call imports what the judging needs."""
    if _judge not in config.stash:
        from strictsaddle_pytest.judgement import Judge

        config.stash[_judge] = Judge(config)
    return config.stash[_judge]
