"""Runs a page of docs as a reader does: tutorial_test.py PROGRAM PAGE [MODULE].

With a MODULE that this Python lacks, the test is skipped.

The ```sh blocks of the page are run in their order, each by `sh -eu`, in one scratch folder with the
program's folder first on PATH. A block must end with code 0. A ```text block must stand directly below a
```sh block and shows lines of its output, in any order: each must match a whole line that the block
printed on standard output or standard error, where `...` stands for any text, also for none. Blank space at
the ends of lines does not count. Other blocks are not run. A block ```sh needs=MODULE is left out, with a message
and the block of output below it, where this Python lacks the module; blocks find this Python as python3.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile


def blocks_of(page):
    """The fenced blocks of a Markdown text as (line number, language, text)."""
    blocks = []
    inside = None
    for number, line in enumerate(page.splitlines(), 1):
        if inside is None and line.startswith("```"):
            inside = (number, line[3:].strip(), [])
        elif inside is not None and line == "```":
            blocks.append((inside[0], inside[1], "\n".join(inside[2]) + "\n"))
            inside = None
        elif inside is not None:
            inside[2].append(line)
    if inside is not None:
        raise SystemExit(f"line {inside[0]}: the block is not closed")
    return blocks


def matches(expected, printed):
    """Whether some printed line is the expected one, `...` being any text."""
    pattern = ".*".join(re.escape(part) for part in expected.strip().split("..."))
    return any(re.fullmatch(pattern, line.strip()) for line in printed)


def lines_missing(expected, output):
    printed = re.split(r"[\r\n]", output)
    return [line for line in expected.splitlines() if line.strip() and not matches(line, printed)]


def check_the_matching():
    """The rules above on a text whose verdict is known, so that a page cannot pass by a broken check."""
    output = "  2 baseline   91  2.27\nagrees: all\n"
    assert lines_missing("2 baseline ...\nagrees: ...", output) == []
    assert lines_missing("2 base", output) == ["2 base"]
    assert lines_missing("3 quantization ...", output) == ["3 quantization ..."]
    assert lines_missing("agrees.*", output) == ["agrees.*"]


def main():
    program, tutorial = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    for module in sys.argv[3:]:
        if importlib.util.find_spec(module) is None:
            print(f"skipped: Python has no module {module}")
            raise SystemExit(77)
    check_the_matching()
    with open(tutorial, encoding="utf-8") as file:
        blocks = blocks_of(file.read())
    folder = tempfile.mkdtemp(prefix="minerva-tutorial-")
    first = [os.path.dirname(program), os.path.dirname(sys.executable)]
    environment = dict(os.environ, PATH=os.pathsep.join([*first, os.environ["PATH"]]))
    environment.pop("MINERVA_DATA_DIR", None)  # the tutorial needs no data
    ran, compared, output, left_out = 0, 0, None, False
    try:
        for line, language, text in blocks:
            language, *needs = language.split() or [""]
            if language == "text" and left_out:
                continue
            lacks = [need.removeprefix("needs=") for need in needs
                     if importlib.util.find_spec(need.removeprefix("needs=")) is None]
            left_out = bool(lacks)
            if left_out:
                print(f"line {line} is left out: Python has no module {lacks[0]}")
            elif language == "sh":
                done = subprocess.run(["sh", "-euc", text], cwd=folder, env=environment,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True, errors="replace",
                                      check=False)
                output = done.stdout
                ran += 1
                if done.returncode != 0:
                    raise SystemExit(f"{tutorial}:{line}: the commands end with code "
                                     f"{done.returncode}:\n{text}{output}")
            elif language == "text":
                if output is None:
                    raise SystemExit(f"{tutorial}:{line}: output without commands above it")
                missing = lines_missing(text, output)
                if missing:
                    raise SystemExit(f"{tutorial}:{line}: not printed: {missing}; printed was:\n"
                                     f"{output}")
                compared += len(text.splitlines())
                output = None
            else:
                output = None
    finally:
        shutil.rmtree(folder)
    if ran < 5 or compared < 8:
        raise SystemExit(f"{tutorial}: only {ran} blocks and {compared} lines of output were found")
    print(f"{ran} blocks ran, {compared} lines of output were found")


if __name__ == "__main__":
    main()
