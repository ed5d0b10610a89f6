"""Verdicts as one HTML page that needs nothing else: style, formulas (MathML) and pictures are inside it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any
from urllib.parse import quote

from strictsaddle.errors import visible
from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import Verdict
from strictsaddle_reports import prose, tables
from strictsaddle_reports.formula import mathml
from strictsaddle_reports.numerals import NOTE

_LONGEST_TEXT = 20_000


def report(verdicts: Sequence[Verdict], objectives: Sequence[Objective | None] | None = None) -> str:
    """The page about all the verdicts. `objectives`, one a verdict, are needed only for the pictures of objectives
    whose record describes rather than defines them (networks with data)."""
    from jinja2 import Environment
    from markupsafe import Markup

    source = resources.files(__package__).joinpath("templates", "report.html.jinja").read_text("utf-8")

    def shown(value: Any) -> Any:
        return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, finalize=shown)
    known = objectives or [None] * len(verdicts)
    sections = []
    for verdict, objective in zip(verdicts, known, strict=True):
        section = _section(verdict, objective)
        # SymPy's printer escapes the names it is given, so its markup may pass as it is
        section["formula"] = Markup(section["formula"]) if section["formula"] else None
        sections.append(section)
    title = prose.title(verdicts[0]) if len(verdicts) == 1 else f"{len(verdicts)} objectives"
    page = environment.from_string(source).render(
        title=title,
        sections=sections,
        comparison=tables.comparison(verdicts) if len(verdicts) > 1 else None,
        note=NOTE,
        version=verdicts[0].versions.get("strictsaddle", "") if verdicts else "",
    )
    return page if page.endswith("\n") else page + "\n"


def _section(verdict: Verdict, objective: Objective | None) -> dict[str, Any]:
    from strictsaddle_reports.plots import picture

    names = [str(name) for name in verdict.objective["variables"]]
    definition = verdict.definition_1
    expression = str(verdict.objective["expression"])
    if len(expression) > _LONGEST_TEXT:
        expression = f"{expression[:_LONGEST_TEXT]} ... ({len(expression)} characters)"
    facts = [
        *prose.facts(verdict),
        ("Digest", str(verdict.objective["digest"])),
        ("Versions", ", ".join(f"{name} {version}" for name, version in verdict.versions.items())),
    ]
    return {
        "name": prose.title(verdict),
        "verdict": definition.verdict,
        "answer": prose.ANSWERS[definition.verdict],
        "scope": definition.scope,
        "summary": " ".join(filter(None, [prose.headline(verdict), prose.meaning(verdict), prose.points(verdict)])),
        "formula": mathml(verdict.objective),
        "expression": f"f({', '.join(names)}) = {expression}",
        "parameters": prose.parameters(verdict),
        "picture": picture(verdict, objective),
        "points": tables.stationary_points(verdict) if verdict.stationary.isolated else None,
        "kinds": [point.kind for point in verdict.stationary.isolated],
        "continua": [prose.continuum(item, names) for item in verdict.stationary.continua],
        "witness": prose.witness(definition.witness, names) if definition.witness else None,
        "witness_eigenvalues": tables.eigenvalues(definition.witness.eigenvalues) if definition.witness else "",
        "facts": [(key, value) for key, value in facts if value],
        "certificate": "" if verdict.certificate is None else quote(verdict.certificate.place),
    }
