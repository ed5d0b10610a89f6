"""What a verdict looks like where it is shown: the entry points of the group strictsaddle.display."""

from __future__ import annotations

from html import escape

from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import Verdict
from strictsaddle_reports import html, plots
from strictsaddle_reports import text as for_terminals
from strictsaddle_reports.plots import Picture

HEIGHT = 560  # pixels of a report in a notebook


def text(verdict: Verdict) -> str:
    """What the command prints."""
    return for_terminals.report(verdict).rstrip()


def page(verdict: Verdict) -> str:
    """The HTML report."""
    return html.report([verdict])


def frame(verdict: Verdict) -> str:
    """The same in a frame, so that its style and a notebook's do not meet; it follows light and dark by itself."""
    style = f"width: 100%; height: {HEIGHT}px; border: 1px solid #8884; border-radius: 6px"
    return f'<iframe srcdoc="{escape(page(verdict))}" style="{style}" title="report on a verdict"></iframe>'


def picture(verdict: Verdict, objective: Objective | None = None) -> Picture | None:
    """The picture that suits the number of unknowns."""
    return plots.picture(verdict, objective)
