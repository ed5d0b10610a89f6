"""From an objective to the outcome of a test."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping
from typing import Any, Literal

import pytest

from strictsaddle.errors import EngineError, StrictSaddleError, near_miss
from strictsaddle.objective.objective import Objective
from strictsaddle_pytest import messages
from strictsaddle_pytest.memory import Memory

DEFAULTS: dict[str, Any] = {
    "modulo_symmetry": False, "budget": 60, "method": "auto", "max_boxes": None, "workers": 1, "seed": None, "box": False,
}  # fmt: skip
Outcome = Literal["proved", "refuted", "undecided"]


class Judge:
    """Checks objectives for one pytest session: remembers verdicts, writes reports, ends tests.

    Raises, in all its methods, pytest's own outcomes: failed for what is refuted or cannot be asked, and for what is
    undecided the outcome that the command line chose.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.undecided: str = config.option.strict_saddle_undecided
        self.reports: str | None = config.option.strict_saddle_report
        self.certificates: str | None = config.option.strict_saddle_certificates
        self.memory = Memory.of(config)

    def marked(self, item: pytest.Item, marker: pytest.Mark | None, returned: object) -> None:
        """Judge what a marked test returned."""
        __tracebackhide__ = True
        if marker is not None and marker.args:
            pytest.fail(f"the marker strict_saddle takes keywords alone, not {marker.args[0]!r}", pytrace=False)
        if inspect.iscoroutine(returned):
            returned.close()
        if not isinstance(returned, (Objective, str, os.PathLike)):
            pytest.fail(
                f"{item.name} returned {type(returned).__name__}, not an objective: a test marked strict_saddle "
                "returns a strictsaddle.Objective, or what names one (a path, a name of the zoo)",
                pytrace=False,
            )
        self.required(item, returned, marker.kwargs if marker is not None else {})

    def required(self, item: pytest.Item | None, asked: object, options: Mapping[str, Any]) -> dict[str, Any]:
        """The verdict on `asked` as plain data, when it is proved to be strict-saddle."""
        __tracebackhide__ = True
        settings = {**DEFAULTS, **_known(options)}
        try:
            objective = _objective(asked)
            record, remembered, certificate = self._verdict(objective, settings)
        except EngineError as error:
            self._leave_undecided(f"{asked}: {error}")
        except StrictSaddleError as error:
            pytest.fail(str(error), pytrace=False)
        outcome, reason = judged(record, settings)
        if item is not None:
            item.user_properties.append(("strict_saddle", outcome))
            item.user_properties.append(("strict_saddle_cached", str(remembered).lower()))
            self._report(item, record, certificate)
        if outcome == "refuted":
            pytest.fail(messages.refuted(objective, record, settings, reason), pytrace=False)
        if outcome == "undecided":
            self._leave_undecided(messages.undecided(record, settings, reason))
        return record

    def _verdict(self, objective: Objective, settings: Mapping[str, Any]) -> tuple[dict[str, Any], bool, bytes | None]:
        """The verdict, whether it was remembered, and its certificate, where it has one."""
        known = self.memory.recall(objective, settings)
        if known is not None and judged(known, settings)[0] != "undecided":
            return known, True, self.memory.certificate(objective, settings)
        from strictsaddle.definition_1.check import check

        names = ("budget", "method", "max_boxes", "workers", "seed")
        verdict = check(objective, **{name: settings[name] for name in names})
        record, certificate = verdict.to_dict(), None
        if judged(record, settings)[0] != "undecided":
            certificate = verdict.certificate.at_hand  # without one the sealed verdict is remembered alone
            self.memory.keep(objective, settings, record, certificate)
        return record, False, certificate

    def _report(self, item: pytest.Item, record: Mapping[str, Any], certificate: bytes | None) -> None:
        if self.reports is not None:
            messages.write(self.reports, item.nodeid, record)
        if self.certificates is not None and certificate is not None:
            messages.write_certificate(self.certificates, item.nodeid, record, certificate)

    def _leave_undecided(self, reason: str) -> Any:
        __tracebackhide__ = True
        if self.undecided == "xfail":
            pytest.xfail(reason)
        if self.undecided == "skip":
            pytest.skip(reason)
        pytest.fail(reason, pytrace=False)


def judged(record: Mapping[str, Any], settings: Mapping[str, Any]) -> tuple[Outcome, str]:
    """What a verdict says about the question that was asked, and why, in a sentence.

    A proof on a box says nothing about all of R^n: there it counts as undecided, unless `box` allows it.
    """
    plain, modulo = record["definition_1"], record["modulo_symmetry"]
    if plain["verdict"] == "strict_saddle":
        return "proved", plain["reason"]
    if plain["on_box"] is not None and plain["on_box"]["verdict"] == "strict_saddle":
        if settings["box"]:
            return "proved", plain["reason"]
        return (
            "undecided",
            f"it is proved on a box alone, not on the whole domain (box=True allows that). {plain['reason']}",
        )
    if not settings["modulo_symmetry"] or modulo is None:
        return ("refuted" if plain["verdict"] == "not_strict_saddle" else "undecided"), plain["reason"]
    outcomes: dict[str, Outcome] = {"strict_saddle": "proved", "not_strict_saddle": "refuted"}
    return outcomes.get(modulo["verdict"], "undecided"), modulo["reason"]


def _known(options: Mapping[str, Any]) -> Mapping[str, Any]:
    __tracebackhide__ = True
    for name in options:
        if name not in DEFAULTS:
            pytest.fail(
                f"strict_saddle has no option {name!r}. {near_miss(name, DEFAULTS)}It has: {', '.join(DEFAULTS)}.",
                pytrace=False,
            )
    return options


def _objective(asked: object) -> Objective:
    if isinstance(asked, Objective):
        return asked
    if isinstance(asked, (str, os.PathLike)):
        from strictsaddle.loading import load

        return load(os.fspath(asked))
    __tracebackhide__ = True
    pytest.fail(f"strict_saddle wants an objective, not {type(asked).__name__}", pytrace=False)
