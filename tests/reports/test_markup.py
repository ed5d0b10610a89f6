"""HTML, Markdown, LaTeX and JUnit: the facts are there, the markup is sound, and nothing of the user's is markup."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest
from verdicts_by_hand import ALL, double_well, four_unknowns, hostile, in_a_box, monkey, product_curve, ran_out

from strictsaddle.records.verdict import Verdict
from strictsaddle_reports import html, junit, latex, markdown


def everything() -> list[Verdict]:
    return [made() for made in ALL.values()]


class Page(HTMLParser):
    """What a browser would make of a page: its elements, whether they are closed in order, the text, the addresses."""

    VOID = ("meta", "br", "img", "mspace", "link", "input")

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.events: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "action", "data", "srcset", "xlink:href"):
                self.addresses.append(value or "")
            if name.startswith("on"):
                self.events.append(name)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_needs_nothing_else() -> None:
    source = html.report(everything())
    page = Page(source)
    assert page.open == []
    assert not {"script", "link", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    assert page.addresses
    assert all(address.startswith("data:image/") for address in page.addresses)
    assert not page.events
    style = source.split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


def test_a_page_shows_formula_table_picture_and_scope() -> None:
    page = Page(html.report([double_well()]))
    assert {"math", "table", "img"} <= set(page.tags)
    assert "0.3333333333" in page.text
    assert "all of R^2" in page.text
    assert "on the box only" not in page.text
    boxed = Page(html.report([in_a_box()]))
    assert "on the box only" in boxed.text


def test_a_page_shows_the_witness() -> None:
    assert "x = 1, y = 1 exactly" in Page(html.report([product_curve()])).text


def test_hostile_names_are_text_in_a_page() -> None:
    page = Page(html.report([hostile()]))
    assert "script" not in page.tags
    assert '<script>alert("1")</script>' in page.text


def test_a_description_is_not_typeset_but_shown() -> None:
    page = Page(html.report([hostile()]))
    assert "math" not in page.tags
    assert "pre" in page.tags


@pytest.mark.parametrize("report", [html.report, markdown.report, latex.report, junit.report])
def test_equal_verdicts_give_equal_bytes(report: object) -> None:
    assert callable(report)
    assert report([double_well(), four_unknowns()]) == report([double_well(), four_unknowns()])


def test_markdown_tables_are_whole() -> None:
    """Every row of a table has as many cells as its head, hostile names or not."""
    source = markdown.report(everything())
    tables = re.findall(r"(?:^\|.*\|\n)+", source, re.MULTILINE)
    assert len(tables) > 5
    for table in tables:
        cells = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(cells) == 1, table


def test_markdown_escapes() -> None:
    assert markdown.escape("# a") == r"\# a"
    assert markdown.escape("1. a") == r"1\. a"
    assert markdown.escape("- a | b") == r"\- a \| b"
    assert markdown.escape("-1.5") == "-1.5"
    assert markdown.escape("<b>[x](y)*_`") == r"\<b>\[x\](y)\*\_\`"
    assert markdown.escape("a\n# b") == "a # b"
    assert markdown.code("a```b").startswith("````text\n")


def test_markdown_says_the_scope() -> None:
    assert "- Scope: box. This is about the box" in markdown.report([in_a_box()])
    assert "- Scope: global" in markdown.report([double_well()])


def test_latex_escapes() -> None:
    assert latex.escape(r"\input{x}") == r"\textbackslash{}input\{x\}"
    assert latex.escape("a_b % $ # & ~ ^") == r"a\_b \% \$ \# \& \textasciitilde{} \textasciicircum{}"
    assert latex.escape("λ") == r"\ensuremath{\lambda}"
    assert latex.escape("猫") == "{[}U+732B{]}"
    assert r"\input{" not in latex.report([hostile()])


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex")
def test_latex_compiles(tmp_path: Path) -> None:
    every = "".join(chr(code) for code in range(0x20, 0x250)) + "αβγδεζηθικλμνξπρστυφχψω ΓΔΘΛΞΠΣΥΦΨΩ ∞ ≥ → 😀"
    source = latex.report(everything()).replace(r"\end{document}", latex.escape(every) + r"\end{document}")
    (tmp_path / "report.tex").write_text(source, "utf-8")
    ran = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "report.tex"],
        cwd=tmp_path,
        capture_output=True,
        timeout=100,
    )
    assert ran.returncode == 0, ran.stdout.decode("latin-1")[-2000:]
    assert (tmp_path / "report.pdf").exists()


def test_junit_counts() -> None:
    root = ET.fromstring(junit.report(everything()).encode())
    suite = root[0]
    assert suite.get("tests") == str(len(ALL))
    outcomes = {case.get("name"): [child.tag for child in case] for case in suite}
    assert outcomes["double-well"] == ["system-out"]
    assert outcomes["product-curve"] == ["failure"]
    assert outcomes["deep"] == ["error"]
    assert suite.get("failures") == "2"
    assert suite.get("errors") == "1"


def test_junit_of_undecided_is_no_pass() -> None:
    (case,) = ET.fromstring(junit.report([ran_out()]).encode())[0]
    assert case.find("error") is not None
    (case,) = ET.fromstring(junit.report([monkey()]).encode())[0]
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("type") == "not_strict_saddle"
