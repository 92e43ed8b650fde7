#!/usr/bin/python3
"""run_fuzz MINUTES: lets every fuzzer of tests/fuzz search for its share of the time.

They start from tests/fuzz/corpus/NAME and keep what reaches new code in build/fuzz-corpus/NAME, for the next
run. An input that breaks something is kept as build/fuzz-found/NAME-...; put it into the corpus with the
mend, so that it is replayed ever after. tests/fuzz/NAME.dict, where it exists, holds words to try."""

import concurrent.futures
import os
import re
import subprocess
import sys
from pathlib import Path

import run_tests

ROOT = run_tests.ROOT
FUZZ = ROOT / "build" / "fuzz"


def run_or_end(command, environment=None):
    """What the command prints; where it fails that is shown, and the end."""
    code, output = run_tests.run(command, environment)
    if code != 0:
        sys.exit(output.rstrip() + f"\n./dev fuzz: {' '.join(command[:3])} failed; nothing was searched")
    return output


def build():
    """The names of the fuzzers, built; ends the program where that fails."""
    if not (FUZZ / "build.ninja").exists():
        setup = ["meson", "setup", "build/fuzz", "--buildtype=debugoptimized", "-Db_sanitize=address,undefined",
                 "-Db_lundef=false", "-Dfuzz=true"]
        run_or_end(setup, {"CC": "clang"})
    listed = run_or_end(["ninja", "-C", "build/fuzz", "-t", "targets", "all"])
    names = sorted(set(re.findall(r"^tests/fuzz/fuzz_(\w+): c_LINKER", listed, re.MULTILINE)))
    targets = [f"tests/fuzz/fuzz_{name}" for name in names]
    if not names:
        sys.exit("./dev fuzz: tests/fuzz holds no fuzzer")
    run_or_end(["ninja", "-C", "build/fuzz", "-k", "0", *targets])
    return names


def search(name, seconds):
    """(name, runs, files it broke on, its last output)."""
    kept, found = ROOT / "build" / "fuzz-corpus" / name, ROOT / "build" / "fuzz-found"
    kept.mkdir(parents=True, exist_ok=True)
    found.mkdir(parents=True, exist_ok=True)
    given = ROOT / "tests" / "fuzz" / "corpus" / name
    words = ROOT / "tests" / "fuzz" / f"{name}.dict"
    before = set(found.glob(f"{name}-*"))
    command = [str(FUZZ / "tests" / "fuzz" / f"fuzz_{name}"), f"-max_total_time={seconds}", "-timeout=20",
               "-rss_limit_mb=2048", "-print_final_stats=1", f"-artifact_prefix={found}/{name}-"]
    command += [f"-dict={words}"] if words.exists() else []
    command += [str(kept)] + ([str(given)] if given.is_dir() else [])
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **run_tests.SANITIZERS}, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    runs = re.search(r"number_of_executed_units:\s*(\d+)", done.stdout)
    broke = sorted(set(found.glob(f"{name}-*")) - before)
    last = "\n".join(done.stdout.splitlines()[-60:]) if broke or done.returncode != 0 else ""
    return name, int(runs[1]) if runs else 0, broke, last


def main():
    if len(sys.argv) != 2 or not sys.argv[1].isdigit() or int(sys.argv[1]) == 0:
        sys.exit("usage: run_fuzz.py MINUTES")
    print("Building the fuzzers", flush=True)
    names = build()
    workers = min(len(names), os.cpu_count() or 2)
    seconds = max(1, int(sys.argv[1]) * 60 * workers // len(names))
    print(f"{len(names)} fuzzers, {seconds} s each, {workers} at a time", flush=True)
    runs = broken = 0
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for name, count, found, last in pool.map(lambda name: search(name, seconds), names):
            runs += count
            broken += 1 if last else 0
            print(f"{name}: {count} inputs" + ("".join(f"\n  broke on {path}" for path in found)))
            if last:
                print("    " + last.replace("\n", "\n    "))
    print(f"{len(names) - broken} passed, {broken} failed, {runs} inputs tried")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
