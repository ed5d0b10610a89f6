"""Certified verdicts, kept between runs in pytest's cache: what has not changed is not proved again.

The key is the objective's digest, which covers formula, constants, names and domain, with the options that can change
what is found. Time limits are no part of it: a proof holds however long it took. Each file bears the seal of this user and of
the program's code and engines (`strictsaddle.execution.seal`): what somebody else put there, or another version proved, is proved again.
A verdict that was kept with its certificate is not believed but checked again, by the independent checker.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from strictsaddle.execution.seal import sealed, unsealed
from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import SCHEMA

OPTIONS = ("method", "seed")
PURPOSE = "verdict"


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
            content = unsealed((self.folder / _name(key)).read_bytes(), PURPOSE)
            if content is None:
                return None
            kept = json.loads(content)
            verdict: dict[str, Any] = kept["verdict"]
            whole = kept["key"] == key and verdict["schema"] == SCHEMA
            if whole and kept["certified"] and not self._holds(objective, key, verdict):
                return None
            # The name and the parameters may have changed, the question has not.
            return {**verdict, "objective": {**verdict["objective"], **_names(objective)}} if whole else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def certificate(self, objective: Objective, settings: Mapping[str, Any]) -> bytes | None:
        """The certificate that was kept with the verdict, if there is one."""
        if self.folder is None:
            return None
        try:
            return (self.folder / _certificate(_key(objective, settings))).read_bytes()
        except OSError:
            return None

    def _holds(self, objective: Objective, key: list[Any], verdict: Mapping[str, Any]) -> bool:
        """Whether the certificate beside the verdict is valid, about this objective, and says what the verdict says."""
        from strictsaddle.certificates.claim import about
        from strictsaddle_proofs import verify

        assert self.folder is not None
        found = verify(self.folder / _certificate(key))
        same = found.claim.get("objective") == about(objective)
        return found.valid is True and same and found.claim.get("verdict") == verdict["definition_1"]["verdict"]

    def keep(
        self,
        objective: Objective,
        settings: Mapping[str, Any],
        verdict: Mapping[str, Any],
        certificate: bytes | None = None,
    ) -> None:
        """Keep a decided verdict, with its certificate. Where nothing can be written nothing is kept."""
        if self.folder is None:
            return
        key = _key(objective, settings)
        target = self.folder / _name(key)
        record = {"key": key, "verdict": verdict, "certified": certificate is not None}
        if certificate is not None:
            _put(self.folder / _certificate(key), certificate)
        _put(target, sealed(json.dumps(record).encode(), PURPOSE))


def _put(target: Path, content: bytes) -> None:
    """Write a file whole or not at all: several workers may keep the same verdict at once."""
    scratch = target.with_suffix(f".{secrets.token_hex(8)}.part")
    try:
        with open(scratch, "xb") as file:
            file.write(content)
        scratch.replace(target)
    except OSError:
        scratch.unlink(missing_ok=True)


def _key(objective: Objective, settings: Mapping[str, Any]) -> list[Any]:
    return [objective.digest, *(settings[name] for name in OPTIONS)]


def _name(key: list[Any]) -> str:
    return hashlib.sha256(json.dumps(key).encode()).hexdigest()[:40] + ".json"


def _certificate(key: list[Any]) -> str:
    return _name(key).removesuffix(".json") + ".zip"


def _names(objective: Objective) -> dict[str, Any]:
    """What may differ between objectives of one digest."""
    record = objective.to_dict()
    return {key: record[key] for key in ("name", "parameters", "expression")}
