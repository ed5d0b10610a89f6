"""Prove the theorems of theorems.toml, write their certificates, check them, and write the table of README.md.

python proofs/gallery/make.py [NAME ...]     all of them where none is named
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import strictsaddle_proofs
from strictsaddle_proofs.container import read

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COMMAND = Path(sys.executable).with_name("strictsaddle")
TABLE = HERE / "README.md"
HEAD = """# Proved theorems

Each of these is a certificate beside this page: `strictsaddle verify proofs/gallery/NAME.zip`, or `python -m strictsaddle_proofs` with
no other part of the project. `make gallery` proves them anew and writes this table; seconds are those of the check, on two cores, by
that command.

| certificate | theorem | source | published | proved here | kind | bytes | check |
|---|---|---|---|---|---|---|---|
"""


def theorems() -> dict[str, dict[str, Any]]:
    return tomllib.loads((HERE / "theorems.toml").read_text("utf-8"))


def prove(name: str, theorem: dict[str, Any]) -> None:
    """Write the certificate."""
    words = [str(COMMAND), *theorem["command"], "--certificate", str(HERE / f"{name}.zip"), "--quiet", "--seed", "1"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if not (HERE / f"{name}.zip").exists():
        sys.exit(f"{name}: {done.stderr}")


def proved(claim: dict[str, Any]) -> str:
    """What the claim says, in a few words."""
    words = {"strict_saddle": "strict-saddle", "not_strict_saddle": "not strict-saddle"}
    if claim["definition"] == "2":
        numbers = ", ".join(f"{key} = {value}" for key, value in sorted(claim["constants"].items()))
        return f"{claim['verdict']}: {numbers}"
    found = words[claim["verdict"]]
    points = claim["stationary"]
    if points is not None:
        minima = [p for p in points if p["index"] == 0]
        found += f"; {len(points)} stationary points, {len(minima)} minima"
        if len(points) <= 5 and len(points[0]["box"]) == 2:
            found += ": " + ", ".join(place(p["box"]) for p in points)
    if claim["witness"]:
        found += f": degenerate at {place(claim['witness'])}"
    return found


def place(box: list[list[float]]) -> str:
    middle = (f"{0.5 * (low + high) + 0.0:.3f}".rstrip("0").rstrip(".") for low, high in box[:6])
    return "(" + ", ".join("0" if x == "-0" else x for x in middle) + (", ..." if len(box) > 6 else "") + ")"


def row(name: str, theorem: dict[str, Any]) -> str:
    path = HERE / f"{name}.zip"
    begun = time.monotonic()
    found = strictsaddle_proofs.verify(path, os.cpu_count() or 1)
    seconds = time.monotonic() - begun
    if not found.valid:
        sys.exit(f"{name}: {found.reason}")
    cells = [f"[{name}]({name}.zip)", theorem["statement"], theorem["reference"], theorem["published"] or "",
             proved(read(path).claim), found.proof, f"{path.stat().st_size:,}", f"{seconds:.1f} s"]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    every = theorems()
    for name in sys.argv[1:] or every:
        print(name, flush=True)
        prove(name, every[name])
    TABLE.write_text(HEAD + "\n".join(row(name, theorem) for name, theorem in every.items()) + "\n", "utf-8")
    print(json.dumps({"certificates": len(every), "table": str(TABLE.relative_to(ROOT))}))


if __name__ == "__main__":
    main()
