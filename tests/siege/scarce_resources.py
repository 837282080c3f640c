"""Too little memory and too few open files, wherever a run may be when they end.

A run ends with its results, or with one line and code 1 or 2; never by a signal or an internal error.
What a run left half done is completed by the same command. Usage: campaign.py.
"""
import resource
import shutil
import sys

from campaign import Broken, Campaign, contents, difference


class ScarceResources(Campaign):
    def __init__(self):
        super().__init__()
        self.config = self.support('tiny.cfg')
        self.command = ['run', self.config, '--out', 'run']
        self.must(*self.command)
        self.expected = contents(self.path('run'))

    def complete(self, what, ended):
        if ended.code == 127 and 'error while loading shared libraries' in ended.error:
            self.count('not started')  # the system's word, before the program's own
            return
        if ended.code not in (0, 1, 2):
            raise Broken(f'{what}: code {ended.code}\n{ended.error}')
        if ended.code == 1 and not ended.error.strip():
            raise Broken(f'{what}: code 1 without a word')
        self.must(*self.command)
        differs = difference(self.expected, contents(self.path('run')))
        if differs:
            raise Broken(f'{what}: the run that goes on ends with another {differs}')
        self.count('ended' if ended.code == 0 else 'refused')

    def start_over(self):
        shutil.rmtree(self.path('run'), ignore_errors=True)

    def little_memory(self):
        self.start_over()
        threads = self.random.choice([1, 2, 4, 16])
        # Address space: libraries and the stacks of the threads take most of it.
        megabytes = self.random.randrange(30, 90)
        ended = self.program(*self.command, limits=[(resource.RLIMIT_AS, megabytes << 20)],
                             environment={'OMP_NUM_THREADS': str(threads), 'OMP_STACKSIZE': '512k',
                                          'MALLOC_ARENA_MAX': '1'})
        self.complete(f'{megabytes} MB, {threads} threads', ended)

    def little_memory_in_an_import(self):
        """Out of memory at a place that a small machine would reach."""
        megabytes = self.random.randrange(30, 70)
        ended = self.program('eval', 'run', limits=[(resource.RLIMIT_AS, megabytes << 20)],
                             environment={'OMP_NUM_THREADS': '2', 'MALLOC_ARENA_MAX': '1'})
        self.complete(f'eval, {megabytes} MB', ended)

    def few_files(self):
        self.start_over()
        files = self.random.randrange(5, 40)
        threads = self.random.choice([1, 4, 16])
        ended = self.program(*self.command, f'--run.threads={threads}',
                             limits=[(resource.RLIMIT_NOFILE, files)])
        self.complete(f'{files} files, {threads} threads', ended)

    def few_files_for_a_frontier(self):
        self.start_over()
        ended = self.program(*self.command, '--run.threads=16',
                             limits=[(resource.RLIMIT_NOFILE, 8)])
        if ended.code == 0 or 'Too many open files' not in ended.error:
            raise Broken(f'16 threads and 8 files: code {ended.code}\n{ended.error}')
        self.complete('16 threads and 8 files', ended)


if __name__ == '__main__':
    campaign = ScarceResources()
    sys.exit(campaign.run([campaign.few_files_for_a_frontier, campaign.little_memory,
                           campaign.few_files, campaign.little_memory_in_an_import]))
