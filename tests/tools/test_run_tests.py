"""What run_tests.py counts: every case once, and nothing that went wrong as right."""

import json

import pytest

import run_tests


def counted(**test):
    count = run_tests.Count()
    run_tests.count_cases({"name": "t", "result": "OK", "returncode": 0, **test}, count)
    return count.passed, count.failed, count.skipped


@pytest.mark.parametrize("test, expected", [
    ({"stdout": "1..2\nok 1 - a\nok 2 - b\n# ok - group\n"}, (2, 0, 0)),
    ({"stdout": "1..2\nok 1 - a\nnot ok 2 - b\n# why\n", "result": "FAIL", "returncode": 1}, (1, 1, 0)),
    ({"stdout": "1..2\nok 1 - a\nnot ok 2 # SKIP b\n"}, (1, 0, 1)),
    ({"stdout": "1..1\nok 1 - a\n1..2\nok 1 - b\nok 2 - c\n"}, (3, 0, 0)),
    # a leak found at the end, after all cases passed
    ({"stdout": "1..1\nok 1 - a\n", "stderr": "leak", "result": "FAIL", "returncode": 23}, (1, 1, 0)),
    # a crash before the last case
    ({"stdout": "1..3\nok 1 - a\n", "result": "FAIL", "returncode": -11}, (1, 1, 0)),
    # an end that looks right with cases missing
    ({"stdout": "1..3\nok 1 - a\n"}, (1, 1, 0)),
    ({"stdout": "1..1\nok 1 - a\n", "result": "TIMEOUT"}, (1, 1, 0)),
    ({"stdout": "", "result": "TIMEOUT"}, (0, 1, 0)),
    ({"stdout": "replayed 3 files\n"}, (1, 0, 0)),
    ({"stdout": "....s\n4 passed, 1 skipped in 0.52s\n"}, (4, 0, 1)),
    ({"stdout": "F.E\n2 failed, 3 passed, 1 error in 1.00s\n", "result": "FAIL", "returncode": 1}, (3, 3, 0)),
    ({"stdout": "===== 7 passed, 2 warnings in 0.52s =====\n"}, (7, 0, 0)),
    ({"stdout": "3 passed in 0.52s\n", "result": "FAIL", "returncode": 1}, (3, 1, 0)),
    ({"result": "SKIP", "returncode": 77}, (0, 0, 1)),
    ({"result": "FAIL", "returncode": 1}, (0, 1, 0)),
    ({"result": "ERROR", "returncode": 99}, (0, 1, 0)),
])
def test_programs_of_meson(test, expected, capsys):
    assert counted(**test) == expected


def test_what_failed_is_shown(capsys):
    counted(stdout="1..2\nnot ok 1 - broken_case\n# 1 != 2\n# at a.c:5\nok 2 - b\n", result="FAIL")
    shown = capsys.readouterr().out
    assert "FAILED t: broken_case" in shown and "1 != 2" in shown and "at a.c:5" in shown


def test_what_takes_hours_tells_how_far_it_is(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(run_tests, "BUILD", tmp_path)
    told = tmp_path / "told of the run"
    told.write_text("of an earlier one\n")
    script = 'echo "1 of 2" >>"$CRIER_PROGRESS"; echo "2 of 2" >>"$CRIER_PROGRESS"; echo "$WORD"; echo trouble >&2; exit 3'
    code, output = run_tests.run_telling(["sh", "-c", script], {"WORD": "said"}, told)
    assert (code, output) == (3, "said\ntrouble\n")
    shown = capsys.readouterr().out.splitlines()
    assert [line.split(" s  ")[1] for line in shown] == ["1 of 2", "2 of 2"]


def test_pytest_reports(tmp_path, capsys):
    report = tmp_path / "report.xml"
    report.write_text('<testsuites><testsuite><testcase classname="m" name="a"/><testcase classname="m" name="b">'
                      '<failure message="no">trace</failure></testcase><testcase classname="m" name="c"><skipped/>'
                      '</testcase><testcase classname="m" name="d"><error message="boom"/></testcase></testsuite>'
                      '</testsuites>', encoding="utf-8")
    count = run_tests.Count()
    run_tests.count_pytest(report, count)
    assert (count.passed, count.failed, count.skipped) == (1, 2, 1)
    assert count.line() == "1 passed, 2 failed, 1 skipped"
    assert "boom" in capsys.readouterr().out


def test_a_meson_log_with_several_programs(tmp_path, monkeypatch, capsys):
    log = tmp_path / "test" / "meson-logs" / "testlog.json"
    log.parent.mkdir(parents=True)
    rows = [{"name": "a", "result": "OK", "stdout": "1..1\nok 1 - x\n"}, {"name": "b", "result": "FAIL", "returncode": 1}]

    def run(command, environment=None, **more):
        assert environment["CMOCKA_MESSAGE_OUTPUT"] == "TAP"
        log.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
        return 1, ""

    monkeypatch.setattr(run_tests, "BUILD", tmp_path)
    monkeypatch.setattr(run_tests, "run", run)
    count = run_tests.Count()
    run_tests.meson_test("test", [], count)
    assert (count.passed, count.failed) == (1, 1)


def test_no_log_is_a_failure(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(run_tests, "BUILD", tmp_path)
    monkeypatch.setattr(run_tests, "run", lambda *_, **__: (2, "meson broke"))
    (tmp_path / "test" / "meson-logs").mkdir(parents=True)
    count = run_tests.Count()
    run_tests.meson_test("test", [], count)
    assert (count.passed, count.failed) == (0, 1)


REPORT = """<testsuites><testsuite>
<testcase classname="scenarios.test_a" name="test_one[sqlite]"/>
<testcase classname="scenarios.test_a" name="test_one[postgres]"><failure message="no">wrong</failure></testcase>
<testcase classname="scenarios.test_a" name="test_two[postgres-en]"><properties><property name="counted" value="3 of 3"/></properties></testcase>
<testcase classname="scenarios.test_a" name="test_three[postgres]"><skipped message="not here"/></testcase>
<testcase classname="scenarios.test_a" name="test_four[postgresql]"/>
</testsuite></testsuites>"""


def test_scenarios_are_counted_for_each_engine(tmp_path):
    report = tmp_path / "scenarios.xml"
    report.write_text(REPORT)
    count = run_tests.Count()
    run_tests.count_pytest(report, count)
    assert count.line() == "3 passed, 1 failed, 1 skipped"
    assert count.engines == {"sqlite": [1, 0, 0], "postgres": [1, 1, 1]}
    assert count.counted == ["test_two[postgres-en]: 3 of 3"]
