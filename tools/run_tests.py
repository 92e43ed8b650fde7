#!/usr/bin/python3
"""run_tests: builds and runs the tests, shows what failed, and ends with one line of counts.

    run_tests.py [--soak] [PART...]      parts: lint release unit tsan scenarios; all of them when none is named

lint       the checks of tools/lint.py
release    the program as ./dev run builds it: gcc, optimised, where a warning is an error
unit       everything meson knows, under AddressSanitizer and UndefinedBehaviorSanitizer (build/test), the
           replay of the fuzzers' corpora included, beside a PostgreSQL server of their own
tsan       the tests of meson's suite 'tsan', under ThreadSanitizer (build/tsan)
scenarios  pytest in tests/scenarios and tests/tools, two at a time, with the program of build/test;
           with --soak the tests marked `soak` alone, which tell how far they are; CRIER_KILLS (200) says how
           often the server and the imports are killed

Each case counts: a cmocka case, a pytest case, a check. A build that fails is a failed case, and so is a
program that ends otherwise than its cases say (a leak found at its end, a crash, too long a time).
Exit code 0: nothing failed and something passed.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import lint

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
JOBS = str(os.cpu_count() or 2)
PARTS = ("lint", "release", "unit", "tsan", "scenarios")
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1:abort_on_error=0",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}
TAP = re.compile(r"^(not ok|ok) (\d+)(?: - (.*?)| # SKIP (.*))?\s*$", re.MULTILINE)
PYTEST = re.compile(r"^=*\s*((?:\d+ (?:passed|failed|skipped|errors?|deselected|warnings?)(?:, )?)+) in [\d.]+s", re.MULTILINE)
ENGINE = re.compile(r"\[(sqlite|postgres)\b")
PLAN = re.compile(r"^1\.\.(\d+)\s*$", re.MULTILINE)


class Count:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.failures = []
        self.skips = {}
        self.engines = {}  # of scenarios that have a store: engine → [passed, failed, skipped]
        self.counted = []  # what tests themselves counted

    def fail(self, name, output):
        """Shown at once, and named again at the end."""
        self.failed += 1
        self.failures.append(name)
        print(f"FAILED {name}")
        for line in output.rstrip().splitlines()[-120:]:
            print("    " + line)
        sys.stdout.flush()

    def skip(self, group):
        self.skipped += 1
        self.skips[group] = self.skips.get(group, 0) + 1

    def on_engine(self, engine, result):
        if engine:
            self.engines.setdefault(engine, [0, 0, 0])[("passed", "failed", "skipped").index(result)] += 1

    def line(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def say(text):
    print(text, flush=True)


def run(command, environment=None, **more):
    """Output and errors together, as text, and the exit code."""
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
                          **more)
    return done.returncode, done.stdout


def run_telling(command, environment, told):
    """Like run, for what takes hours: prints the lines that the tests write into the file told as they come."""
    told.write_text("", encoding="utf-8")
    start = time.monotonic()
    environment = {**os.environ, **environment, "CRIER_PROGRESS": str(told)}
    with open(BUILD / "soak.log", "w+", encoding="utf-8", errors="replace") as log, open(told, encoding="utf-8") as lines:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=subprocess.STDOUT)
        ended = False
        while not ended:
            try:
                process.wait(1)
                ended = True
            except subprocess.TimeoutExpired:
                pass
            for line in lines.read().splitlines():
                say(f"   {time.monotonic() - start:6.0f} s  {line}")
        log.seek(0)
        return process.returncode, log.read()


def configure(folder, sanitizer, count):
    """A clang build with that sanitizer in build/FOLDER; False, counted as failed, where meson refuses."""
    if (BUILD / folder / "build.ninja").exists():  # what meson knows of tests may be of an older source
        code, output = run(["ninja", "-C", f"build/{folder}", "--quiet", "build.ninja"])
        if code != 0:
            count.fail(f"meson regenerates build/{folder}", output)
        return code == 0
    command = ["meson", "setup", f"build/{folder}", "--buildtype=debugoptimized", "-Doptimization=1",
               f"-Db_sanitize={sanitizer}", "-Db_lundef=false"]
    code, output = run(command, {"CC": "clang"})
    if code != 0:
        count.fail(f"meson setup build/{folder}", output)
    return code == 0


def build(folder, targets, count):
    """Builds what can be built; what cannot is one failed case."""
    code, output = run(["ninja", "-C", f"build/{folder}", "-j", JOBS, "-k", "0", "--quiet", *targets])
    if code != 0:
        kept = [line for line in output.splitlines() if not line.startswith(("ninja: Entering", "clang "))]
        count.fail(f"build/{folder}", "\n".join(kept))
    return code == 0


def lint_part(count):
    for result in lint.run(ROOT):
        name = "lint: " + result["name"].replace("_", " ")
        if result["problems"]:
            count.fail(name, "\n".join(result["problems"][:100]))
        else:
            count.passed += 1


def release_part(count):
    """The one build that the sanitizers' clang does not stand for."""
    code, output = 0, ""
    if not (BUILD / "gcc" / "build.ninja").exists():
        code, output = run(["meson", "setup", "build/gcc", "--buildtype=debugoptimized", "-Dtests=false"], {"CC": "gcc"})
    if code == 0:
        code, output = run(["ninja", "-C", "build/gcc", "-j", JOBS, "-k", "0", "--quiet"])
    if code != 0:
        count.fail("build/gcc", output)
    else:
        count.passed += 1


