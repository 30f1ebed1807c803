"""The rules that test_tidy.py holds the tree to: each yields what to do about one file."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

FILE_LINES_MAX = 300  # a file that one person reads in one go
LINE_CHARACTERS_MAX = 100  # two files side by side on one screen
FUNCTION_LINES_MAX = 60  # a function that is seen whole

CODE_SUFFIXES = frozenset({".py", ".sql", ".mjs", ".sh", ".toml"})
NAMES_THAT_SAY_NOTHING = frozenset({"utils", "helpers", "common", "base", "manager", "misc"})
BROAD_EXCEPTIONS = frozenset({"Exception", "BaseException"})
SUITES = ("unit", "contract", "integration", "acceptance", "chaos")
ALLOWED_AT_THE_ROOT = frozenset(
    {
        ".ci",
        ".dockerignore",
        ".editorconfig",
        ".gitattributes",
        ".gitignore",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "Makefile",
        "README.md",
        "deploy",
        "docs",
        "pyproject.toml",
        "requirements.lock",
        "schemas",
        "services",
        "shared",
        "tests",
    }
)

# One character of each word stands in brackets, so that this file does not convict itself.
_LEFTOVERS = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b")
_SKIPS = re.compile(r"\b(?:(?:pytest\.|unittest\.|mark\.)(?:[s]kip|[x]fail)|import[o]rskip)")
_MACHINE_PATHS = re.compile(r"(?<![\w.}/])/(?:work|root|home|Users|tmp)/[\w.]")
_REGISTRY_HOSTS = re.compile(
    r"\b(?:pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)|yarnpkg[.]com|"
    r"repo1?[.]maven[.](?:org|apache[.]org)|maven[.]org|proxy[.]golang[.]org)\b"
)
_PRAGMA = re.compile(r"  # (?:noqa|type: ignore|pyright: ignore)\b.*")
_PURPOSE = re.compile(r"--\s+(?!migrate:|name:)\S")

Findings = Iterator[str]


def sizes(path: PurePosixPath, text: str) -> Findings:
    """Files and lines of code stay short; a silenced check has its reason beside it, uncounted."""
    if path.suffix not in CODE_SUFFIXES and path.name != "Makefile":
        return
    lines = text.splitlines()
    if len(lines) > FILE_LINES_MAX:
        yield f"{path}: {len(lines)} lines; split it by meaning (at most {FILE_LINES_MAX})"
    for number, line in enumerate(lines, start=1):
        characters = len(_PRAGMA.sub("", line))
        if characters > LINE_CHARACTERS_MAX:
            yield f"{path}:{number}: {characters} characters; wrap it at {LINE_CHARACTERS_MAX}"


def function_sizes(path: PurePosixPath, tree: ast.Module) -> Findings:
    """Functions stay short."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                yield (
                    f"{path}:{node.lineno}: {node.name} has {lines} lines; "
                    f"give its parts names of their own (at most {FUNCTION_LINES_MAX})"
                )


def module_names(path: PurePosixPath) -> Findings:
    """Modules and folders are named for what they hold."""
    said = {path.stem, *path.parts} & NAMES_THAT_SAY_NOTHING
    for name in sorted(said):
        yield f"{path}: '{name}' says nothing; name it for what it holds"


def leftovers(path: PurePosixPath, text: str) -> Findings:
    """What is left to do is an issue, not a comment."""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _LEFTOVERS.search(line):
            yield f"{path}:{number}: {found[0]}; do it now or open an issue, then delete the note"


def foreign_addresses(path: PurePosixPath, text: str) -> Findings:
    """Nothing names a machine's folders or a package registry."""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _MACHINE_PATHS.search(line):
            yield f"{path}:{number}: {found[0]}… is one machine's path; make it relative"
        if found := _REGISTRY_HOSTS.search(line):
            yield f"{path}:{number}: {found[0]} is a registry; leave it to the client's settings"


def skips(path: PurePosixPath, text: str) -> Findings:
    """A test runs or does not exist."""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _SKIPS.search(line):
            yield f"{path}:{number}: {found[0]}; make the test run, or delete it"


def purposes(path: PurePosixPath, text: str) -> Findings:
    """A SQL file begins with what it is for."""
    if path.suffix == ".sql" and not _PURPOSE.match(text):
        yield f"{path}:1: begin with one line of purpose: -- <what these statements are for>"


def broad_exceptions(path: PurePosixPath, tree: ast.Module) -> Findings:
    """Only named errors are caught."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = BROAD_EXCEPTIONS if node.type is None else _names_in(node.type)
        elif isinstance(node, ast.Call) and "suppress" in _names_in(node.func):
            caught = {name for argument in node.args for name in _names_in(argument)}
        else:
            continue
        if caught & BROAD_EXCEPTIONS:
            yield (
                f"{path}:{node.lineno}: catches everything; name the errors that are expected, "
                "or write the file with its reason into BROAD_EXCEPTIONS_ALLOWED"
            )


def sleeps(path: PurePosixPath, tree: ast.Module) -> Findings:
    """A test waits for a condition, never for time."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "asyncio.sleep"}:
            yield f"{path}:{node.lineno}: sleeps; wait for a condition with a deadline instead"
        if isinstance(node, ast.ImportFrom) and any(alias.name == "sleep" for alias in node.names):
            yield f"{path}:{node.lineno}: imports sleep; wait for a condition instead"


def homeless_tests(path: PurePosixPath) -> Findings:
    """`make test` runs every test file."""
    if not path.name.startswith("test_") or path.suffix != ".py":
        return
    if str(path) != "tests/test_tidy.py" and path.parts[:2] not in {("tests", s) for s in SUITES}:
        yield f"{path}: `make test` does not run it; move it into tests/{{{','.join(SUITES)}}}"


def root_names(names: set[str]) -> Findings:
    """The root holds only what a tool or a reader needs there."""
    for name in sorted(names - ALLOWED_AT_THE_ROOT):
        yield f"{name}: does not belong at the root; move it into the folder that uses it"


def _names_in(expression: ast.expr) -> set[str]:
    names = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(expression) if isinstance(node, ast.Attribute)}
