"""Runs the blocks of docs/python.md: documentation_test.py PAGE.

Blocks marked `python` run in their order in one namespace and one scratch folder. A block marked
`text` below one shows lines that it prints, by the rules of integration/tutorial_test.py. The page
has tables as pandas frames; without pandas it is skipped.
"""

import contextlib
import importlib.util
import io
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))
from tutorial_test import blocks_of, check_the_matching, lines_missing  # noqa: E402


def main():
    check_the_matching()
    if importlib.util.find_spec("pandas") is None:
        print("skipped: Python has no module pandas")
        raise SystemExit(77)
    page = os.path.abspath(sys.argv[1])
    with open(page, encoding="utf-8") as file:
        blocks = blocks_of(file.read())
    ran, compared, printed = 0, 0, None
    namespace = {"__name__": "__main__"}
    with tempfile.TemporaryDirectory(prefix="minerva-page-") as folder:
        os.chdir(folder)
        for line, language, text in blocks:
            if language == "python":
                output = io.StringIO()
                with contextlib.redirect_stdout(output):
                    exec(compile("\n" * line + text, page, "exec"), namespace)
                printed = output.getvalue()
                ran += 1
            elif language == "text":
                if printed is None:
                    raise SystemExit(f"{page}:{line}: output without a block above it")
                missing = lines_missing(text, printed)
                if missing:
                    raise SystemExit(f"{page}:{line}: not printed: {missing}; printed was:\n"
                                     f"{printed}")
                compared += len(text.splitlines())
                printed = None
            else:
                printed = None
        os.chdir("/")
    if ran < 8 or compared < 8:
        raise SystemExit(f"{page}: only {ran} blocks and {compared} lines of output were found")
    print(f"{ran} blocks ran, {compared} lines of output were found")


if __name__ == "__main__":
    main()
