"""Verdicts as JUnit XML, for the systems that show test results: one test case an objective.

Proved is a pass, refuted a failure, undecided an error: a claim that could not be proved must not look like a pass.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from strictsaddle.errors import visible
from strictsaddle.records.verdict import Verdict
from strictsaddle_reports import prose, text

# XML 1.0 has no way at all to hold these.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def report(verdicts: Sequence[Verdict]) -> str:
    """The XML text of one test suite."""
    answers = [verdict.definition_1.verdict for verdict in verdicts]
    totals = {
        "name": "strictsaddle",
        "tests": str(len(verdicts)),
        "failures": str(answers.count("not_strict_saddle")),
        "errors": str(answers.count("undecided")),
        "skipped": "0",
        "time": f"{sum(verdict.resources.seconds for verdict in verdicts):.3f}",
    }
    suites = ET.Element("testsuites", totals)
    suite = ET.SubElement(suites, "testsuite", totals)
    for verdict in verdicts:
        definition = verdict.definition_1
        case = ET.SubElement(
            suite,
            "testcase",
            {
                "classname": "strictsaddle.check",
                "name": _clean(prose.title(verdict)),
                "time": f"{verdict.resources.seconds:.3f}",
            },
        )
        if definition.verdict != "strict_saddle":
            outcome = "failure" if definition.verdict == "not_strict_saddle" else "error"
            message = _clean(f"{prose.headline(verdict)} {prose.reason(verdict)}")
            ET.SubElement(case, outcome, {"type": definition.verdict, "message": message}).text = _clean(
                text.report(verdict)
            )
        else:
            ET.SubElement(case, "system-out").text = _clean(text.report(verdict))
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _clean(value: str) -> str:
    return _FORBIDDEN.sub("�", visible(value))
