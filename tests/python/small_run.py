"""A small run by the command line, which the tests hold the Python package against."""

import atexit
import csv
import functools
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["MINERVA_PROGRAM"]
QUICK = SOURCE / "tests" / "support" / "quick.cfg"


@functools.cache
def folder():
    """A folder for the files of this process, removed at its end."""
    made = pathlib.Path(tempfile.mkdtemp(prefix="minerva-python-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def program(*words, code=0, cwd=None):
    """The program's standard output; another code than `code` fails."""
    ended = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=False,
                           cwd=cwd, stdin=subprocess.DEVNULL)
    if ended.returncode != code:
        raise AssertionError(f"{words}: code {ended.returncode}: {ended.stderr}")
    return ended.stdout


def document(*words, cwd=None):
    """The program's JSON document."""
    return json.loads(program(*words, "--json", "--quiet", cwd=cwd))


@functools.cache
def run():
    """The directory of a finished run of all five stages, in a second or so."""
    made = folder() / "run"
    program("run", QUICK, "--out", made, "--quiet")
    return made


def rows(file):
    """A CSV file as dicts of texts."""
    with open(file, encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))
