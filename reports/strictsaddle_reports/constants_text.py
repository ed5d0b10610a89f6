"""What is proved about the constants of Definition 2, for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from tabulate import tabulate

from strictsaddle.errors import visible
from strictsaddle.records.definition_2 import Definition2, LargestAlpha, Theorem6
from strictsaddle.records.verdict import Verdict
from strictsaddle_reports import prose, text
from strictsaddle_reports.numerals import shown

KEYS = ("alpha", "gamma", "epsilon", "delta")
_WORDS = {"holds": "holds", "fails": "fails", "undecided": "is undecided"}
DEFINITION = (
    "Definition 2: each w has |g(w)| >= epsilon, or least eigenvalue of H(w) <= -gamma, or lies within delta of a "
    "local minimum about which H >= alpha I on the ball of radius 2 delta. Norms and distances are Euclidean."
)


def report(verdict: Verdict, *, width: int = 100) -> str:
    """The answer, the violating point or the best values, and what they rest on; ends with a newline."""
    found = of(verdict)
    given = asdict(found.constants)
    names = [str(name) for name in verdict.objective["variables"]]
    listed = ", ".join(f"{name} = {number(value)}" for name, value in given.items() if value is not None)
    asked = f" with {listed}" if listed else ""
    blocks = [
        _wrapped(f"Definition 2 {_WORDS[found.verdict]} for {prose.title(verdict)}{_where(verdict)}{asked}.", width),
        text.formula(verdict, width),
        _wrapped(DEFINITION, width),
    ]
    witness = found.witness
    if witness is not None:
        rows = [[name, shown(at)] for name, at in zip(names, witness.point, strict=True)]
        rows.append(["gradient norm", shown(witness.gradient_norm)])
        rows.append(["least eigenvalue", shown(witness.least_eigenvalue)])
        nearest = witness.distance_to_nearest_minimum
        none = verdict.stationary.complete and not verdict.stationary.counts["local_minimum"]
        missing = "there is no minimum" if none else "not known"
        rows.append(["distance to the nearest minimum", missing if nearest is None else shown(nearest)])
        blocks.append("The violating point:\n" + tabulate(rows, tablefmt="simple", disable_numparse=True))
    if found.worst is not None:
        place = ", ".join(
            f"{name} in [{low:.9g}, {high:.9g}]" for name, (low, high) in zip(names, found.worst, strict=True)
        )
        blocks.append(_wrapped(f"What is left, at its worst: {place}.", width))
    if found.alphas:
        rows = [[number(r.delta), number(r.known_alpha), number(r.refuted_alpha), share(r.gap)] for r in found.alphas]
        head = ["delta", "alpha holds", "alpha fails", "gap"]
        about = {r.about for r in found.alphas}
        all_known = about == {"all local minima"}
        title = "The largest alpha for each delta" + (
            ":" if all_known else ", about the minima known. There may be others, about which it need not hold:"
        )
        blocks.append(f"{title}\n{tabulate(rows, head, tablefmt='simple', disable_numparse=True)}")
        blocks += _about_each_minimum(found.alphas, names)
    if found.frontier:
        keys = ["alpha", "delta", "gamma", "refuted_gamma", "epsilon", "refuted_epsilon"]
        rows = [[*(number(getattr(r, key)) for key in keys), share(r.gap), r.verdict] for r in found.frontier]
        head = ["alpha", "delta", "gamma", "gamma fails", "epsilon", "epsilon fails", "gap", ""]
        blocks.append(
            "The frontier of gamma and epsilon:\n" + tabulate(rows, head, tablefmt="simple", disable_numparse=True)
        )
    if found.theorem_6 is not None:
        blocks.append(_wrapped(theorem_6(found.theorem_6), width))
    facts = [
        ("scope", _scope(verdict)),
        ("proof", found.proof),
        ("reason", found.reason),
        ("took", prose.resources(verdict)),
    ]
    blocks.append("\n".join(textwrap.fill(f"{key:8}{value}", width, subsequent_indent=" " * 8) for key, value in facts))
    return visible("\n\n".join(blocks)) + "\n"


def sweep(name: str, values: Sequence[Fraction], verdicts: Sequence[Verdict], *, width: int = 100) -> str:
    """A table with a row for each value of the parameter; ends with a newline."""
    rows = []
    for value, verdict in zip(values, verdicts, strict=True):
        found = of(verdict)
        scope = "" if found.verdict != "holds" else "everywhere" if found.scope == "global" else "box"
        rows.append(
            [
                number(value),
                found.verdict,
                *(number(getattr(found.constants, key)) for key in KEYS),
                widest_gap(found),
                scope,
            ]
        )
    head = [name, "Definition 2", *KEYS, "widest gap", "scope"]
    title = f"The constants of {prose.title(verdicts[0])} as {name} varies; each row that holds is proved."
    reasons = [
        f"{name} = {number(value)}: {of(verdict).reason}"
        for value, verdict in zip(values, verdicts, strict=True)
        if of(verdict).verdict != "holds"
    ]
    blocks = [_wrapped(title, width), _wrapped(DEFINITION, width)]
    blocks.append(tabulate(rows, head, tablefmt="simple", disable_numparse=True))
    blocks += [textwrap.fill(reason, width, subsequent_indent="  ") for reason in reasons]
    return visible("\n\n".join(blocks)) + "\n"


def of(verdict: Verdict) -> Definition2:
    """What a verdict of `constants` says of them."""
    assert verdict.definition_2 is not None
    return verdict.definition_2


def widest_gap(found: Definition2) -> str:
    """The widest gap between what is proved and what is refuted, in words; "open" where nothing larger is refuted."""
    held = [row for row in found.frontier if row.verdict == "holds" and row.sought]
    gaps = [*(row.gap for row in found.alphas), *(row.gap for row in held)]
    if any(row.gap is None for row in held):
        return "open"
    return share(max((gap for gap in gaps if gap is not None), default=None))


def _where(verdict: Verdict) -> str:
    """The box that a claim about a box only is about."""
    found = of(verdict)
    return f" on {prose.box_words(verdict)}" if (found.verdict, found.scope) == ("holds", "box") else ""


def _scope(verdict: Verdict) -> str:
    found = of(verdict)
    return prose.domain_words(verdict.objective) if found.scope == "global" else f"{prose.box_words(verdict)} only"


def _about_each_minimum(alphas: Sequence[LargestAlpha], names: Sequence[str]) -> list[str]:
    """A table with a row for each minimum (one of each orbit) and delta; nothing where there is one minimum only."""
    if max(len(row.minima) for row in alphas) < 2:
        return []
    rows = [
        [
            number(row.delta),
            ", ".join(f"{0.5 * (low + high):.6g}" for low, high in one.point),
            *(number(getattr(one, key)) for key in ("alpha", "refuted_alpha")),
            share(one.gap),
        ]
        for row in alphas
        for one in row.minima
    ]
    head = ["delta", ", ".join(names), "alpha holds", "alpha fails", "gap"]
    table = tabulate(rows, head, tablefmt="simple", disable_numparse=True)
    return [f"The largest alpha about each minimum (one of each orbit):\n{table}"]


def number(value: Any) -> str:
    """An exact constant: as it is when short, as a decimal where that is exact, else as a decimal of six digits."""
    if value is None:
        return "-"
    exact = Fraction(str(value))
    decimal = f"{float(exact):.6g}"
    return str(value) if exact.denominator <= 64 and Fraction(decimal) != exact else decimal


def share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.2f} %"


def theorem_6(record: Theorem6) -> str:
    """The step size and the number of iterations, and how far they can be trusted."""
    return (
        f"What Theorem 6 of Ge et al. makes of these constants, up to the constants and logarithms that it leaves "
        f"unnamed, for noise of unit variance in each unknown and |H| <= {record.smoothness:.4g} on "
        f"{record.region}: a step size of at most {record.step_size:.3g} ({record.binding}) and about "
        f"{record.iterations:.2g} iterations (its 1/eta^2). Orders of magnitude, not bounds."
    )


def _wrapped(words: str, width: int) -> str:
    return textwrap.fill(words, width, break_on_hyphens=False)
