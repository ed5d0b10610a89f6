"""The pytest plugin, by running pytest on small projects."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from strictsaddle.execution.seal import MAC_BYTES

pytest_plugins = ["pytester"]

HEAD = "import pytest\nimport strictsaddle as ss\n"
WELL = 'ss.Objective("double-well", variables="x y", expression="x**4/4 - x**2/2 + y**2/2")'
CURVE = 'ss.Objective("product", variables="x y", expression="(x*y - 1)**2")'
FLAT = 'ss.Objective("flat", variables="x y", expression="x**4 + y**2")'
# A singular minimum at log 2, which is neither rational nor algebraic: true, and out of reach.
# The derivative in x is exp(x)*(exp(x) - 2)**3: degenerate at log 2, which no method here proves.
OPEN = (
    'ss.Objective("open", variables="x y", expression="exp(4*x)/4 - 2*exp(3*x) + 6*exp(2*x) - 8*exp(x) + y**2", '
    "domain=ss.Box((-1, -1), (1, 1)))"
)


@pytest.fixture(scope="module", autouse=True)
def imported() -> None:
    """Each inner session forgets the modules that it imported, and NumPy refuses to be imported twice."""
    import sympy  # noqa: F401

    import strictsaddle as ss

    well = ss.Objective("w", "x", "x**4 - x**2")
    ss.check(well, method="exact")
    ss.check(well, method="interval", workers=1)
    ss.check(ss.Objective("p", "x y", "(x*y - 1)**2"))
    ss.check(ss.Objective("s", "x y", "x**2", domain=ss.Spheres(((0, 1),))))
    ss.check(ss.Objective("b", "x y", "x**4 + y**2"), method="interval", workers=1)
    assert "tensor-eq5" in ss.zoo.names()


HEAVY = {"strictsaddle", "sympy", "numpy", "scipy", "numba", "flint", "hypothesis"}


def marked(objective: str, arguments: str = "", name: str = "loss") -> str:
    return f"\n@pytest.mark.strict_saddle({arguments})\ndef test_{name}():\n    return {objective}\n"


def undecided_soon(objective: str = OPEN, name: str = "loss") -> str:
    return marked(objective, "max_boxes=50, method='interval'", name)


@pytest.fixture(autouse=True)
def no_bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of the same length that is written anew within a second would be run as it was before."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)


def project(pytester: pytest.Pytester, body: str) -> None:
    pytester.makepyfile(HEAD + textwrap.dedent(body))


def failures(result: pytest.RunResult) -> str:
    return result.stdout.str()


def test_a_proved_objective_passes(pytester: pytest.Pytester) -> None:
    project(pytester, marked(WELL, "budget=30"))
    pytester.runpytest("-W", "error").assert_outcomes(passed=1)


def test_a_refuted_objective_fails_with_its_witness(pytester: pytest.Pytester) -> None:
    """The twin: the same test on an objective with a singular minimum."""
    project(pytester, marked(FLAT))
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["flat is not strict-saddle (proof: exact).", "*witness = ('0', '0')  # exactly"])
    assert "judgement.py" not in failures(result)  # no traceback through the plugin


def printed_code(output: str) -> str:
    """The code in a failing test's message."""
    after = output.split("This code shows it:\n", 1)[1]
    lines = []
    for line in after.splitlines():
        if line and not line.startswith("    "):
            break
        lines.append(line[4:])
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("objective", "arguments", "shown"),
    [
        (FLAT, "", "gradient: [0, 0]\ndeterminant of the Hessian: 0\nits eigenvalues: [0. 2.]"),
        (CURVE, "", "gradient: [0, 0]\ndeterminant of the Hessian: 0\n"),
        ('ss.Objective("b", "x y", "x**4 + y**2", domain=ss.Box((0, -1), (1, 1)))', "", "gradient: [0, 0]"),
        ('ss.Objective("s", "u v", "v**4", domain=ss.Spheres(((0, 1),)))', "", "not_strict_saddle"),
        (
            'ss.Objective("q", "x y", "x**4*(y**2 + 1) + y**2", {"a": "1/3"})',
            "modulo_symmetry=True",
            "not_strict_saddle",
        ),
    ],
)
def test_the_printed_code_shows_the_fault(
    pytester: pytest.Pytester, objective: str, arguments: str, shown: str
) -> None:
    project(pytester, marked(objective, arguments))
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    code = printed_code(failures(result))
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, code + run.stderr
    assert shown in run.stdout


