"""A plan of minerva on a cluster, and what the tests look at while it runs."""
import filecmp
import os
import re
import subprocess

from cluster import processes_of, wait_until

RUN_TIMEOUT_S = 240  # of one command on a loaded machine


def minerva(program, folder, *words, environment=None):
    """Runs the program; the finished process, whatever its exit code."""
    return subprocess.run([program, *words], cwd=folder, capture_output=True, text=True,
                          env=environment, timeout=RUN_TIMEOUT_S, check=False)


def must(done):
    if done.returncode != 0:
        raise RuntimeError(f'{done.args}: {done.returncode}: {done.stdout}{done.stderr}')
    return done.stdout


def differences(one, other):
    """Names of files that are not the same in both folders, to the byte. The config names its own
    folder, and the lock its process."""
    names = set()
    for top in (one, other):
        for folder, _, files in os.walk(top):
            names.update(os.path.relpath(os.path.join(folder, file), top) for file in files)
    names -= {'config.resolved.cfg', '.lock'}
    assert len(names) > 3, names
    return sorted(name for name in names
                  if not (os.path.exists(os.path.join(one, name)) and
                          os.path.exists(os.path.join(other, name)) and
                          filecmp.cmp(os.path.join(one, name), os.path.join(other, name), False)))


class Planned:
    """A plan in the folder `name`, submitted to a cluster."""

    def __init__(self, cluster, program, folder, name, *words):
        self.cluster, self.program, self.folder = cluster, program, folder
        self.path = os.path.join(folder, name)
        must(self.run('plan', *words, '--out', name))

    def run(self, *words):
        return minerva(self.program, self.folder, *words, environment=self.cluster.environment)

    def submit(self, *words):
        """The job numbers, the merge's last."""
        said = must(self.run('submit', self.path, '--engine', 'slurm', *words))
        return [int(number) for number in re.findall(r'^job (\d+)', said, re.MULTILINE)]

    def shards(self):
        """Of every shard that is there, by its name: who wrote it and when."""
        found = {}
        folder = os.path.join(self.path, 'shards')
        for name in os.listdir(folder):
            if name.endswith('.shard'):
                status = os.stat(os.path.join(folder, name))
                found[name] = (status.st_ino, status.st_mtime_ns, status.st_size)
        return found

    def log(self, name):
        with open(os.path.join(self.path, 'slurm', name + '.out'), errors='replace') as file:
            return file.read()

    def shard_log(self, shard):
        return self.log(f'shard-{shard:06d}')

    def workers(self):
        """Processes that compute a shard: {process: (shard, node)}."""
        found = {}
        for pid in processes_of(self.cluster.folder):
            try:
                with open(f'/proc/{pid}/cmdline', 'rb') as file:
                    words = file.read().decode().split('\0')
                with open(f'/proc/{pid}/environ', 'rb') as file:
                    variables = file.read().decode(errors='replace').split('\0')
            except OSError:
                continue
            if words[:3] != [self.program, 'work', os.path.realpath(self.path)]:
                continue
            node = [v.split('=', 1)[1] for v in variables if v.startswith('SLURMD_NODENAME=')]
            found[pid] = (int(words[words.index('--shard') + 1]), node[0] if node else '')
        return found

    def is_at_work(self, shard):
        """Whether a worker has left something of its own in the shard's folder."""
        try:
            return any(name != '.lock' for name in
                       os.listdir(os.path.join(self.path, 'work', f'{shard:06d}')))
        except FileNotFoundError:
            return False

    def wait_for_worker(self, seconds, wanted=lambda shard, node: True, after=0):
        """(process, shard, node) of a worker that is at work once `after` shards are there."""
        def found():
            if len(self.shards()) < after:
                return None
            for pid, (shard, node) in self.workers().items():
                if wanted(shard, node) and self.is_at_work(shard):
                    return pid, shard, node
            return None
        return wait_until(found, seconds, 'a worker at work')
