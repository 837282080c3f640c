"""Changes bits and bytes of everything that the program reads back, and goes on.

After every change the run either ends with the bytes that it had, or is refused by one line. Another
result with code 0 is the one thing that must never be. Usage: campaign.py.
"""
import os
import sys

from campaign import Broken, Campaign, bytes_of, contents, difference, write


def changed(random, data):
    """The bytes with a small change: a bit, a digit, a byte less, a byte more, an end cut off."""
    at = random.randrange(len(data))
    kind = random.randrange(6)
    digits = [i for i, byte in enumerate(data) if 48 <= byte <= 57]
    if kind < 2 and digits:
        at = random.choice(digits)
        other = random.choice([d for d in range(48, 58) if d != data[at]])
        return data[:at] + bytes([other]) + data[at + 1:]
    if kind == 3:
        return data[:at] + data[at + 1:]
    if kind == 4:
        return data[:at] + bytes([random.randrange(256)]) + data[at:]
    if kind == 5:
        return data[:at]
    return data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1:]


class BitFlips(Campaign):
    def __init__(self):
        super().__init__()
        self.config = self.support('tiny.cfg')
        self.must('run', self.config, '--out', 'run', '--training.cache_dir=run/trainings')
        # Named by their config, as every copy of it is.
        os.rename(self.path('run'), self.path('whole'))
        self.plans = {}
        for of, more in (('dse', []), ('noise', ['--sweep.search=none']), ('faults', [])):
            self.make_plan(of, more)

    def make_plan(self, of, more):
        os.makedirs(self.path(of))
        if of == 'faults':
            self.must('run', self.config, '--out', 'run', folder=self.path(of))
        planned = 'run' if of == 'faults' else self.space() if of == 'dse' else self.config
        self.must('plan', planned, '--of', of, '--shards', 3, '--out', 'plan', *more,
                  folder=self.path(of))
        for shard in range(3):
            self.must('work', 'plan', '--shard', shard, folder=self.path(of))
        os.rename(self.path(of), self.path(of + '-whole'))
        self.fresh(of, of + '-whole')
        self.must('merge', 'plan', folder=self.path(of))
        self.plans[of] = contents(self.path(of))

    def change_one_of(self, folder, files):
        name = self.random.choice(files)
        data = bytes_of(os.path.join(folder, name))
        if not data:
            return None
        new = changed(self.random, data)
        if new == data:
            return None
        write(os.path.join(folder, name), new)
        return name

    def flip_in_a_run(self):
        folder = self.fresh('run', 'whole')
        before = contents(folder)
        name = self.change_one_of(folder, sorted(before))
        if name is None:
            return
        if name.startswith('trainings/'):  # read when the stages of the trainings are done again
            for stage in ('train', 'noise'):
                os.remove(os.path.join(folder, 'stages', stage + '.json'))
        ended = self.program('run', self.config, '--out', 'run',
                             '--training.cache_dir=run/trainings')
        after = contents(folder)
        differs = difference(before, after)
        if ended.code == 0 and differs:
            raise Broken(f'{name} was changed, and the run ends with another {differs}')
        if ended.code not in (0, 2):
            raise Broken(f'{name} was changed: code {ended.code}\n{ended.error}')
        if ended.code == 2 and os.path.basename(name) not in ended.complaint and \
                not name.endswith('.cfg'):
            raise Broken(f'{name} was changed, but the line does not name it: {ended.complaint}')
        self.count('runs found it' if ended.code == 0 else 'runs refused')

    def flip_before_a_reader(self):
        folder = self.fresh('run', 'whole')
        name = self.change_one_of(folder, ['summary.json'])
        if name is None:
            return
        for words in (['report', 'run'], ['report', 'run', 'whole']):
            ended = self.program(*words)
            if ended.code != 2 or 'summary.json' not in ended.complaint:
                raise Broken(f'{name} was changed, but {words} ends with code {ended.code}')
        self.count('readers refused')

    def flip_in_a_plan(self):
        of = self.random.choice(sorted(self.plans))
        folder = self.fresh(of, of + '-whole')
        plan = os.path.join(folder, 'plan')
        files = [name for name in sorted(contents(plan)) if not name.startswith('run/')]
        name = self.change_one_of(plan, files)
        if name is None:
            return
        ended = self.program('merge', 'plan', folder=folder)
        if ended.code == 0:
            after = contents(folder)
            after[os.path.join('plan', name)] = self.plans[of].get(os.path.join('plan', name))
            differs = difference(self.plans[of], after)
            if differs:
                raise Broken(f'{of}: {name} was changed, and a merge gives another {differs}')
        elif ended.code != 2:
            raise Broken(f'{of}: {name} was changed: code {ended.code}\n{ended.error}')
        self.count('merges found it' if ended.code == 0 else 'merges refused')


if __name__ == '__main__':
    campaign = BitFlips()
    sys.exit(campaign.run([campaign.flip_in_a_run, campaign.flip_in_a_plan,
                           campaign.flip_in_a_run, campaign.flip_before_a_reader]))
