#!/usr/bin/python3
"""lint: the rules of the house that a program can check. Each check has a name, passes or fails, and
says for each problem where it is and what to do. `lint.py [--json FILE] [ROOT]`.

A check is a function of the tree that returns its problems as lines; those of a check are listed in CHECKS."""

import ast
import json
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import layers
import migrations
import source

FUNCTION_LINES, COMPLEXITY, FILE_LINES, BASE_LINES = 70, 20, 1000, 2500
# Lines of tests for a line of source: of all, and of the folders that everything stands on. Of text the aim is 2 as well:
# raise it as its cases grow; none is ever lowered.
TEST_SHARE = 1.2
TEST_SHARES = {"base": 2, "db": 2, "template": 2, "text": 2}
BANNED = {
    "strcpy": "arena_str or buf_put", "strcat": "buf_put", "strncpy": "arena_str", "strncat": "buf_put",
    "stpcpy": "buf_put", "sprintf": "buf_printf or snprintf", "vsprintf": "buf_vprintf", "gets": "file_read",
    "strtok": "str_next", "strtok_r": "str_next", "atoi": "str_to_i64", "atol": "str_to_i64",
    "atoll": "str_to_i64", "atof": "a parser that can fail", "alloca": "an arena", "system": "posix_spawn",
    "popen": "posix_spawn", "rand": "base/random.h", "srand": "base/random.h", "random": "base/random.h",
    "drand48": "base/random.h", "tmpnam": "mkostemp", "tempnam": "mkostemp", "mktemp": "mkostemp",
    "gmtime": "civil_from_s", "localtime": "i18n/", "asctime": "clock_http", "ctime": "clock_http",
    "strerror": "err_set_errno",
}
SLEEPS = {"sleep": "an injected clock", "usleep": "an injected clock", "nanosleep": "an injected clock"}
SQL = re.compile(
    r"\b(SELECT\s.*\bFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|REPLACE\s+INTO"
    r"|(CREATE|DROP|ALTER)\s+(TEMP\s+|UNIQUE\s+|VIRTUAL\s+)*(TABLE|INDEX|VIEW|TRIGGER)|PRAGMA\s+\w+)\b"
    r"|^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT)\b(\s+\w+)*;?\s*$")
VAGUE_NAMES = {"util", "utils", "misc", "common", "helper", "helpers", "manager", "stuff"}
BINARY = {".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif", ".ico", ".woff2", ".pdf", ".gz", ".zip", ".mo", ".db"}
TO_DO = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
MACHINE_PATH = re.compile(r"(?<![\w.])/(work|home|root|Users)/\w|/tmp/" r"crier/")


class Tree:
    """The files of the project, read once."""

    def __init__(self, root):
        self.root = root
        self.paths = self.list_paths()
        self.texts = {}

    def list_paths(self):
        names = self.names_of_git()
        if names is None:
            names = [str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file()]
            names = [name for name in names if not re.match(r"(\.git|build|newsroom)/|(.*/)?__pycache__/", name)]
        return sorted(name for name in names if (self.root / name).is_file())

    def names_of_git(self):
        """What is committed or added for the next commit: notes that lie about are nobody's business. None where this
        is no clone (a tarball, perhaps unpacked within another clone) or git is not there."""
        if not (self.root / ".git").exists() or not shutil.which("git"):
            return None
        git = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached"], cwd=self.root,
                             capture_output=True, check=False)
        return [name for name in git.stdout.decode("utf-8").split("\0") if name] if git.returncode == 0 else None

    def select(self, *patterns):
        return [path for path in self.paths if any(re.fullmatch(pattern, path) for pattern in patterns)]

    def c_files(self, *folders):
        return self.select(*[folder + r"/.*\.[ch]" for folder in folders])

    def bytes(self, path):
        return (self.root / path).read_bytes()

    def text(self, path):
        if path not in self.texts:
            self.texts[path] = self.bytes(path).decode("utf-8", errors="replace")
        return self.texts[path]

    def is_text(self, path):
        return Path(path).suffix.lower() not in BINARY and not re.match(r"tests/(fuzz/corpus|data|.*/data)/", path)