def count_cases(test, count):
    """One program of meson: its cases by the TAP lines of cmocka or by the last line of pytest, or, where it prints
    neither, by its end."""
    name, output = test["name"], test.get("stdout") or ""
    errors = test.get("stderr") or ""
    cases = list(TAP.finditer(output))
    summary = PYTEST.search(output)
    if summary and not cases:
        count_summary(name, summary[1], test, count)
        return
    broken = 0
    for case in cases:
        # cmocka writes what it skipped as "not ok N # SKIP name"
        if case[4] is not None:
            count.skip(name)
        elif case[1] == "ok":
            count.passed += 1
        else:
            broken += 1
            count.fail(f"{name}: {case[3]}", excerpt(output, errors, case))
    planned = sum(int(plan[1]) for plan in PLAN.finditer(output))
    ended_well = test["result"] in ("OK", "EXPECTEDFAIL")
    if not cases and test["result"] == "SKIP":
        count.skip(name)
    elif not cases and ended_well:
        count.passed += 1
    elif (not ended_well and test["result"] != "SKIP" and not broken) or planned > len(cases):
        count.fail(f"{name} ({test['result'].lower()}, exit code {test.get('returncode')})", output + errors)


def count_summary(name, summary, test, count):
    """Cases of a pytest that meson ran. What failed is one case here, shown with all its output."""
    numbers = {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", summary)}
    count.passed += numbers.get("passed", 0)
    for _ in range(numbers.get("skipped", 0)):
        count.skip(name)
    broken = sum(numbers.get(word, 0) for word in ("failed", "error", "errors"))
    if broken or test["result"] not in ("OK", "EXPECTEDFAIL"):
        count.fail(name, (test.get("stdout") or "") + (test.get("stderr") or ""))
        count.failed += max(broken, 1) - 1


def excerpt(output, errors, case):
    """What the program said about that case: cmocka writes its reasons as comments after the line."""
    following = output[case.end():]
    reasons = re.match(r"(?:\n?#[^\n]*)*", following)[0]
    return reasons.strip() + "\n" + "\n".join(errors.splitlines()[-40:])


def meson_test(folder, arguments, count, wrap=(), environment=None):
    log = BUILD / folder / "meson-logs" / "testlog.json"
    log.unlink(missing_ok=True)
    command = [*wrap, "meson", "test", "-C", f"build/{folder}", "--no-rebuild", "--num-processes", JOBS,
               "--timeout-multiplier", "4", *arguments]
    code, output = run(command, {"CMOCKA_MESSAGE_OUTPUT": "TAP", **SANITIZERS, **(environment or {})})
    if not log.exists():
        if "No suitable tests defined" not in output and "No tests defined" not in output:
            count.fail(f"meson test in build/{folder}", f"exit code {code}\n{output}")
        return
    for line in log.read_text(encoding="utf-8").splitlines():
        count_cases(json.loads(line), count)


def programs_of(folder, wanted, count):
    """What meson knows of the tests that wanted() takes."""
    code, output = run(["meson", "introspect", "--tests", f"build/{folder}"])
    if code != 0:
        count.fail(f"meson introspect build/{folder}", output)
        return []
    return [test for test in json.loads(output) if wanted(test)]


def unit_part(count):
    if not configure("test", "address,undefined", count):
        return
    complete = build("test", ["all"], count)
    arguments = []
    if not complete:  # meson runs nothing when one program is absent, so the others are named
        tests = programs_of("test", lambda test: True, count)
        arguments = [test["name"] for test in tests if Path(test["cmd"][0]).exists()]
        for test in tests:
            if not Path(test["cmd"][0]).exists():
                count.fail(f"{test['name']}: not built", "")
        if not arguments:
            return
    meson_test("test", arguments, count, wrap=["tools/with_postgres"])


def fixed_addresses():
    """ThreadSanitizer cannot place its maps where the kernel moves programs about widely."""
    usable = shutil.which("setarch") and run(["setarch", "-R", "true"])[0] == 0
    return ["setarch", "-R"] if usable else []


def tsan_part(count):
    if not configure("tsan", "thread", count):
        return
    tests = programs_of("tsan", lambda test: any(suite.endswith("tsan") for suite in test["suite"]), count)
    programs = sorted({os.path.relpath(test["cmd"][0], BUILD / "tsan") for test in tests})
    if programs and build("tsan", programs, count):
        meson_test("tsan", ["--suite", "tsan"], count, wrap=fixed_addresses())


def pytest_folders():
    return [folder for folder in ("tests/scenarios", "tests/tools") if list((ROOT / folder).glob("**/test_*.py"))]


def has_module(name):
    return run(["/usr/bin/python3", "-c", f"import {name}"])[0] == 0


def scenarios_part(count, soak=False):
    folders = pytest_folders()
    if not folders or not configure("test", "address,undefined", count):
        return
    program = "src/main/crier"
    if not build("test", ["runnable", "scenarios"], count):
        return
    report = BUILD / "scenarios.xml"
    report.unlink(missing_ok=True)
    command = ["/usr/bin/python3", "-m", "pytest", "-q", "-m", "soak" if soak else "not soak",
               "-o", "markers=soak: takes long, run by ./dev soak", "-o", "cache_dir=build/pytest",
               f"--junitxml={report}", *folders]
    if has_module("xdist"):
        command += ["-n", JOBS, "--dist", "loadfile"]
    if has_module("pytest_timeout"):
        command += ["--timeout", "7200" if soak else "240"]
    environment = {"CRIER": str(BUILD / "test" / program), "PYTHONDONTWRITEBYTECODE": "1",
                   "PYTHONPATH": str(ROOT / "tools"), **SANITIZERS}
    if soak:
        environment["CRIER_KILLS"] = os.environ.get("CRIER_KILLS", "200")
    command = ["tools/with_postgres", *command]
    code, output = run_telling(command, environment, BUILD / "soak.progress") if soak else run(command, environment)
    if not report.exists() or code not in (0, 1, 5):
        count.fail("pytest", f"exit code {code}\n{output}")
    if report.exists():
        count_pytest(report, count)


def count_pytest(report, count):
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        found = ENGINE.search(case.get("name"))
        engine = found and found[1]
        count.counted += [f"{case.get('name')}: {told.get('value')}" for told in case.iter("property") if told.get("name") == "counted"]
        problem = case.find("failure")
        problem = case.find("error") if problem is None else problem
        if problem is not None:
            count.fail(name, problem.text or problem.get("message") or "")
            count.on_engine(engine, "failed")
        elif case.find("skipped") is not None:
            count.skip(case.get("classname"))
            count.on_engine(engine, "skipped")
        else:
            count.passed += 1
            count.on_engine(engine, "passed")


def main():
    arguments = sys.argv[1:]
    soak = "--soak" in arguments
    wanted = [part for part in arguments if part != "--soak"] or list(PARTS)
    unknown = [part for part in wanted if part not in PARTS]
    if unknown:
        sys.exit(f"./dev test: no part '{unknown[0]}'; parts: {' '.join(PARTS)}")
    parts = {"lint": lint_part, "release": release_part, "unit": unit_part, "tsan": tsan_part, "scenarios": scenarios_part}
    count = Count()
    if soak:
        say("== soak: the build, then scenarios for hours")
        start = time.monotonic()
        scenarios_part(count, soak=True)
        say(f"   {count.line()} in {time.monotonic() - start:.0f} s")
        wanted = []
    for part in (part for part in PARTS if part in wanted):
        start, before = time.monotonic(), (count.passed, count.failed, count.skipped)
        say(f"== {part}")
        try:
            parts[part](count)
        except Exception as problem:  # whatever breaks here must not hide what was counted
            count.fail(part, repr(problem))
        now = (count.passed, count.failed, count.skipped)
        done = [after - first for after, first in zip(now, before)]
        say(f"   {done[0]} passed, {done[1]} failed, {done[2]} skipped in {time.monotonic() - start:.0f} s")
    for engine, (passed, failed, skipped) in sorted(count.engines.items()):
        say(f"scenarios on {engine}: {passed} passed, {failed} failed, {skipped} skipped")
    for text in count.counted:
        say(f"counted: {text}")
    for group, skipped in sorted(count.skips.items()):
        say(f"skipped: {skipped} of {group}")
    for name in count.failures:
        say(f"failed: {name}")
    say(count.line())
    return 0 if count.failed == 0 and count.passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
