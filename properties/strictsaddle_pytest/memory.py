"""Certified verdicts, kept between runs in pytest's cache: what has not changed is not proved again.

The key is the objective's digest, which covers formula, constants, names and domain, with the options that can change
what is found, and the version. Time limits are no part of it: a proof holds however long it took.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from strictsaddle import __version__
from strictsaddle.objective.objective import Objective
from strictsaddle.verdict import SCHEMA

OPTIONS = ("method", "seed")


class Memory:
    """Verdicts by objective, one file each; without a folder it remembers nothing."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    @classmethod
    def of(cls, config: pytest.Config) -> Memory:
        """In the cache folder of this session, if it has one (`-p no:cacheprovider` takes it away)."""
        cache = getattr(config, "cache", None)
        return cls(None if cache is None else Path(cache.mkdir("strictsaddle")))

    def recall(self, objective: Objective, settings: Mapping[str, Any]) -> dict[str, Any] | None:
        """The verdict that was kept for this question; None when there is none, or what is there is damaged."""
        key = _key(objective, settings)
        if self.folder is None:
            return None
        try:
            kept = json.loads((self.folder / _name(key)).read_text("utf-8"))
            verdict: dict[str, Any] = kept["verdict"]
            whole = kept["key"] == key and verdict["schema"] == SCHEMA and kept["sum"] == _sum(verdict)
            # The name and the parameters may have changed, the question has not.
            return {**verdict, "objective": objective.to_dict()} if whole else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, objective: Objective, settings: Mapping[str, Any], verdict: Mapping[str, Any]) -> None:
        """Keep a decided verdict. Where nothing can be written nothing is kept."""
        if self.folder is None:
            return
        key = _key(objective, settings)
        target = self.folder / _name(key)
        scratch = target.with_suffix(f".{os.getpid()}.part")  # several workers may keep the same verdict at once
        try:
            scratch.write_text(json.dumps({"key": key, "sum": _sum(verdict), "verdict": verdict}), "utf-8")
            scratch.replace(target)
        except OSError:
            scratch.unlink(missing_ok=True)


def _key(objective: Objective, settings: Mapping[str, Any]) -> list[Any]:
    return [__version__, objective.digest, *(settings[name] for name in OPTIONS)]


def _name(key: list[Any]) -> str:
    return hashlib.sha256(json.dumps(key).encode()).hexdigest()[:40] + ".json"


def _sum(verdict: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(verdict, sort_keys=True).encode()).hexdigest()
