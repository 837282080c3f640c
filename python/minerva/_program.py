"""The program, run as a child process: runs, sweeps and every other command."""

from __future__ import annotations

import functools
import logging
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from typing import Any

from . import _core
from ._data import Keys, Path, members_of, texts_of_keys
from ._runs import Run

#: Log lines of the program arrive here, at their own level.
log = logging.getLogger("minerva")

_LOG_LINE = re.compile(r"\d\d:\d\d:\d\d (debug|info|warning|error) (.*)")
_PACKAGE = pathlib.Path(__file__).resolve().parent


def _candidates() -> list[str]:
    """Where the program may be: named, installed or built beside the package, on the path."""
    named = os.environ.get("MINERVA_PROGRAM")
    if named:
        return [named]
    parents = _PACKAGE.parents
    beside = [parents[3] / "bin" / "minerva"] if len(parents) > 3 else []
    beside.append(parents[1] / "flow" / "minerva")
    on_path = shutil.which("minerva")
    return [str(place) for place in beside if place.is_file()] + ([on_path] if on_path else [])


@functools.cache
def _checked_version(path: str) -> None:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    except OSError as error:
        _core.user_error("MINERVA_PROGRAM", path, f"cannot be started: {error.strerror}")
    version = said.stdout.partition("\n")[0]
    if version != f"minerva {_core.__version__}":
        _core.user_error(
            "MINERVA_PROGRAM", path,
            f"says '{version}'; needs minerva {_core.__version__}, the package's version")


def program_path() -> str:
    """The program that runs are done by: MINERVA_PROGRAM, the one installed or built with the
    package, or `minerva` on PATH. Raises UserError where there is none, or one of another version.
    """
    found = _candidates()
    if not found:
        _core.user_error("minerva", "", "is not on PATH; MINERVA_PROGRAM may name the program")
    _checked_version(found[0])
    return found[0]


def _fail(code: int, message: str) -> None:
    """Raises what a code other than 0 stands for."""
    if code == 2:
        raise _core.UserError(message)
    if code in (128 + signal.SIGINT, 128 + signal.SIGTERM, -signal.SIGINT, -signal.SIGTERM):
        raise KeyboardInterrupt(message)
    raise _core.ProgramFailure(message or f"the program ended with code {code}")


def _run_child(words: Sequence[str], progress: Callable[[str], None] | None) -> str:
    """Standard output of the program on these words. Its log goes to `log` and `progress`."""
    said: list[str] = []
    interrupted = False
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        # A process group of its own: Ctrl-C on a terminal reaches it once, from here.
        child = subprocess.Popen([program_path(), *words], stdin=subprocess.DEVNULL, stdout=output,
                                 stderr=subprocess.PIPE, text=True, errors="replace",
                                 process_group=0)
        assert child.stderr is not None
        while True:
            try:
                for line in child.stderr:
                    match = _LOG_LINE.fullmatch(line.rstrip("\n"))
                    if match is None:
                        said.append(line.strip())
                        continue
                    log.log(getattr(logging, match[1].upper()), "%s", match[2])
                    if progress is not None:
                        progress(match[2])
                code = child.wait()
                break
            except BaseException as error:  # also what `progress` raises
                if isinstance(error, KeyboardInterrupt) and not interrupted:
                    interrupted = True
                    child.send_signal(signal.SIGINT)
                    continue
                child.kill()
                child.wait()
                raise
        output.seek(0)
        text = output.read()
    child.stderr.close()
    lines = [line.removeprefix("minerva: ") for line in said if line.startswith("minerva: ")]
    message = lines[-1] if lines else "\n".join(said)
    if code != 0:
        _fail(code, message)
    if interrupted:
        raise KeyboardInterrupt
    return text


def command(name: str, *arguments: Any, keys: Keys | None = None,
            progress: Callable[[str], None] | None = None) -> dict[str, Any]:
    """The JSON document of a command of the program, such as command("eval", "runs/mnist").

    arguments: words as on the command line; keys: values of config keys. Raises UserError with the
    line that the program prints, ProgramFailure for other failures, and KeyboardInterrupt when the
    command was stopped; the same call then goes on.
    """
    words = [name, *(os.fspath(each) if isinstance(each, os.PathLike) else str(each)
                     for each in arguments)]
    words += [f"--{key}={value}" for key, value in texts_of_keys(keys).items()]
    return members_of(_run_child([*words, "--json"], progress))


def run(config: Path | None = None, *, out: Path, overrides: Keys | None = None,
        stage: str = "run", progress: Callable[[str], None] | None = None) -> Run:
    """Runs the five stages of a config, or one of them, into a run directory.

    overrides: values of keys over those of the config, {"training.hidden": "32,32"}. stage: run,
    train, noise, dse, quantize, prune or faults. progress: is called with each line of the log,
    which also goes to the logger "minerva". What is finished is kept: Ctrl-C ends the run at its
    next step, and the same call goes on there. Raises as command().
    """
    words = [stage] + ([os.fspath(config)] if config is not None else [])
    words += [f"--{key}={value}" for key, value in texts_of_keys(overrides).items()]
    _run_child([*words, "--out", os.fspath(out)], progress)
    return Run(out)