def matches(tree, paths, pattern, say, read=None):
    problems = []
    for path in paths:
        text = read(tree.text(path)) if read else tree.text(path)
        for match in pattern.finditer(text):
            problems.append(f"{path}:{source.line_of(text, match.start())}: {say(match)}")
    return problems


def calls(names):
    return re.compile(r"(?<![\w.>])(" + "|".join(names) + r")\s*\(")


def folders_are_layered(tree):
    return layers.check(tree.root, tree.c_files("src"))


def no_banned_function(tree):
    paths = tree.c_files("src", "tests", "bench")
    return matches(tree, paths, calls(BANNED), lambda m: f"{m[1]}() is banned: use {BANNED[m[1]]}", source.code_only)


def no_sleep_in_tests(tree):
    paths = tree.c_files("tests")
    return matches(tree, paths, calls(SLEEPS), lambda m: f"{m[1]}() in a test: use {SLEEPS[m[1]]}", source.code_only)


def sql_only_where_it_belongs(tree):
    allowed = re.compile(r"src/(store|db)/.*|src/publish/public_\w+\.[ch]")
    problems = []
    for path in tree.c_files("src"):
        if allowed.fullmatch(path):
            continue
        for line, text in source.strings(tree.text(path)):
            if SQL.search(text.replace("\\n", " ").replace("\\t", " ")):
                problems.append(f"{path}:{line}: SQL outside src/store and src/publish/public_*: \"{text[:60]}\"")
    return problems


def safe_html_is_made_in_three_places(tree):
    allowed = re.compile(r"src/(text|template|publish)/.*")
    made = re.compile(r"struct\s+safe_html\s*\)\s*\{(?!0?\})|struct\s+safe_html\s+\w+\s*=\s*\{(?!0?\})|\.html\.text\s*=|\.html\s*=\s*\{")
    paths = [path for path in tree.c_files("src") if not allowed.fullmatch(path)]
    return matches(tree, paths, made, lambda m: "safe_html is made by text/, template/ and publish/ alone",
                   source.code_only)


def measured_functions(tree, folders):
    """(complexity, lines, place, name) of every function, by pmccabe."""
    paths = [path for path in tree.c_files(*folders) if path.endswith(".c")]
    if not paths:
        return []
    done = subprocess.run(["pmccabe", *paths], cwd=tree.root, capture_output=True, text=True, check=False)
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    functions = []
    for row in rows:
        if len(row) != 6:
            continue
        place, _, name = row[5].rpartition(": ")
        functions.append((int(row[0]), int(row[4]), re.sub(r"\((\d+)\)$", r":\1", place), name))
    if not functions:
        raise RuntimeError("pmccabe measured nothing: " + done.stderr)
    return functions


def functions_are_small(tree):
    problems = []
    for complexity, lines, place, name in measured_functions(tree, ["src", "tests", "bench"]):
        if lines > FUNCTION_LINES:
            problems.append(f"{place}: {name} has {lines} lines; {FUNCTION_LINES} is the most")
        if complexity > COMPLEXITY:
            problems.append(f"{place}: {name} has the complexity {complexity}; {COMPLEXITY} is the most")
    return problems


