"""`strictsaddle doctor`: what is installed, what is missing, how to get it."""

from __future__ import annotations

from dataclasses import asdict

from strictsaddle.records.json_text import json_text
from strictsaddle_cli import options
from strictsaddle_cli.output import PROVED, answer

MISSING = 1


def doctor(json: options.Json = None) -> int:
    """What is installed, what is missing, how to get it.

    Exit code: 0 everything is there and works, 1 something is missing or broken.
    """
    from strictsaddle_cli.installation import findings

    found = findings()
    faults = [finding for finding in found if finding.state != "ok"]

    def as_text() -> str:
        longest = max(len(finding.name) for finding in found)
        lines = [f"{finding.state:8}{finding.name.ljust(longest)}  {finding.detail}" for finding in found]
        lines += ["", *(f"{finding.name} is {finding.state}. {finding.remedy}" for finding in faults)]
        return "\n".join(lines if faults else [*lines, "Everything is there and works."]) + "\n"

    answer(json, lambda: json_text([asdict(finding) for finding in found]) + "\n", as_text)
    return MISSING if faults else PROVED
