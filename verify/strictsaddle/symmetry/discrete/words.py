"""Signed permutations in words: "swap hidden units 1 and 2 of layer 1", "flip the sign of x"."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from strictsaddle.symmetry.discrete.permutation_group import SignedPermutation

if TYPE_CHECKING:
    from strictsaddle.networks.network import Network
    from strictsaddle.objective.objective import Objective

Move = Mapping[int, tuple[int, int]]  # unit -> (the unit it is replaced by, sign)
SHOWN = 6  # cycles written out before "and so on"


def words(element: SignedPermutation, objective: Objective) -> str:
    """What `element` does, in terms of units when it is a move of the units of a dense network."""
    network = _dense(objective)
    if network is not None:
        moves = _moves_of(element, network)
        if moves is not None:
            parts = [part for layer, move in enumerate(moves) for part in _unit_words(layer, move, network)]
            return " and ".join(parts) if parts else "nothing"
    return _variable_words(element, objective.variables)


def unit_moves(objective: Objective) -> Iterator[SignedPermutation]:
    """Of a dense network: each flip of a hidden unit, each swap of two units of a layer (inputs and outputs
    included), each flip of an input or output. They are candidates, not claims. Nothing for other
    objectives."""
    network = _dense(objective)
    if network is None:
        return
    for layer, width in enumerate(network.widths):
        for unit in range(1, width + 1):
            yield _element({layer: {unit: (unit, -1)}}, network)
        for a, b in itertools.combinations(range(1, width + 1), 2):
            yield _element({layer: {a: (b, 1), b: (a, 1)}}, network)


def _dense(objective: Objective) -> Network | None:
    network = objective.network
    return network if network is not None and network.kind == "dense" else None


def _element(moves: Mapping[int, Move], network: Network) -> SignedPermutation:
    """The signed permutation of the parameters that the moves of units amount to."""
    images = list(range(len(network.variables)))
    signs = [1] * len(images)
    for layer in range(1, network.layers + 1):
        for unit in network.units(layer):
            to, sign = moves.get(layer, {}).get(unit, (unit, 1))
            offset, image = network.offset(layer, unit), network.offset(layer, to)
            if offset is not None and image is not None:
                images[offset], signs[offset] = image, sign
            for source in network.units(layer - 1):
                other, flip = moves.get(layer - 1, {}).get(source, (source, 1))
                place = network.weight(layer, unit, source)
                images[place], signs[place] = network.weight(layer, to, other), sign * flip
    return SignedPermutation(tuple(images), tuple(signs))


def _moves_of(element: SignedPermutation, network: Network) -> list[dict[int, tuple[int, int]]] | None:
    """The moves of units, layer by layer from the inputs, that `element` is made of; None when it is not made
    of any.

    Signs are settled from the inputs upwards: the first weight of a layer defines the sign of its unit.
    """
    place = {
        network.weight(layer, unit, source): (layer, unit, source)
        for layer in range(1, network.layers + 1)
        for unit in network.units(layer)
        for source in network.units(layer - 1)
    }
    for flipped in itertools.product((1, -1), repeat=network.widths[0] if network.widths[0] <= 4 else 0):
        moves: list[dict[int, tuple[int, int]]] = [{} for _ in network.widths]
        for variable in sorted(place):
            layer, unit, source = place[variable]
            image = place.get(element.images[variable])
            if image is None or image[0] != layer:
                return None
            if source not in moves[layer - 1]:
                moves[layer - 1][source] = (image[2], flipped[source - 1] if flipped else 1)
            if unit not in moves[layer]:
                moves[layer][unit] = (image[1], element.signs[variable] * moves[layer - 1][source][1])
        if _element(dict(enumerate(moves)), network) == element:
            return moves
    return None


def _unit_words(layer: int, move: Move, network: Network) -> Iterator[str]:
    kind = "input" if layer == 0 else "output" if layer == network.layers else "hidden unit"
    where = f" of layer {layer}" if 0 < layer < network.layers else ""
    for cycle in _cycles({unit: image for unit, (image, _) in move.items()}):
        if len(cycle) == 2:
            yield f"swap {kind}s {cycle[0]} and {cycle[1]}{where}"
        else:
            yield f"rotate {kind}s {', '.join(map(str, cycle))}{where}"
    flipped = [unit for unit, (_, sign) in sorted(move.items()) if sign < 0]
    if flipped:
        many = "s" if len(flipped) > 1 else ""
        yield f"flip the sign{many} of {kind}{many} {_listed([str(unit) for unit in flipped])}{where}"


def _variable_words(element: SignedPermutation, names: Sequence[str]) -> str:
    flips = [names[k] for k, (j, s) in enumerate(zip(element.images, element.signs, strict=True)) if j == k and s < 0]
    parts = []
    for cycle in _cycles(dict(enumerate(element.images))):
        signs = [element.signs[k] for k in cycle]
        if len(cycle) == 2 and signs == [1, 1]:
            parts.append(f"swap {names[cycle[0]]} with {names[cycle[1]]}")
        elif len(cycle) == 2 and signs == [-1, -1]:
            parts.append(f"swap {names[cycle[0]]} with -{names[cycle[1]]}")
        else:
            steps = [f"{names[k]} -> {'-' if s < 0 else ''}{names[element.images[k]]}"
                     for k, s in zip(cycle, signs, strict=True)]  # fmt: skip
            parts.append(f"replace {', '.join(steps)}")
    if len(parts) > SHOWN:
        parts = [*parts[:SHOWN], f"{len(parts) - SHOWN} more such moves"]
    if flips:
        parts.append(f"flip the sign{'s' if len(flips) > 1 else ''} of {_listed(flips)}")
    return " and ".join(parts) or "nothing"


def _cycles(images: Mapping[int, int]) -> list[list[int]]:
    """The cycles of length 2 and more, each from its least element, x followed by its image."""
    seen: set[int] = set()
    found = []
    for start in sorted(images):
        cycle = []
        while start not in seen:
            seen.add(start)
            cycle.append(start)
            start = images[start]
        if len(cycle) > 1:
            found.append(cycle)
    return found


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
