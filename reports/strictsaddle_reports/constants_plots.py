"""Pictures of Definition 2: which of its conditions holds where, and the frontier of (gamma, epsilon).

Both are drawn in floating point: they illustrate what is proved, and prove nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from fractions import Fraction

from matplotlib import rc_context
from matplotlib.figure import Figure

from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import Verdict
from strictsaddle_reports import constants_domain, plots
from strictsaddle_reports.plots import Picture

SYMBOLS = {"alpha": "α", "gamma": "γ", "epsilon": "ε", "delta": "δ"}
LINES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")


def picture(verdict: Verdict, objective: Objective, *, vector: bool = True) -> Picture | None:
    """The domain coloured by condition where it has two dimensions and four constants were asked about, else the
    frontier; None where neither is there. SVG, or PNG when `vector` is false."""
    found = verdict.definition_2
    if found is None:
        return None
    constants = {name: value and Fraction(value) for name, value in asdict(found.constants).items()}
    with rc_context(plots._STYLE):
        if constants and all(constants.values()) and not found.frontier:
            return constants_domain.picture(verdict, objective, constants, vector)
        return frontier(verdict, vector) if found.frontier else None


def frontier(verdict: Verdict, vector: bool) -> Picture:
    """Proved and refuted pairs (gamma, epsilon) for one alpha and delta."""
    found = verdict.definition_2
    assert found is not None
    rows = [row for row in found.frontier if row.gamma is not None or row.epsilon is not None]
    figure = Figure(figsize=(6.0, 4.2), layout="constrained")
    axes = figure.add_subplot()
    held = sorted(
        (float(Fraction(r.gamma)), float(Fraction(r.epsilon)))
        for r in rows
        if r.verdict == "holds" and r.gamma and r.epsilon
    )
    if held:
        corners = [(0.0, held[0][1])] + [
            p for k, (g, e) in enumerate(held) for p in ((g, e), (g, held[k + 1][1] if k + 1 < len(held) else 0.0))
        ]
        x, y = zip(*corners, strict=True)
        axes.fill_between(x, y, color="#009E73", alpha=0.15, linewidth=0)
        axes.plot(*zip(*held, strict=True), linestyle="none", marker="o", color="#0072B2", label="proved to hold")
    pairs = [(r.gamma, r.refuted_epsilon) for r in rows] + [(r.refuted_gamma, r.epsilon) for r in rows]
    refuted = [(float(Fraction(g)), float(Fraction(e))) for g, e in dict.fromkeys(pairs) if g and e]
    if refuted:
        axes.plot(*zip(*refuted, strict=True), linestyle="none", marker="x", color="#D55E00", label="proved to fail")
    axes.set_xlabel("γ, the negative curvature at saddles")
    axes.set_ylabel("ε, the gradient elsewhere")
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    plots._legend(axes)
    alpha, delta = (rows[0].alpha, rows[0].delta) if rows else ("?", "?")
    return plots._saved(
        figure,
        vector,
        f"The frontier of gamma and epsilon for {verdict.objective['name']}, alpha = {alpha}, delta = {delta}.",
    )


def sweep(name: str, values: Sequence[Fraction], verdicts: Sequence[Verdict], vector: bool) -> Picture | None:
    """The constants that hold against the parameter, and where they fail or are undecided; None where none hold."""
    found = [verdict.definition_2 for verdict in verdicts if verdict.definition_2 is not None]
    held = [(float(value), f.constants) for value, f in zip(values, found, strict=True) if f.verdict == "holds"]
    if not held:
        return None
    with rc_context(plots._STYLE):
        figure = Figure(figsize=(6.0, 4.2), layout="constrained")
        axes = figure.add_subplot()
        for (key, symbol), marker, colour in zip(SYMBOLS.items(), "osD^", LINES, strict=True):
            y = [float(Fraction(getattr(constants, key))) for _, constants in held]
            axes.plot([x for x, _ in held], y, marker=marker, markersize=4, color=colour, label=symbol)
        for verdict, style in (("fails", "#D55E00"), ("undecided", "#999999")):
            for value in [v for v, f in zip(values, found, strict=True) if f.verdict == verdict]:
                first = verdict not in axes.get_legend_handles_labels()[1]
                axes.axvline(float(value), color=style, linestyle=":", linewidth=1.2, label=verdict if first else None)
        axes.set_yscale("log")
        axes.set_xlabel(name)
        axes.set_ylabel("proved constants")
        plots._legend(axes)
        return plots._saved(
            figure, vector, f"The constants of Definition 2 that are proved for {verdicts[0].objective['name']} "
            f"as {name} varies.",
        )  # fmt: skip