def test_modulo_symmetry_is_another_question(pytester: pytest.Pytester) -> None:
    project(pytester, marked(CURVE, "modulo_symmetry=True", "modulo") + marked(CURVE, name="plain"))
    result = pytester.runpytest("-rA")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["PASSED *test_modulo*"])


@pytest.mark.parametrize(
    ("option", "outcome"),
    [((), "failed"), (("xfail",), "xfailed"), (("skip",), "skipped"), (("fail",), "failed")],
)
def test_undecided(pytester: pytest.Pytester, option: tuple[str, ...], outcome: str) -> None:
    project(pytester, undecided_soon())
    result = pytester.runpytest(*(f"--strict-saddle-undecided={value}" for value in option), "-rA")
    result.assert_outcomes(**{outcome: 1})
    assert "undecided whether it is strict-saddle" in failures(result)


def test_a_proof_on_a_box_is_no_proof_on_the_whole_space() -> None:
    from strictsaddle_pytest.judgement import DEFAULTS, judged

    on_box = {"box": [[-4.0, 4.0]], "verdict": "strict_saddle", "proof": "interval"}
    plain = {"verdict": "undecided", "scope": "global", "reason": "covered in part", "on_box": on_box}
    record = {"definition_1": plain, "modulo_symmetry": None, "objective": {"domain": {"kind": "euclidean"}}}
    assert judged(record, DEFAULTS)[0] == "undecided"
    assert judged(record, {**DEFAULTS, "box": True})[0] == "proved"
    nothing = {**plain, "on_box": {**on_box, "verdict": "undecided", "proof": "none"}}
    assert judged({**record, "definition_1": nothing}, {**DEFAULTS, "box": True})[0] == "undecided"
    asked = {**plain, "verdict": "strict_saddle", "scope": "box", "on_box": None}
    assert judged({**record, "definition_1": asked}, DEFAULTS)[0] == "proved"


def test_an_error_in_the_users_function_is_shown_as_it_is(pytester: pytest.Pytester) -> None:
    project(pytester, marked("1/0"))
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*return 1/0", "*ZeroDivisionError: division by zero"])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (marked("3"), "*test_loss returned int, not an objective*"),
        (marked("None"), "*test_loss returned NoneType, not an objective*"),
        (
            marked(WELL, "modulo_symetry=True"),
            "*no option 'modulo_symetry'. Did you mean modulo_symmetry[?]*",
        ),
        (marked(WELL, "30"), "*takes keywords alone, not 30*"),
        (marked(WELL, "budget=-1"), "*budget is not a positive number: '-1'*"),
        (marked('"no-such-thing"'), "*there is no objective of this name: 'no-such-thing'*"),
        (marked('ss.Objective("f", "x", "sinn(x)")'), "*sinn*"),
        (marked(WELL).replace("def ", "async def "), "*test_loss returned coroutine, not an objective*"),
        (
            "def test_it(strict_saddle):\n    strict_saddle(3)\n",
            "*strict_saddle wants an objective, not int*",
        ),
        (
            "import unittest\n@pytest.mark.strict_saddle\nclass TestIt(unittest.TestCase):\n"
            "    def test_it(self):\n        pass\n",
            "*works on plain test functions and methods alone*",
        ),
    ],
)
def test_what_makes_no_sense_fails_and_says_so(pytester: pytest.Pytester, body: str, message: str) -> None:
    project(pytester, body)
    result = pytester.runpytest("-W", "ignore::pytest.PytestRemovedIn10Warning")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([message])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--strict-saddle-undecided=maybe",), "*invalid choice: 'maybe'*"),
        (("--strict-saddle-report=a_file",), "*a_file is not a folder*"),
    ],
)
def test_bad_options_are_usage_errors(pytester: pytest.Pytester, arguments: tuple[str, ...], message: str) -> None:
    pytester.path.joinpath("a_file").touch()
    project(pytester, marked(WELL))
    result = pytester.runpytest(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])


