"""What the pytest plugin costs a session that does not use it: time to import it, and of a whole run with and without.

Run: python benchmarks/plugin.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

IMPORT = """
import time, pytest
begun = time.perf_counter()
import strictsaddle_pytest.plugin
print(1e3 * (time.perf_counter() - begun))
"""
RUNS = 15


def imports() -> list[float]:
    """Milliseconds that importing the plugin takes once pytest is there, each in a fresh interpreter."""
    command = [sys.executable, "-c", IMPORT]
    return [float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(RUNS)]


def sessions(folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds of whole sessions with one empty test, (without, with) the plugin, taken in turns."""
    (folder / "test_it.py").write_text("def test_it():\n    pass\n", "utf-8")
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(RUNS):
        for times, more in zip(taken, (["-p", "no:strict_saddle"], []), strict=True):
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-m", "pytest", "-q", *more], cwd=folder, capture_output=True, check=True)
            times.append(1e3 * (time.perf_counter() - begun))
    return taken


def main() -> None:
    rows = [("import of the plugin", imports())]
    with tempfile.TemporaryDirectory() as folder:
        without, with_it = sessions(Path(folder))
    rows += [("session without it", without), ("session with it", with_it)]
    print(f"{'':24}{'median':>10}{'least':>10}   (ms, {RUNS} runs)")
    for name, times in rows:
        print(f"{name:24}{statistics.median(times):10.1f}{min(times):10.1f}")
    print(f"{'difference':24}{statistics.median(with_it) - statistics.median(without):10.1f}"
          f"{min(with_it) - min(without):10.1f}")  # fmt: skip


if __name__ == "__main__":
    main()
