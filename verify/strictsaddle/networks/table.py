"""The tables [network] and [data] of declarative input, read into a `Network`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from strictsaddle.errors import InputError, StrictSaddleError, listed, near_miss
from strictsaddle.networks import data
from strictsaddle.objective.architecture import Network, check_shape, groups, number_of_parameters
from strictsaddle.objective.layers import LABELLED
from strictsaddle.reading.tables import Table, integer, items, kind_of, number, shown, texts

KEYS = ("widths", "activation", "loss", "bias", "ridge", "kind")


def read(content: object, rows: object, folder: Path, file: str, ridge: Fraction | None = None) -> Network:
    """The network of a table `[network]` and a table `[data]` (`rows`), whose files are looked for in `folder`.

    `file` names the file in messages; `ridge` replaces what the table says. Raises InputError or NotYetError.
    """
    table = Table(content, file, "network", KEYS)
    kind = table.text("kind") if "kind" in table else "dense"
    where = table.where("widths")
    widths = tuple(
        integer(width, f"{where}, entry {k}")
        for k, width in enumerate(items(table.value("widths"), where, "numbers of units"), start=1)
    )
    loss = table.text("loss")
    bias = table.boolean("bias", True)
    try:
        activations = _activations(table, len(widths) - 2)
        check_shape(kind, widths, activations, loss)
        if ridge is None:
            ridges = _ridge(table.content.get("ridge", 0), table.where("ridge"), widths, bias)
        else:
            ridges = (ridge,) * number_of_parameters(widths, bias)
    except StrictSaddleError as error:
        raise _placed(error, file) from None
    found = data.read(rows, folder, file, labels=loss in LABELLED)
    try:
        return Network(widths, activations, loss, bias, ridges, found.inputs, found.targets, kind)
    except StrictSaddleError as error:
        raise _placed(error, file) from None


def _placed(error: StrictSaddleError, file: str) -> StrictSaddleError:
    """The error with the file's name in its place, unless it has it."""
    return error if not file or error.where.startswith(f"{file}, ") else error.at(file)


def _activations(table: Table, hidden: int) -> tuple[str, ...]:
    """One name a hidden layer, from one name for all or a list; a list may name the last layer too, as linear."""
    if "activation" not in table:
        if hidden > 0:
            raise InputError("the key activation is missing", where=table.place)
        return ()
    found = table.value("activation")
    if isinstance(found, str):
        if hidden == 0 and found != "linear":
            raise InputError(
                "an activation, but no hidden layer", where=table.where("activation"), fragment=found,
                remedy="The last layer is linear: add a hidden width, or leave activation out.",
            )  # fmt: skip
        return (table.text("activation"),) * max(hidden, 0)
    if not isinstance(found, Sequence):
        raise InputError(
            f"a name or a list of names is wanted here, not {kind_of(found)}",
            where=table.where("activation"),
            fragment=shown(found),
        )
    names = texts(found, table.where("activation"), "names")
    if len(names) == hidden + 1 and names[-1] == "linear":
        names.pop()
    return tuple(names)


def _ridge(value: object, where: str, widths: Sequence[int], bias: bool) -> tuple[Fraction, ...]:
    """One number a parameter, from one for all, a list of one a layer, or a table by parameter or group of parameters
    (what the table leaves out has none; a parameter's own entry counts more than its group's)."""
    layers = len(widths) - 1
    by_group = groups(widths, bias)
    if isinstance(value, Mapping):
        known = [*by_group, *(name for names in by_group.values() for name in names)]
        for key in value:
            if key not in known:
                remedy = f"{near_miss(str(key), known)}Groups are {listed(by_group)}; parameters are like W1_1_1."
                raise InputError("unknown group of parameters", where=where, fragment=str(key), remedy=remedy)
        given = {key: number(entry, f"{where}.{key}") for key, entry in value.items()}
        return tuple(
            given.get(name, given.get(group, Fraction(0))) for group, names in by_group.items() for name in names
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        if len(value) != layers:
            raise InputError(
                f"{len(value)} ridges for {layers} layers",
                where=where,
                fragment=shown(value),
                remedy="Give one number for all, a list of one a layer, or a table such as {W1 = 0.1, W2 = 0.2}.",
            )
        each = [number(entry, f"{where}, entry {layer}") for layer, entry in enumerate(value, start=1)]
        return tuple(each[int(group[1:]) - 1] for group, names in by_group.items() for _ in names)
    one = number(value, where)
    return (one,) * sum(map(len, by_group.values()))
