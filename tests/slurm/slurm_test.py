"""Real Slurm, real work. Usage: slurm_test.py MINERVA SOURCE_DIR [TestCase..]

Each case starts a cluster of two nodes of its own (cluster.py), submits a plan to it, disturbs it or
not, and compares the merged run with that of one machine, byte for byte.
"""
import fcntl
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
    """A cluster, and a scratch folder whose name needs quotes."""

    MAX_ARRAY_SIZE = 10001

    def setUp(self):
        self.cluster = slurm.Cluster(self.MAX_ARRAY_SIZE)
        self.cluster.__enter__()
        self.addCleanup(self.cluster.__exit__)
        # The cluster's end removes it, too.
        self.folder = os.path.join(self.cluster.folder, "it's 50% full")
        os.mkdir(self.folder)

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

    def test_a_killed_worker_is_run_again(self):
        planned = self.plan('plan', 'space.cfg', '--shards', str(SHARDS))
        # A shard takes less than a second: its worker is held by the lock that it waits for, beside
        # what a worker before it may have left.
        held = os.path.join(planned.path, 'work', '000003')
        os.makedirs(held)
        self.write('plan/work/000003/result.partial', 'left by a worker that was killed')
        with open(os.path.join(held, '.lock'), 'w') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            jobs = planned.submit()
            pid = slurm.wait_until(lambda: next((pid for pid, (shard, _) in planned.workers().items()
                                                 if shard == 3), None), 60, 'the worker of shard 3')
            slurm.wait_until(lambda: 'waiting for it' in planned.shard_log(3), 60, 'its wait')
            slurm.kill([pid], signal.SIGKILL)
        self.cluster.wait_for(*jobs, seconds=FINISH_S)
        self.assertEqual([int(self.cluster.task(jobs[0], k)['Restarts']) for k in range(SHARDS)],
                         [int(k == 3) for k in range(SHARDS)])
        self.assertIn('killed by signal 9', planned.shard_log(3))
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


class Trainings(OnACluster):
    """Eight trainings of a second or two, a shard each, with a checkpoint five times a second."""

    WORDS = [os.path.join(SOURCE, 'tests/support/tiny.cfg'), '--sweep.topologies=',
             '--noise.seeds=8', '--training.epochs=100', '--training.checkpoint_seconds=0.2']

    @classmethod
    def setUpClass(cls):
        keep = tempfile.TemporaryDirectory(prefix='minerva-one-')
        cls.addClassCleanup(keep.cleanup)
        for command in ('train', 'noise'):  # the network is one of the trainings
            must(minerva(MINERVA, keep.name, command, *cls.WORDS, '--out', 'one'))
        cls.reference = os.path.join(keep.name, 'one')

    def start(self):
        planned = self.plan('plan', *self.WORDS, '--of', 'noise', '--shards', str(SHARDS))
        return planned, planned.submit()

    def finish(self, planned, jobs, before):
        """Waits for the merge: nothing that was there was touched, nothing computed twice, and the
        result is that of one machine."""
        self.cluster.wait_for(*jobs, seconds=FINISH_S)
        self.assertEqual(self.cluster.task(jobs[-1])['JobState'], 'COMPLETED')
        after = planned.shards()
        self.assertEqual(len(after), SHARDS)
        self.assertEqual({name: after[name] for name in before}, before)
        for shard, restarts in enumerate(self.restarts(jobs[0])):
            log = planned.shard_log(shard)
            done, found = log.count(' is done\n'), log.count(' is there already\n')
            # A task that was lost after its shard was there is run again, and finds it; its first
            # worker may not have come to say that it was done.
            self.assertLessEqual(done, 1, log)
            self.assertLessEqual(found, restarts, log)
            self.assertGreaterEqual(done + found, 1, log)
        self.assertEqual(differences(self.reference, os.path.join(planned.path, 'run')), [])

    def restarts(self, job):
        return [int(self.cluster.task(job, shard)['Restarts']) for shard in range(SHARDS)]

    def test_merged_to_the_bytes_of_one_machine(self):
        planned, jobs = self.start()
        self.finish(planned, jobs, {})
        self.assertEqual(self.restarts(jobs[0]), [0] * SHARDS)

    def stopped_worker(self, planned, **wanted):
        """(process, shard, shards there) of a worker that is held in the middle of its work, so that
        it cannot end between a look and a kill."""
        pid, shard, _ = planned.wait_for_worker(60, after=1, **wanted)
        slurm.kill([pid], signal.SIGSTOP)
        before = planned.shards()
        self.assertTrue(planned.is_at_work(shard))
        self.assertFalse([name for name in before if name.startswith(f'{shard:06d}')])
        return pid, shard, before

    def test_a_killed_worker_is_run_again(self):
        planned, jobs = self.start()
        pid, shard, before = self.stopped_worker(planned)
        slurm.kill([pid], signal.SIGKILL)
        self.finish(planned, jobs, before)
        self.assertEqual(self.restarts(jobs[0]), [int(k == shard) for k in range(SHARDS)])
        self.assertIn('killed by signal 9', planned.shard_log(shard))

    def test_the_tasks_of_a_lost_node_are_run_elsewhere(self):
        planned, jobs = self.start()
        pid, shard, before = self.stopped_worker(planned, wanted=lambda _, node: node == 'n2')
        self.assertIn(pid, self.cluster.kill_node('n2'))
        slurm.wait_until(lambda: self.cluster.states().get('n2', '').startswith('down'), 90,
                         'the loss of n2 to be noticed', 0.3)
        self.finish(planned, jobs, before)
        self.assertEqual(self.restarts(jobs[0])[shard], 1)
        self.assertEqual(self.cluster.task(jobs[0], shard)['NodeList'], 'n1')

    def test_work_goes_on_while_the_controller_is_away(self):
        planned, jobs = self.start()
        held = {}  # until every slot has a worker in the middle of its work

        def hold():
            for pid, (shard, _) in planned.workers().items():
                if pid not in held and planned.is_at_work(shard):
                    slurm.kill([pid], signal.SIGSTOP)
                    held[pid] = shard
            return len(held) >= 4 and all(slurm.alive(pid) for pid in held)
        slurm.wait_until(hold, 60, 'a worker at work on every CPU')
        before = planned.shards()
        self.cluster.wait_for_saved_state()
        self.cluster.kill_controller()
        self.assertEqual(planned.shards(), before)
        slurm.kill(held, signal.SIGCONT)
        slurm.wait_until(lambda: not any(slurm.alive(pid) for pid in held), 60,
                         'the end of the workers')
        self.assertIsNone(self.cluster.queue(*jobs))
        there = {int(name[:6]) for name in planned.shards()}
        self.assertTrue(there.issuperset(held.values()))  # done without a controller
        self.assertTrue({int(name[:6]) for name in before}.isdisjoint(held.values()))
        self.cluster.start_controller()
        self.finish(planned, jobs, before)
        self.assertEqual(self.restarts(jobs[0]), [0] * SHARDS)


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