def test_the_fixture(pytester: pytest.Pytester) -> None:
    project(
        pytester,
        f"""
        def test_good(strict_saddle):
            verdict = strict_saddle({WELL}, budget=30)
            assert verdict["stationary"]["counts"]["local_minimum"] == 2

        def test_bad(strict_saddle):
            strict_saddle({FLAT})
            raise AssertionError("not reached")

        def test_zoo(strict_saddle):
            strict_saddle("tensor-eq5")
        """,
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=2, failed=1)
    assert "not reached" not in re.sub(r"raise AssertionError.*", "", failures(result))


TOML = 'variables = ["x", "y"]\nexpression = "x**4/4 - x**2/2 + lam*y**2/2"\n[parameters]\nlam = "1/3"\n'


def test_files_are_tests(pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("good.objective.toml").write_text(TOML)
    pytester.path.joinpath("bad.objective.toml").write_text(TOML.replace("1/3", "0"))
    pytester.path.joinpath("broken.objective.toml").write_text("variables = 3")
    pytester.path.joinpath("other.toml").write_text("unrelated = true")
    result = pytester.runpytest("-rA")
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        ["PASSED good.objective.toml*", "FAILED bad.objective.toml*", "FAILED broken.objective.toml*"]
    )


def test_files_take_the_marker_from_conftest(pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("curve.objective.toml").write_text('variables = ["x", "y"]\nexpression = "(x*y - 1)**2"\n')
    pytester.runpytest().assert_outcomes(failed=1)
    pytester.makeconftest(
        "import pytest\ndef pytest_collection_modifyitems(items):\n    for item in items:\n"
        "        item.add_marker(pytest.mark.strict_saddle(modulo_symmetry=True))\n"
    )
    pytester.runpytest().assert_outcomes(passed=1)


def kept(pytester: pytest.Pytester) -> list[Path]:
    return sorted(pytester.path.glob(".pytest_cache/d/strictsaddle/*.json"))


COUNTED = """
from strictsaddle.definition_1 import check as pipeline
real = pipeline.check

def check(*arguments, **options):
    print("CHECKED")
    return real(*arguments, **options)

@pytest.fixture(autouse=True)
def counted(monkeypatch):
    monkeypatch.setattr(pipeline, "check", check)
"""


def checks(result: pytest.RunResult) -> int:
    return failures(result).count("CHECKED\n")


def test_what_is_certified_is_not_checked_again(pytester: pytest.Pytester) -> None:
    project(
        pytester,
        COUNTED + marked(WELL, name="good") + marked(FLAT, name="bad") + marked(WELL, "budget=9", "same"),
    )
    first = pytester.runpytest("-rA", "-s")
    assert (checks(first), len(kept(pytester))) == (2, 2)
    second = pytester.runpytest("-rA", "-s")
    second.assert_outcomes(passed=2, failed=1)
    assert checks(second) == 0
    assert "witness = ('0', '0')" in failures(second)
    assert checks(pytester.runpytest("-s", "--cache-clear")) == 2


def test_another_question_is_checked(pytester: pytest.Pytester) -> None:
    """The twins of the cache: another constant, method, version, or a damaged file."""
    project(pytester, COUNTED + marked(WELL))
    assert checks(pytester.runpytest("-s")) == 1
    project(pytester, COUNTED + marked(WELL.replace("y**2/2", "y**2/3")))
    assert checks(pytester.runpytest("-s")) == 1
    project(pytester, COUNTED + marked(WELL, "method='interval'"))
    assert checks(pytester.runpytest("-s")) == 1
    project(pytester, COUNTED + marked(WELL))
    assert checks(pytester.runpytest("-s")) == 0
    for path in kept(pytester):
        path.write_bytes(path.read_bytes().replace(b'"strict_saddle"', b'"not_strict_saddle"'))
    damaged = pytester.runpytest("-s")
    damaged.assert_outcomes(passed=1)
    assert checks(damaged) == 1
    assert checks(pytester.runpytest("-s")) == 0
    from strictsaddle.execution import seal

    digest = seal.code_digest
    try:  # the same verdict, kept by a program with another source
        seal.code_digest = lambda: "another version"  # type: ignore[assignment]
        assert checks(pytester.runpytest("-s")) == 1
    finally:
        seal.code_digest = digest


def test_a_verdict_put_under_another_key_proves_nothing(pytester: pytest.Pytester) -> None:
    """The verdict of a true claim, copied to where that of a false one would be kept, the key inside corrected."""
    project(pytester, marked(WELL))
    pytester.runpytest().assert_outcomes(passed=1)
    (true,) = kept(pytester)
    project(pytester, marked(FLAT))
    pytester.runpytest().assert_outcomes(failed=1)
    (false,) = (path for path in kept(pytester) if path != true)
    content = json.loads(true.read_bytes()[MAC_BYTES:])
    content["key"] = json.loads(false.read_bytes()[MAC_BYTES:])["key"]
    for mac in (true.read_bytes()[:MAC_BYTES], false.read_bytes()[:MAC_BYTES], bytes(MAC_BYTES), b""):
        false.write_bytes(mac + json.dumps(content).encode())
        pytester.runpytest().assert_outcomes(failed=1)


@pytest.mark.parametrize("how", ["csv", "dots", "link", "the file"])
def test_a_collected_file_reads_nothing_outside_of_the_project(
    pytester: pytest.Pytester, tmp_path: Path, how: str
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("password,b\nhunter2,1\n")
    table = (
        '[network]\nwidths = [1, 1]\nactivation = "linear"\nloss = "squared"\n'
        '[data]\ncsv = "{}"\ninputs = ["password"]\ntargets = ["b"]\n'
    )
    here = pytester.path
    collected = here / "net.objective.toml"
    if how == "the file":
        outside = tmp_path / "outside.toml"
        outside.write_text("password = hunter2")
        collected.symlink_to(outside)
    elif how == "link":
        (here / "inside.csv").symlink_to(secret)
        collected.write_text(table.format("inside.csv"))
    else:
        collected.write_text(table.format(secret if how == "csv" else os.path.relpath(secret, here)))
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*lies outside of the project's root*"])
    assert "hunter2" not in result.stdout.str()


def test_data_inside_of_the_project_are_read(pytester: pytest.Pytester) -> None:
    (pytester.path / "rows.csv").write_text("a,b\n1,1\n2,3\n")
    (pytester.path / "net.objective.toml").write_text(
        '[network]\nwidths = [1, 1]\nactivation = "linear"\nloss = "squared"\nbias = false\n'
        '[data]\ncsv = "rows.csv"\ninputs = ["a"]\ntargets = ["b"]\n'
    )
    pytester.runpytest().assert_outcomes(passed=1)


def test_what_is_undecided_is_checked_again(pytester: pytest.Pytester) -> None:
    project(pytester, COUNTED + undecided_soon())
    assert checks(pytester.runpytest("-s")) == 1
    assert kept(pytester) == []
    again = pytester.runpytest("-s")
    again.assert_outcomes(failed=1)
    assert checks(again) == 1


def test_the_cache_answers_only_what_was_decided(pytester: pytest.Pytester) -> None:
    """(xy - 1)^2 is refuted as it stands and proved modulo symmetry: one verdict, kept once, answers both."""
    project(pytester, COUNTED + marked(CURVE))
    pytester.runpytest("-s").assert_outcomes(failed=1)
    project(pytester, COUNTED + marked(CURVE, "modulo_symmetry=True"))
    again = pytester.runpytest("-s")
    again.assert_outcomes(passed=1)
    assert checks(again) == 0


def test_it_works_without_the_cache(pytester: pytest.Pytester) -> None:
    project(pytester, marked(WELL))
    pytester.runpytest("-p", "no:cacheprovider").assert_outcomes(passed=1)
    assert kept(pytester) == []


def test_it_can_be_turned_off(pytester: pytest.Pytester) -> None:
    project(pytester, "def test_it():\n    pass\n")
    pytester.path.joinpath("bad.objective.toml").write_text(TOML.replace("1/3", "0"))
    result = pytester.runpytest("-p", "no:strict_saddle")
    result.assert_outcomes(passed=1)


def test_xdist(pytester: pytest.Pytester) -> None:
    bodies = [marked(WELL, name=f"same_{number}") for number in range(6)]
    project(pytester, "".join(bodies) + marked(FLAT, name="bad"))
    pytester.path.joinpath("good.objective.toml").write_text(TOML)
    result = pytester.runpytest_subprocess("-n", "2", "--strict-saddle-report=reports", "--junit-xml=out.xml")
    result.assert_outcomes(passed=7, failed=1)
    assert len(list(pytester.path.glob("reports/*.json"))) == 8
    assert not list(pytester.path.rglob("*.part"))
    assert len(kept(pytester)) == 3


def test_junit_has_the_message_and_the_outcome(pytester: pytest.Pytester) -> None:
    project(pytester, marked(WELL, name="good") + marked(FLAT, name="bad"))
    pytester.runpytest("--junit-xml=out.xml")
    good, bad = ET.parse(pytester.path / "out.xml").getroot().iter("testcase")
    failure = bad.find("failure")
    assert good.find("failure") is None
    assert failure is not None and "flat is not strict-saddle" in str(failure.get("message"))
    properties = {p.get("name"): p.get("value") for p in bad.iter("property")}
    assert properties == {"strict_saddle": "refuted", "strict_saddle_cached": "false"}


def test_reports(pytester: pytest.Pytester) -> None:
    project(pytester, marked(WELL, name="good") + undecided_soon(name="open"))
    pytester.runpytest("--strict-saddle-report=made/here", "--strict-saddle-undecided=skip").assert_outcomes(
        passed=1, skipped=1
    )
    records = [json.loads(path.read_text()) for path in sorted(pytester.path.glob("made/here/*.json"))]
    assert [r["definition_1"]["verdict"] for r in records] == ["strict_saddle", "undecided"]


def test_nothing_uses_the_network(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "import socket\ndef refused(*arguments, **options):\n    raise OSError('no network here')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refused\n"
    )
    project(pytester, marked(WELL))
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_other_tests_pay_nothing(pytester: pytest.Pytester) -> None:
    """pytest with the plugin, on tests that do not use it, imports nothing of the mathematics."""
    pytester.makeconftest(
        "import sys\ndef pytest_sessionfinish(session):\n    session.config.pluginmanager."
        "get_plugin('terminalreporter').write_line('LOADED ' + ' '.join(sorted(sys.modules)))\n"
    )
    pytester.makepyfile("def test_it():\n    pass\n")
    result = pytester.runpytest_subprocess("-p", "no:hypothesispytest")
    result.assert_outcomes(passed=1)
    (line,) = (line for line in result.outlines if line.startswith("LOADED"))
    names = set(line.split()[1:])
    assert not {name.split(".")[0] for name in names} & {
        "strictsaddle",
        "sympy",
        "numpy",
        "scipy",
        "numba",
        "flint",
        "hypothesis",
    }
    ours = {name for name in names if name.startswith("strictsaddle")}
    assert ours == {"strictsaddle_pytest", "strictsaddle_pytest.plugin"}


def test_a_remembered_verdict_is_checked_again_with_its_certificate(pytester: pytest.Pytester) -> None:
    project(pytester, COUNTED + marked(WELL))
    assert checks(pytester.runpytest("-s", "--strict-saddle-certificates=proofs")) == 1
    (certificate,) = pytester.path.glob(".pytest_cache/d/strictsaddle/*.zip")
    (copy,) = pytester.path.glob("proofs/*.zip")
    assert copy.read_bytes() == certificate.read_bytes()
    copy.unlink()
    assert checks(pytester.runpytest("-s", "--strict-saddle-certificates=proofs")) == 0
    assert len(list(pytester.path.glob("proofs/*.zip"))) == 1
    certificate.write_bytes(certificate.read_bytes()[:-1])
    damaged = pytester.runpytest("-s")
    damaged.assert_outcomes(passed=1)
    assert checks(damaged) == 1
    certificate.unlink()  # one that was kept with a certificate needs it
    assert checks(pytester.runpytest("-s")) == 1
    (pytester.path / "file").write_text("")
    refused = pytester.runpytest("--strict-saddle-certificates=file")
    assert "is not a folder" in refused.stderr.str()
