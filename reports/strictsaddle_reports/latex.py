"""Verdicts as a LaTeX document that pdflatex compiles by itself. Everything that comes from the user is escaped."""

from __future__ import annotations

from collections.abc import Sequence

from strictsaddle.records.verdict import Verdict
from strictsaddle_reports import prose, tables
from strictsaddle_reports.formula import latex as typeset
from strictsaddle_reports.numerals import NOTE
from strictsaddle_reports.tables import Table

_PREAMBLE = r"""\documentclass[a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{amsmath}
\usepackage{array}
\usepackage{longtable}
\usepackage[margin=17mm]{geometry}
\setlength{\parindent}{0pt}
\setlength{\parskip}{1ex}
\renewcommand{\arraystretch}{1.15}
\setcounter{LTchunksize}{5000}
\sloppy
\begin{document}
"""
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "'": r"\textquotesingle{}", "`": r"\textasciigrave{}",
    "[": "{[}", "]": "{]}", "×": r"\ensuremath{\times}", "±": r"\ensuremath{\pm}", "∞": r"\ensuremath{\infty}",
    "−": r"\ensuremath{-}", "≥": r"\ensuremath{\geq}", "≤": r"\ensuremath{\leq}", "·": r"\ensuremath{\cdot}",
    "→": r"\ensuremath{\to}", "²": r"\ensuremath{^2}", "³": r"\ensuremath{^3}", "–": r"\textendash{}",
    "—": r"\textemdash{}",
}  # fmt: skip
_GREEK = dict(
    α="alpha", β="beta", γ="gamma", δ="delta", ε="varepsilon", ζ="zeta", η="eta", θ="theta", ι="iota", κ="kappa",
    λ="lambda", μ="mu", ν="nu", ξ="xi", π="pi", ρ="rho", σ="sigma", τ="tau", υ="upsilon", φ="varphi", χ="chi", ψ="psi",
    ω="omega", Γ="Gamma", Δ="Delta", Θ="Theta", Λ="Lambda", Ξ="Xi", Π="Pi", Σ="Sigma", Υ="Upsilon", Φ="Phi", Ψ="Psi",
    Ω="Omega",
)  # fmt: skip
# The letters beyond ASCII that every LaTeX sets with T1 and inputenc
_LETTERS = frozenset(
    "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞăąćčďđęěğıłńňőœřśşšťůűźżžĂĄĆČĎĐĘĚĞŁŃŇŐŒŘŚŞŠŤŮŰŹŻŽ"
)
_LONGEST_TEXT = 4_000
_ACROSS = 6  # wider tables are set smaller


def report(verdicts: Sequence[Verdict]) -> str:
    """The source of one document on all the verdicts."""
    parts = [_PREAMBLE]
    if len(verdicts) > 1:
        parts += [r"\section*{Strict-saddle report}", _tabular(tables.comparison(verdicts), r"\scriptsize")]
    parts += [section(verdict) for verdict in verdicts]
    return "\n".join([*parts, r"\end{document}", ""])


def section(verdict: Verdict) -> str:
    """The source about one verdict."""
    names = [str(name) for name in verdict.objective["variables"]]
    definition = verdict.definition_1
    summary = [prose.headline(verdict), prose.meaning(verdict), prose.points(verdict)]
    parts = [
        rf"\section*{{{escape(prose.title(verdict))}: {prose.ANSWERS[definition.verdict]}}}",
        escape(" ".join(filter(None, summary))),
        _formula(verdict),
    ]
    if prose.parameters(verdict):
        parts.append(f"Parameters: {escape(prose.parameters(verdict))}.")
    if verdict.stationary.isolated:
        parts += [_tabular(tables.stationary_points(verdict)), rf"{{\footnotesize {escape(NOTE)}}}"]
    parts += [escape(prose.continuum(item, names)) for item in verdict.stationary.continua]
    if definition.witness is not None:
        parts.append(escape(prose.witness(definition.witness, names)))
    items = "\n".join(rf"\item {escape(f'{heading}: {text}')}" for heading, text in prose.facts(verdict))
    parts.append(f"\\begin{{itemize}}\n{items}\n\\end{{itemize}}")
    return "\n\n".join(parts)


def escape(text: str) -> str:
    """Text that LaTeX sets as it is, on one line. Characters that pdflatex lacks become their code in brackets."""
    characters = "".join(map(_character, " ".join(text.split())))
    return characters.replace("--", "-{}-").replace("--", "-{}-")  # two in a row would become a dash, three need both


def _character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character in _GREEK:
        return rf"\ensuremath{{\{_GREEK[character]}}}"
    if " " <= character <= "~" or character in _LETTERS:
        return character
    return f"{{[}}U+{ord(character):04X}{{]}}"


def _formula(verdict: Verdict) -> str:
    source = typeset(verdict.objective)
    if source is not None:
        # breqn would break lines, but is not everywhere; a formula this long is shown as text instead
        return f"\\[ {source} \\]" if len(source) < 350 else _verbatim(verdict)
    return _verbatim(verdict)


def _verbatim(verdict: Verdict) -> str:
    expression = " ".join(str(verdict.objective["expression"]).split())
    if len(expression) > _LONGEST_TEXT:
        expression = f"{expression[:_LONGEST_TEXT]} ... ({len(expression)} characters)"
    # A break is allowed after every operator, or the line would leave the page.
    words = "".join(
        escape(part) if part != "*" else r"*\allowbreak{}" for part in expression.replace("*", "\0*\0").split("\0")
    )
    return rf"\begin{{flushleft}}\ttfamily\small {words} \end{{flushleft}}"


def _tabular(table: Table, size: str = "") -> str:
    """A long table. Cells of several lines become rows of a small table inside."""
    size = size or (r"\small" if len(table.headers) <= _ACROSS else r"\scriptsize")
    columns = "".join("r" if numeric else "l" for numeric in table.numeric)
    if table.headers[0] == "objective":  # names may be long
        columns = r">{\raggedright\arraybackslash}p{30mm}" + columns[1:]
    lines = [
        "{" + size + r"\setlength{\tabcolsep}{3pt}",
        rf"\begin{{longtable}}{{{columns}}}",
        r"\hline",
        " & ".join(map(_heading, table.headers)) + r" \\ \hline \endhead",
        *(" & ".join(map(_cell, row)) + r" \\" for row in table.rows),
        r"\hline",
        r"\end{longtable}}",
    ]
    return "\n".join(lines)


def _heading(header: str) -> str:
    if header.startswith("λ") and header[1:].isdigit():
        return rf"$\lambda_{{{header[1:]}}}$"
    return escape(header)


def _cell(cell: str) -> str:
    lines = [escape(line) for line in cell.split("\n")]
    if len(lines) == 1:
        return lines[0]
    return r"\begin{tabular}[t]{@{}l@{}}" + r" \\ ".join(lines) + r"\end{tabular}"
