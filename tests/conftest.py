"""Settings for every test: how Hypothesis draws its examples, and where the installed command is."""

from __future__ import annotations

import os
import signal
import sysconfig
import threading
from pathlib import Path

import pytest
from hypothesis import settings

# CI must give the same answer twice, and its machines are too uneven for deadlines.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
# Certified computation takes as long as it takes; a deadline would only report a busy machine.
settings.register_profile("local", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")

# Started in the background by a shell, the tests would hand on an ignored Ctrl-C to the commands that they interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What forks comes first: other tests load JAX, whose threads must not be there then."""
    items.sort(key=lambda item: item.path.name != "test_apart.py")


@pytest.fixture(scope="session")
def command() -> Path:
    """The `strictsaddle` command of the environment the tests run in, as a user would type it."""
    path = Path(sysconfig.get_path("scripts")) / "strictsaddle"
    assert path.exists(), f"{path} is missing: install the project with `make venv`"
    return path
