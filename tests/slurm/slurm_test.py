"""Real Slurm, real work. Usage: slurm_test.py MINERVA SOURCE_DIR [TestCase..]

Each case starts a cluster of two nodes of its own (cluster.py), submits a plan to it, disturbs it or
not, and compares the merged run with that of one machine, byte for byte.
"""
import os
import signal
import sys
import tempfile
import unittest

import cluster as slurm
from planned import Planned, differences, minerva, must

slurm.skip_without_slurm()
MINERVA, SOURCE = (os.path.realpath(path) for path in sys.argv[1:3])
FINISH_S = 150  # until the merge has run, on a loaded machine
SHARDS = 8

SPACE = """\
[dse]
topology = 784-256-256-256-10
lanes = 1..256
macs_per_lane = 1..8
weight_bandwidth = 1,2,4,8
activation_bandwidth = 1,4,16
clock_period_ns = 2,4
verify_samples = 0
"""


class OnACluster(unittest.TestCase):
    """A scratch folder with spaces in its name, and a cluster."""

    MAX_ARRAY_SIZE = 10001

    def setUp(self):
        keep = tempfile.TemporaryDirectory(prefix="minerva it's 50% ")
        self.addCleanup(keep.cleanup)
        self.folder = keep.name
        self.cluster = slurm.Cluster(self.MAX_ARRAY_SIZE)
        self.cluster.__enter__()
        self.addCleanup(self.cluster.__exit__)

    def plan(self, name, *words):
        return Planned(self.cluster, MINERVA, self.folder, name, *words)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), 'w') as file:
            file.write(text)

    def one_machine(self, *words):
        must(minerva(MINERVA, self.folder, *words, '--out', 'one'))

    def check_merged(self, planned):
        self.assertEqual(differences(os.path.join(self.folder, 'one'),
                                     os.path.join(planned.path, 'run')), [])


class DesignSpace(OnACluster):
    MAX_ARRAY_SIZE = 11  # so that twelve shards are two arrays

    def setUp(self):
        super().setUp()
        self.write('space.cfg', SPACE)
        self.one_machine('dse', 'space.cfg')

    def test_merged_to_the_bytes_of_one_machine(self):
        planned = self.plan('plan', 'space.cfg', '--shards', '12')
        dry = must(planned.run('submit', planned.path, '--engine', 'slurm', '--dry-run'))
        self.assertIn('--array=0-9\n', dry)
        self.assertFalse(os.path.exists(os.path.join(planned.path, 'slurm')))
        jobs = planned.submit('--time', '5', '--memory', '100M', '--partition', 'sweep')
        self.assertEqual(len(jobs), 3)  # two arrays and the merge
        again = planned.run('submit', planned.path, '--engine', 'slurm')
        self.assertEqual(again.returncode, 2)
        self.assertIn(f'scancel {jobs[0]}', again.stderr)
        self.cluster.wait_for(*jobs, seconds=FINISH_S)
        self.assertEqual(len(planned.shards()), 12)
        self.assertEqual(self.cluster.task(jobs[-1])['JobState'], 'COMPLETED')
        self.assertEqual(self.cluster.task(jobs[0], 3)['TimeLimit'], '00:05:00')
        self.assertEqual(self.cluster.task(jobs[1], 1)['JobState'], 'COMPLETED')
        self.assertIn('shard 11', planned.shard_log(11))
        self.check_merged(planned)

    def test_a_corrupt_shard_is_named_and_it_alone_computed_again(self):
        planned = self.plan('plan', 'space.cfg', '--shards', str(SHARDS))
        jobs = planned.submit('--no-merge')
        self.assertEqual(len(jobs), 1)
        self.cluster.wait_for(*jobs, seconds=FINISH_S)
        before = planned.shards()
        self.assertEqual(len(before), SHARDS)
        corrupt = sorted(before)[5]
        with open(os.path.join(planned.path, 'shards', corrupt), 'r+b') as file:
            whole = file.read()
            file.seek(len(whole) // 2)
            file.write(bytes([whole[len(whole) // 2] ^ 1]))
        merge = planned.run('merge', planned.path)
        self.assertEqual(merge.returncode, 2)
        self.assertIn(corrupt, merge.stderr)
        self.assertFalse(os.path.exists(os.path.join(planned.path, 'run', 'design_space.csv')))
        jobs = planned.submit()
        self.assertEqual(len(jobs), 2)
        self.cluster.wait_for(*jobs, seconds=FINISH_S)
        after = planned.shards()
        self.assertEqual(set(after), set(before))
        self.assertEqual([name for name in before if after[name] != before[name]], [corrupt])
        with open(os.path.join(planned.path, 'shards', corrupt), 'rb') as file:
            self.assertEqual(file.read(), whole)
        self.check_merged(planned)
        jobs = planned.submit()  # nothing is missing: the merge alone, which finds its own work
        self.assertEqual(len(jobs), 1)
        self.cluster.wait_for(*jobs, seconds=FINISH_S)
        self.check_merged(planned)

    def test_a_shard_that_fails_leaves_the_others_and_the_merge_does_not_run(self):
        planned = self.plan('plan', 'space.cfg', '--shards', str(SHARDS))
        # A file where the worker of shard 2 wants a folder.
        os.makedirs(os.path.join(planned.path, 'work'))
        self.write('plan/work/000002', '')
        jobs = planned.submit()
        self.cluster.wait_for(*jobs, seconds=FINISH_S)
        failed = self.cluster.task(jobs[0], 2)
        self.assertEqual((failed['JobState'], failed['ExitCode'], failed['Restarts']),
                         ('FAILED', '2:0', '0'))
        self.assertEqual(self.cluster.task(jobs[-1])['JobState'], 'CANCELLED')
        self.assertIn('work/000002', planned.shard_log(2))
        self.assertEqual(len(planned.shards()), SHARDS - 1)
        os.remove(os.path.join(planned.path, 'work', '000002'))
        before = planned.shards()
        jobs = planned.submit()
        self.cluster.wait_for(*jobs, seconds=FINISH_S)
        self.assertEqual({name: planned.shards()[name] for name in before}, before)
        self.check_merged(planned)


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