def functions_are_mostly_short(tree):
    lines = sorted(lines for _, lines, _, _ in measured_functions(tree, ["src"]))
    if not lines:
        return []
    median, ninetieth = statistics.median(lines), lines[len(lines) * 9 // 10]
    problems = [f"src: the median function has {median} lines; 20 is the most"] if median > 20 else []
    return problems + ([f"src: one function in ten has {ninetieth} lines or more; 50 is the most"]
                       if ninetieth > 50 else [])


def files_are_small(tree):
    problems = []
    for path in tree.select(r"(src|tests|tools|bench)/.*\.(c|h|py|sql|sh)", r"dev"):
        lines = tree.text(path).count("\n")
        if lines > FILE_LINES:
            problems.append(f"{path}: {lines} lines; {FILE_LINES} is the most")
    return problems


def base_stays_small(tree):
    lines = sum(tree.text(path).count("\n") for path in tree.c_files("src/base"))
    return [f"src/base: {lines} lines; {BASE_LINES} is the most"] if lines >= BASE_LINES else []


def no_globals(tree):
    local = re.compile(r"(?<=[{};])\s*static\s+(?!const\b|_Thread_local\b|inline\b|_Noreturn\b|_Static_assert\b)[^;{}()=]*[;=]")
    problems = []
    for path in tree.c_files("src"):
        text = tree.text(path)
        for line, declaration in source.declarations(text):
            if source.mutable_variable(declaration):
                problems.append(f"{path}:{line}: a global that can be written: make it const or pass a context")
        code = source.code_only(text)
        for match in local.finditer(code):
            before = code[:match.start()]
            inside = before.count("{") > before.count("}")
            if inside and source.mutable_variable(match[0].replace("static", "", 1)):
                line = source.line_of(code, match.start() + len(match[0]) - len(match[0].lstrip()))
                problems.append(f"{path}:{line}: a static that can be written: make it const or pass a context")
    return problems


def headers_open_with_what_they_are(tree):
    problems = []
    for path in tree.select(r"src/.*\.h"):
        text = tree.text(path)
        name = Path(path).stem
        guard = "CRIER_" + re.sub(r"\W", "_", path[len("src/"):]).upper()
        if not text.startswith("/* "):
            problems.append(f"{path}:1: a header opens with a comment that says what it is ('/* {name}: ...')")
        if f"#ifndef {guard}\n" not in text:
            problems.append(f"{path}: its guard must be {guard}")
    return problems


def headers_are_included(tree):
    included = set()
    for path in tree.c_files("src", "tests", "bench"):
        own = path[len("src/"):] if path.startswith("src/") else None
        included.update(match[2] for match in layers.INCLUDE.finditer(tree.text(path)) if match[2] != own)
    return [f"{path}: nobody includes it" for path in tree.select(r"src/.*\.h")
            if path[len("src/"):] not in included]


def no_vague_names(tree):
    return [f"{path}: name the thing, not '{Path(path).stem}'" for path in tree.paths
            if Path(path).stem.lower() in VAGUE_NAMES]


def commented_columns(path, text):
    problems, inside = [], False
    not_columns = r"(PRIMARY\s+KEY|UNIQUE|FOREIGN\s+KEY|CHECK|CONSTRAINT|EXCLUDE)\b|[);(]|--"
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if re.match(r"CREATE\s+TABLE\b", stripped, re.IGNORECASE):
            inside = True
            continue
        if inside and stripped.startswith(")"):
            inside = False
        continues = not re.match(r"\w+\s+[A-Za-z]", stripped) or re.match(r"(ON|REFERENCES|DEFAULT|AND|OR)\b", stripped)
        if not inside or not stripped or continues or re.match(not_columns, stripped, re.IGNORECASE):
            continue
        if not re.search(r"--\s*\S", line):
            problems.append(f"{path}:{number}: the column {stripped.split()[0]} has no comment ('-- what it holds')")
    return problems


def migration_columns_have_comments(tree):
    return [problem for path in tree.select(r"sql/.*\.sql") for problem in commented_columns(path, tree.text(path))]


def migrations_are_numbered(tree):
    problems = []
    folders = {}
    for path in tree.select(r"sql/.*\.sql"):
        folders.setdefault(str(Path(path).parent), []).append(Path(path).name)
    for folder, names in folders.items():
        for expected, name in enumerate(sorted(names), 1):
            if not re.fullmatch(rf"{expected:04d}_[a-z0-9_]+\.sql", name):
                problems.append(f"{folder}/{name}: expected {expected:04d}_NAME.sql here")
    return problems


def migrations_keep_the_release_before(tree):
    return migrations.check(tree)


def nothing_left_to_do(tree):
    paths = [path for path in tree.paths if tree.is_text(path) and not path.startswith("LICENSE")]
    return matches(tree, paths, TO_DO, lambda m: f"'{m[0]}': do it, or leave it out")


def no_machine_paths(tree):
    paths = [path for path in tree.paths if tree.is_text(path)]
    return matches(tree, paths, MACHINE_PATH, lambda m: f"'{m[0]}...' is a path of one machine")


def text_is_clean(tree):
    """UTF-8, no mark at the front, lines ended by LF, the last one too, no white space before it."""
    problems = []
    for path in tree.paths:
        if not tree.is_text(path):
            continue
        content = tree.bytes(path)
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as problem:
            problems.append(f"{path}: not UTF-8 at byte {problem.start}")
            continue
        if content.startswith(b"\xef\xbb\xbf"):
            problems.append(f"{path}: begins with a byte order mark")
        if b"\r" in content:
            problems.append(f"{path}:{content[:content.index(13)].count(10) + 1}: a carriage return")
        if content and not content.endswith(b"\n"):
            problems.append(f"{path}: its last line has no end")
        for match in re.finditer(rb"[ \t]+$", content, re.MULTILINE):
            problems.append(f"{path}:{content[:match.start()].count(10) + 1}: white space at the line's end")
    return problems


def tests_keep_up_with_the_source(tree):
    def lines(paths):
        return sum(sum(1 for line in tree.text(path).splitlines() if line.strip()) for path in paths)

    def case_lines(paths):  # what divides a case into its parts is no more than punctuation
        return sum(sum(1 for line in tree.text(path).splitlines() if line.strip() and not line.startswith("-- "))
                   for path in paths)

    def problem(what, share, source, tests, cases):
        source_lines, found = lines(source), lines(tests) + case_lines(cases)
        if found >= share * source_lines:
            return []
        return [f"{what}: {found} lines of tests for {source_lines} of source, fewer than {share} for one; write more"]

    tests = tree.c_files("tests") + tree.select(r"tests/.*\.py")
    cases = tree.select(r"tests/[a-z0-9_]+/cases/[a-z0-9_]+\.txt")
    problems = problem("tests", TEST_SHARE, tree.c_files("src"), tests, cases)
    for folder, share in TEST_SHARES.items():
        own = f"tests/{folder}/"
        source = [path for path in tree.c_files("src") if path.startswith(f"src/{folder}/")]
        problems += problem(own, share, source, [path for path in tests if path.startswith(own)],
                            [path for path in cases if path.startswith(own)])
    return problems


def tests_are_built(tree):
    problems = []
    for path in tree.select(r"tests/[a-z0-9_]+/(test|tsan|fuzz)_\w+\.c"):
        build = str(Path(path).parent / "meson.build")
        short = re.sub(r"^(test|tsan|fuzz)_", "", Path(path).stem)
        if build not in tree.paths or not re.search(rf"\b(\w+_)?{short}\b", tree.text(build)):
            problems.append(f"{path}: {build} does not build it")
    for path in tree.select(r"tests/(?!scenarios/|tools/)\w+/test_\w+\.py"):
        build = str(Path(path).parent / "meson.build")
        if build not in tree.paths or Path(path).name not in tree.text(build):
            problems.append(f"{path}: {build} does not run it")
    return problems


def tools_use_the_standard_library(tree):
    problems = []
    own = {Path(path).stem for path in tree.select(r"tools/.*\.py")}
    scripts = [path for path in tree.select(r"tools/[^/]+") if tree.text(path).startswith("#!/usr/bin/python3")]
    for path in sorted({*scripts, *tree.select(r"tools/.*\.py")}):
        for node in ast.walk(ast.parse(tree.text(path), path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                if name.split(".")[0] not in sys.stdlib_module_names | own:
                    problems.append(f"{path}:{node.lineno}: {name} is not in the standard library")
    return problems


def scripts_can_run(tree):
    problems = []
    for path in tree.paths:
        if not tree.bytes(path).startswith(b"#!"):
            continue
        first = tree.text(path).split("\n", 1)[0]
        if not (tree.root / path).stat().st_mode & 0o100:
            problems.append(f"{path}: begins with #! but may not be executed (chmod +x)")
        if "python" in first and first != "#!/usr/bin/python3":
            problems.append(f"{path}:1: found {first}, expected #!/usr/bin/python3")
        shell = re.fullmatch(r"#!/bin/(ba)?sh", first)
        if shell:
            done = subprocess.run(["bash" if shell[1] else "sh", "-n", path], cwd=tree.root, capture_output=True,
                                  text=True, check=False)
            problems += done.stderr.splitlines()
    return problems


def cppcheck_finds_nothing(tree):
    """Each file is looked at again only when it changed: what was found is kept in build/cppcheck."""
    if not tree.c_files("src") or not shutil.which("cppcheck"):
        return []
    kept = tree.root / "build" / "cppcheck"
    kept.mkdir(parents=True, exist_ok=True)
    command = ["cppcheck", "-q", "-j2", f"--cppcheck-build-dir={kept}", "--std=c11", "--enable=warning,portability",
               "--error-exitcode=1", "--template={file}:{line}: {message} ({id})", "-Isrc",
               "--max-configs=1", "-D__GNUC__=12", "-D__x86_64__", "-D__STDC_VERSION__=201710L",
               "--library=gnu", f"--library={tree.root / 'tools' / 'cppcheck.cfg'}", "src"]
    # It does not know __VA_OPT__ and lists of macros (and leaves such a file), takes types it has not seen for what
    # they are not, and what a parameter points to for the parameter.
    command += ["--suppress=" + name for name in ("syntaxError", "internalAstError", "unknownMacro", "uninitvar",
                                                  "CastIntegerToAddressAtReturn", "returnDanglingLifetime",
                                                  "preprocessorErrorDirective")]
    done = subprocess.run(command, cwd=tree.root, capture_output=True, text=True, check=False)
    return [line for line in done.stderr.splitlines() if line.strip()]


CHECKS = [
    folders_are_layered, no_banned_function, no_sleep_in_tests, sql_only_where_it_belongs,
    safe_html_is_made_in_three_places, functions_are_small, functions_are_mostly_short, files_are_small,
    base_stays_small, no_globals, headers_open_with_what_they_are, headers_are_included, no_vague_names,
    migration_columns_have_comments, migrations_are_numbered,
    migrations_keep_the_release_before, nothing_left_to_do, no_machine_paths, text_is_clean,
    tests_keep_up_with_the_source, tests_are_built, tools_use_the_standard_library, scripts_can_run,
    cppcheck_finds_nothing,
]


def run(root):
    """[{name, problems, seconds}] of all checks."""
    tree = Tree(root)
    results = []
    for check in CHECKS:
        start = time.monotonic()
        results.append({"name": check.__name__, "problems": check(tree), "seconds": time.monotonic() - start})
    return results


def main():
    arguments = sys.argv[1:]
    report = None
    if arguments[:1] == ["--json"]:
        report, arguments = arguments[1], arguments[2:]
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    results = run(root.resolve())
    for result in results:
        print(("not ok" if result["problems"] else "ok") + " - " + result["name"].replace("_", " "))
        for problem in result["problems"]:
            print("  " + problem)
    if report:
        Path(report).write_text(json.dumps(results), encoding="utf-8")
    failed = sum(1 for result in results if result["problems"])
    print(f"{len(results) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
