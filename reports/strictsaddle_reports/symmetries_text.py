"""What is known of an objective's symmetries, as text and as a record for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strictsaddle.errors import visible_json

if TYPE_CHECKING:
    from strictsaddle.objective.objective import Objective

SCHEMA = "strictsaddle/symmetries/1"
MOST_FIELDS = 20  # printed one by one


def record(objective: Objective) -> dict[str, Any]:
    """The signed permutations (order, generators in words and as signed images, a fundamental domain) and the continuous symmetries
    (name, dimension, flows, matrices with exact entries) of an objective, and the maps of `complements`, each of them proved."""
    from strictsaddle.symmetry.continuous.fields import find_continuous
    from strictsaddle.symmetry.discrete.complements import find_complements
    from strictsaddle.symmetry.discrete.fundamental_domain import inequalities
    from strictsaddle.symmetry.discrete.fundamental_domain import words as domain_words
    from strictsaddle.symmetry.discrete.signed_permutations import find_signed_permutations

    group = find_signed_permutations(objective)
    fields = find_continuous(objective)
    names = objective.variables
    return {
        "schema": SCHEMA,
        "objective": objective.to_dict(),
        "signed_permutations": {
            "order": group.order,
            "complete": group.complete,
            "generators": list(group.words),
            "images": [
                {name: ("-" if sign < 0 else "") + names[image] for name, image, sign in
                 zip(names, element.images, element.signs, strict=True)}
                for element in group.generators
            ],
            "fundamental_domain": list(domain_words(inequalities(group), names)) if group.order > 1 else [],
        },
        "affine_maps": [
            {"words": found.words, "matrix": [list(row) for row in found.matrix]} for found in find_complements(objective)
        ],
        "continuous": {
            "name": fields.name,
            "dimension": fields.dimension,
            "all_found": fields.most(objective) == len(fields.generators),
            "linear": [_field(field, names) for field in fields.linear],
            "affine": [_field(field, names) for field in fields.affine],
        },
    }  # fmt: skip


def _field(field: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {
        "flow": field.words(names),
        "matrix": [[str(entry) for entry in row] for row in field.matrix],
        "shift": [str(entry) for entry in field.shift],
    }


def text(found: dict[str, Any]) -> str:
    """The record of `record` for a reader at a terminal."""
    permutations, continuous = found["signed_permutations"], found["continuous"]
    lines = [f"{found['objective']['name']}: {len(found['objective']['variables'])} unknowns", ""]
    order = permutations["order"]
    if order == 1:
        lines.append("No signed permutation of the unknowns but the identity leaves the objective unchanged.")
    else:
        lines.append(f"{order:,} signed permutations of the unknowns leave the objective unchanged. Generators:")
        lines += [f"  * {words}" for words in permutations["generators"]]
        lines.append("Each orbit has a point in the fundamental domain")
        lines.append("    " + ", ".join(permutations["fundamental_domain"]))
    if not permutations["complete"]:
        lines.append(
            "The search was not complete, as the formula is too large for it or pynauty is missing (see `strictsaddle doctor`):"
            " there may be more."
        )
    if found["affine_maps"]:
        lines.append("Other maps of the unknowns that leave the objective unchanged, each its own inverse:")
        lines += [f"  * {one['words']}" for one in found["affine_maps"]]
    lines.append("")
    if not continuous["linear"] and not continuous["affine"]:
        proved = "There is no continuous affine symmetry, which is proved."
        lines.append(proved if continuous["all_found"] else "No continuous symmetry was found; there may be one.")
    else:
        lines.append(
            f"Continuous symmetry: {continuous['name']}, a Lie algebra of dimension {continuous['dimension']} of linear fields."
        )
        lines += _flows(continuous["linear"])
        if continuous["affine"]:
            lines.append("Affine fields besides:")
            lines += _flows(continuous["affine"])
        lines.append("Along such a flow the objective does not change, so its stationary points come in continua.")
    lines += [
        "",
        "Each symmetry named here is proved"
        + (
            ", and that there are no other continuous ones."
            if continuous["all_found"]
            else "; there may be other continuous ones."
        ),
    ]
    return "\n".join(lines) + "\n"


def _flows(fields: list[dict[str, Any]]) -> list[str]:
    lines = [f"  * {field['flow']}" for field in fields[:MOST_FIELDS]]
    left = len(fields) - MOST_FIELDS
    return lines if left <= 0 else [*lines, f"  * and {left} more (--json lists them all)"]


def as_json(found: dict[str, Any]) -> str:
    """The record as JSON text."""
    import json

    return visible_json(json.dumps(found, indent=2, ensure_ascii=False)) + "\n"
