"""The command itself: its subcommands, and what becomes of every error and interruption.

Each subcommand returns the exit code. No other module ends the process, and none imports anything heavy before it runs.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Annotated

import typer
from typer.exceptions import TyperException

from strictsaddle import __version__
from strictsaddle.errors import StrictSaddleError
from strictsaddle_cli import (
    atlas,
    check,
    constants,
    derive,
    doctor,
    escape,
    properties,
    reformulate,
    report,
    stationary,
    sweep,
    symmetries,
    verify,
    warm,
    zoo,
)
from strictsaddle_cli.output import (
    BAD_INPUT,
    FAULT,
    INTERRUPTED,
    PROVED,
    abandon,
    become_a_process,
    open_streams,
    say,
    tell,
)

DEBUG = "STRICTSADDLE_DEBUG"

app = typer.Typer(
    name="strictsaddle",
    help="Proves whether an optimisation objective is strict-saddle, and says where it is not.",
    # rich would more than double the time that --help takes
    rich_markup_mode=None,
    add_completion=True,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    check.check,
    atlas.atlas,
    constants.constants,
    stationary.stationary,
    sweep.sweep,
    symmetries.symmetries,
    derive.derive,
    properties.properties,
    reformulate.reformulate,
    escape.escape,
    report.report,
    verify.verify,
    zoo.zoo,
    warm.warm,
    doctor.doctor,
):
    app.command()(command)


def _version(asked: bool) -> None:
    if asked:
        say(f"strictsaddle {__version__}\n")
        raise typer.Exit()


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Proves whether an optimisation objective is strict-saddle, and says where it is not."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command with `arguments` (those of the process when left out) and return its exit code.

    Exit codes: 0 proved, 1 refuted, 2 bad input or usage, 3 undecided, 4 a fault inside, 130 interrupted or
    terminated.
    """
    open_streams()
    if arguments is None:
        become_a_process()
    _end_as_interrupted()
    try:
        code = int(app(arguments, standalone_mode=False) or PROVED)
        if code == INTERRUPTED:  # what typer makes of KeyboardInterrupt
            tell("interrupted; nothing is claimed")
        return code
    except StrictSaddleError as error:
        tell(f"error: {error}")
        _trace()
        return error.exit_code
    except TyperException as error:
        return _usage(error)
    except (KeyboardInterrupt, typer.Abort):
        tell("interrupted; nothing is claimed")
        return INTERRUPTED
    except (Exception, SystemExit) as error:
        # Every other exit code would claim something. SystemExit: typer turns some system errors into exit code 1.
        cause = error.__context__ if isinstance(error, SystemExit) and error.__context__ else error
        given = sys.argv[1:] if arguments is None else arguments
        if isinstance(cause, BrokenPipeError) and {"-h", "--help"} & set(given):  # whoever read it has left
            abandon(sys.stdout)
            return PROVED
        tell(
            f"internal fault ({type(cause).__name__}: {cause}); nothing is claimed. This is a mistake in strictsaddle, "
            f"not in your input: please report it with the command and the objective. {DEBUG}=1 shows where it is."
        )
        _trace()
        return FAULT


def _end_as_interrupted() -> None:
    """SIGTERM, and a terminal that is closed, end the command as Ctrl-C does: subprocesses and scratch files go with it, a checkpoint is
    kept."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)


def _usage(error: TyperException) -> int:
    message = error.format_message()
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        tell(message)
        return BAD_INPUT
    path = context.command_path if context is not None else "strictsaddle"
    stop = "" if message.endswith(("?", ".", "!")) else "."
    hint = (
        " A formula that begins with a minus comes after --, as in `check -- -x**2`."
        if message.startswith("No such option")
        else ""
    )
    tell(f"error: {message}{stop}{hint} See `{path} --help`.")
    return BAD_INPUT


def _trace() -> None:
    if os.environ.get(DEBUG):
        import traceback

        traceback.print_exc(file=sys.stderr)
