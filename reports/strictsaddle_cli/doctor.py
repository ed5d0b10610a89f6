"""`strictsaddle doctor`: what is installed, what is missing, how to get it."""

from __future__ import annotations

from dataclasses import asdict

from strictsaddle_cli import options
from strictsaddle_cli.output import PROVED, say

MISSING = 1


def doctor(json: options.Json = None) -> int:
    """What is installed, what is missing, how to get it.

    Exit code: 0 everything is there and works, 1 something is missing or broken.
    """
    from strictsaddle_cli.installation import findings

    found = findings()
    if json is not None:
        options.write_json(json, [asdict(finding) for finding in found])
    if json == "-":
        return MISSING if any(finding.state != "ok" for finding in found) else PROVED
    longest = max(len(finding.name) for finding in found)
    lines = [f"{finding.state:8}{finding.name.ljust(longest)}  {finding.detail}" for finding in found]
    faults = [finding for finding in found if finding.state != "ok"]
    lines += ["", *(f"{finding.name} is {finding.state}. {finding.remedy}" for finding in faults)]
    if not faults:
        lines.append("Everything is there and works.")
    say("\n".join(lines) + "\n")
    return MISSING if faults else PROVED
