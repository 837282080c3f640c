"""What the campaigns of this folder share: a scratch folder, the program under a watch, and an end.

Usage of every campaign: NAME.py MINERVA SOURCE_DIR [--seconds N | --rounds N] [--seed N]. It draws
its cases from the seed, which it prints, and ends with code 1 at the first case that breaks a promise.
"""
import argparse
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

MOST_SECONDS = 60  # of one call, on a loaded machine
MOST_MEMORY_MB = 700
# What a terminal would obey, as bytes of UTF-8: C0 but tab and line end, DEL, C1.
CONTROL = re.compile(rb'[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]')


class Broken(Exception):
    """A promise that was not kept."""


class Ended:
    """How a call of the program ended."""

    def __init__(self, code, output, error, seconds, memory_mb):
        self.code, self.output, self.error = code, output, error
        self.seconds, self.memory_mb = seconds, memory_mb

    @property
    def complaint(self):
        """The line of standard error that the program says itself, without the log."""
        return ''.join(line for line in self.error.splitlines(True) if line.startswith('minerva: '))


def call(words, folder, limits=(), environment=None, most_memory_mb=MOST_MEMORY_MB):
    """Runs the program and holds it to what it promises of every end, whatever it was given."""

    def prepare():
        for which, value in limits:
            resource.setrlimit(which, (value, value))

    begin = time.monotonic()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as error:
        process = subprocess.Popen(
            words, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=error,
            preexec_fn=prepare, env=dict(os.environ, OMP_WAIT_POLICY='passive', **(environment or {})))
        usage = None
        while usage is None:
            done, status, used = os.wait4(process.pid, os.WNOHANG)
            if done != 0:
                usage = used
            elif time.monotonic() - begin > MOST_SECONDS:
                process.kill()
                os.wait4(process.pid, 0)
                raise Broken(f'{words}: not at its end after {MOST_SECONDS} s')
            else:
                time.sleep(0.002)
        process.returncode = 0  # it was waited for here
        for stream in (output, error):
            stream.seek(0)
        out, err = output.read(), error.read()
    code = os.waitstatus_to_exitcode(status)
    ended = Ended(code, out.decode('utf-8', 'replace'), err.decode('utf-8', 'replace'),
                  time.monotonic() - begin, usage.ru_maxrss / 1024)
    what = f'{words}: code {code}\n{ended.error[-2000:]}'
    if code < 0:
        raise Broken(f'{what}\nended by {signal.Signals(-code).name}')
    if 'internal error' in ended.error or 'terminate called' in ended.error:
        raise Broken(f'{what}\nan internal error')
    if CONTROL.search(out) or CONTROL.search(err):
        raise Broken(f'{what}\ncontrol characters reach the terminal')
    if code == 2 and ended.complaint.count('\n') != 1:
        raise Broken(f'{what}\na mistake of the user needs one line')
    if ended.memory_mb > most_memory_mb:
        raise Broken(f'{what}\ntook {ended.memory_mb:.0f} MB')
    return ended


def bytes_of(path):
    with open(path, 'rb') as file:
        return file.read()


def write(path, data):
    os.makedirs(os.path.dirname(path) or '.', exist_ok=True)
    with open(path, 'wb') as file:
        file.write(data)


def contents(folder, without=('.lock',)):
    """Every file below a folder, by its path in it."""
    found = {}
    for root, _, names in os.walk(folder):
        for name in names:
            if name not in without:
                path = os.path.join(root, name)
                found[os.path.relpath(path, folder)] = bytes_of(path)
    return found


def difference(one, other):
    """The first file that is not the same in both; empty when all are."""
    for name in sorted(set(one) | set(other)):
        if one.get(name) != other.get(name):
            return name
    return ''


class Campaign:
    """The command line, the draws, the scratch folder and the count of a campaign."""

    def __init__(self):
        parser = argparse.ArgumentParser()
        parser.add_argument('minerva')
        parser.add_argument('source')
        parser.add_argument('--seconds', type=float, default=240)
        parser.add_argument('--rounds', type=int, default=0)
        parser.add_argument('--seed', type=int, default=random.SystemRandom().randrange(10**6))
        self.given = parser.parse_args()
        self.minerva = os.path.realpath(self.given.minerva)
        self.source = os.path.realpath(self.given.source)
        self.random = random.Random(self.given.seed)
        self.scratch = tempfile.mkdtemp(prefix='minerva-siege-')
        self.counts = {}
        self.begin = time.monotonic()
        print(f'seed {self.given.seed}', flush=True)

    def support(self, name):
        return os.path.join(self.source, 'tests', 'support', name)

    def space(self):
        """The config of a design space that needs no network."""
        path = self.path('space.cfg')
        write(path, b'[dse]\ntopology = 12-8-6-4\nverify_samples = 0\n')
        return path

    def program(self, *words, folder=None, **how):
        return call([self.minerva, *map(str, words)], folder or self.scratch, **how)

    def must(self, *words, folder=None):
        ended = self.program(*words, folder=folder)
        if ended.code != 0:
            raise Broken(f'{words}: code {ended.code}\n{ended.error}')
        return ended

    def path(self, *names):
        return os.path.join(self.scratch, *names)

    def fresh(self, name, like):
        """A copy of a folder under another name."""
        shutil.rmtree(self.path(name), ignore_errors=True)
        shutil.copytree(self.path(like), self.path(name))
        return self.path(name)

    def count(self, outcome):
        self.counts[outcome] = self.counts.get(outcome, 0) + 1

    def run(self, cases):
        """Does `cases`, a list of functions, in turn, until time or rounds are over."""
        done = 0
        try:
            while True:
                cases[done % len(cases)]()
                done += 1
                over = (done >= self.given.rounds if self.given.rounds > 0 else
                        time.monotonic() - self.begin > self.given.seconds)
                if over and done >= min(len(cases), self.given.rounds or len(cases)):
                    break
        except Broken as broken:
            print(f'round {done}, seed {self.given.seed}: {broken}', file=sys.stderr)
            print(f'kept: {self.scratch}', file=sys.stderr)
            return 1
        shutil.rmtree(self.scratch)
        print(f'{done} cases in {time.monotonic() - self.begin:.0f} s: ' +
              ', '.join(f'{count} {outcome}' for outcome, count in sorted(self.counts.items())))
        return 0
