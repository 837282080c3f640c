"""Writes shards with checksums that fit and contents that cannot be, and merges them.

Every merge must be refused by one line that names the shard, and leave every file as it was, inside
of the plan and outside of it. Usage: campaign.py.
"""
import os
import struct
import sys

from campaign import Broken, Campaign, bytes_of, contents, difference, write
from shard_format import Shard, sealed_checkpoint, sealed_json, sealed_record

import json

SHARDS = 3


def lines_changed(random, text, change):
    lines = text.decode().splitlines(True)
    return ''.join(change(random, lines)).encode()


def left_out(random, lines):
    at = random.randrange(1, len(lines))
    return lines[:at] + lines[at + 1:]


def swapped(random, lines):
    at = random.randrange(1, len(lines) - 1)
    return lines[:at] + [lines[at + 1], lines[at]] + lines[at + 2:]


def twice(random, lines):
    at = random.randrange(1, len(lines))
    return lines[:at] + [lines[at], lines[at]] + lines[at + 1:]


def digit_changed(random, lines):
    at = random.choice([i for i in range(len(lines)) if any(c.isdigit() for c in lines[i])])
    digits = [i for i, c in enumerate(lines[at]) if c.isdigit()]
    i = random.choice(digits)
    other = random.choice([d for d in '0123456789' if d != lines[at][i]])
    return lines[:at] + [lines[at][:i] + other + lines[at][i + 1:]] + lines[at + 1:]


class ForgedShards(Campaign):
    KINDS = {'dse': [], 'train': ['--sweep.search=random', '--sweep.samples=3'],
             'noise': ['--sweep.search=none', '--noise.seeds=4'], 'faults': [], 'runs': []}

    def __init__(self):
        super().__init__()
        self.config = self.support('tiny.cfg')
        for kind in self.KINDS:
            self.make(kind)

    def make(self, kind):
        os.makedirs(self.path(kind))
        folder = self.path(kind)
        write(os.path.join(folder, 'precious'), b'outside of the plan\n')
        planned = [self.config]
        if kind == 'faults':
            self.must('run', self.config, '--out', 'run', folder=folder)
            planned = ['run']
        if kind == 'dse':
            planned = [self.space()]
        if kind == 'runs':
            what = ['--over', 'training.seed=1,2,3', '--sweep.search=none', '--noise.seeds=2']
        else:
            what = ['--of', kind]
        self.must('plan', *planned, *what, '--shards', SHARDS, '--out', 'plan', *self.KINDS[kind],
                  folder=folder)
        for shard in range(SHARDS):
            self.must('work', 'plan', '--shard', shard, folder=folder)
        os.rename(folder, folder + '-whole')

    def forge(self, kind, change):
        """Merges with one shard changed; `change` gets it and says what it did, or None."""
        folder = self.fresh(kind, kind + '-whole')
        shards = os.path.join(folder, 'plan', 'shards')
        name = self.random.choice(sorted(n for n in os.listdir(shards) if n.endswith('.shard')))
        right = bytes_of(os.path.join(shards, name))
        shard = Shard(right)
        if shard.written() != right:
            raise Broken('the campaign does not write shards as the program does')
        what = change(shard)
        if what is None or shard.written() == right:
            return
        write(os.path.join(shards, name), shard.written())
        before = contents(folder)
        ended = self.program('merge', 'plan', folder=folder)
        if ended.code != 2 or 'shards/' not in ended.complaint:
            raise Broken(f'{kind}, {name}, {what}: a merge ends with code {ended.code}\n'
                         f'{ended.error}')
        differs = difference(before, contents(folder))
        if differs:
            raise Broken(f'{kind}, {name}, {what}: the merge that is refused changed {differs}')
        self.count(f'{kind} refused')

    # Rows of a design space and counts of fault maps.

    def rows(self):
        kind = self.random.choice(['left out', 'swapped', 'twice', 'digit'])
        change = {'left out': left_out, 'swapped': swapped, 'twice': twice,
                  'digit': digit_changed}[kind]
        part = self.random.choice(['rows.csv', 'range.txt'])

        def act(shard):
            if part == 'range.txt' and kind != 'digit':
                return None
            text = shard.part(part)
            shard.with_part(part, lines_changed(self.random, text, change))
            return f'{part}: {kind}'
        self.forge('dse', act)

    def fault_counts(self):
        kind = self.random.choice(['left out', 'swapped', 'twice', 'above', 'negative', 'moved'])

        def act(shard):
            lines = shard.part('counts.csv').decode().splitlines(True)
            at = self.random.randrange(1, len(lines))
            mitigation, map_, rate, wrong = map(int, lines[at].split(','))
            if kind in ('left out', 'swapped', 'twice'):
                lines = {'left out': left_out, 'swapped': swapped, 'twice': twice}[kind](
                    self.random, lines)
            elif kind == 'above':
                lines[at] = f'{mitigation},{map_},{rate},{10**6}\n'
            elif kind == 'negative':
                lines[at] = f'{mitigation},{map_},{rate},-1\n'
            else:
                lines[at] = f'{mitigation},{map_},{rate + 1000},{wrong}\n'
            shard.with_part('counts.csv', ''.join(lines).encode())
            return f'counts.csv: {kind}'
        self.forge('faults', act)

    # Trainings.

    def records(self):
        def act(shard):
            names = shard.names(r'\.txt$')
            if not names:
                return None
            name = self.random.choice(names)
            text = shard.part(name)
            label = self.random.choice([b'validation_wrong ', b'best_epoch ', b'recipe '])
            at = text.index(b'\n' + label) + 1 + len(label)
            new = {b'validation_wrong ': b'9999', b'best_epoch ': b'7', b'recipe ': b'other '}[label]
            shard.with_part(name, sealed_record(text[:at] + new + text[at:]))
            return f'{name}: {label.decode()}'
        self.forge(self.random.choice(['train', 'noise']), act)

    def networks(self):
        kind = self.random.choice(['NaN', 'too few', 'other'])

        def act(shard):
            names = shard.names(r'\.network$')
            if not names:
                return None
            data = shard.part(names[0])
            # Behind name, key, and four numbers of 8 bytes comes the count of the parameters.
            at = data.index(b'\n', data.index(b'\n') + 1) + 1 + 5 * 8
            count = struct.unpack_from('<Q', data, at)[0]
            if kind == 'NaN':
                new = data[:at + 8] + struct.pack('<f', float('nan')) + data[at + 12:]
            elif kind == 'too few':
                new = data[:at] + struct.pack('<Q', count - 1) + data[at + 12:]
            else:
                first = struct.unpack_from('<f', data, at + 8)[0]
                many = struct.pack(f'<{count}f', *([-first - 1] * count))
                new = data[:at + 8] + many + data[at + 8 + 4 * count:]
            shard.with_part(names[0], sealed_checkpoint(new))
            return f'{names[0]}: {kind}'
        self.forge(self.random.choice(['train', 'noise']), act)

    # Whole runs.

    def outcomes(self):
        def act(shard):
            name = self.random.choice(shard.names(r'^outcomes/'))
            text = shard.part(name)
            key = self.random.choice(['../../../precious', '../precious', 'precious', '/precious',
                                      '../plan/manifest.json'])
            word = self.random.choice([b'network_dropped ', b'network_kept '])
            at = text.index(b'message')
            shard.with_part(name, text[:at] + word + key.encode() + b'\n' + text[at:])
            return f'{name}: {key}'
        self.forge('runs', act)

    def names_of_parts(self):
        def act(shard):
            run = shard.names(r'/summary\.json$')[0].split('/')[0]
            name = self.random.choice([f'{run}/.lock', f'{run}/more.csv', f'{run}/a/b', 'x/y',
                                       'trainings/x.txt', 'trainings/more', f'outcomes/{run}',
                                       f'outcomes/{run}.csv', 'outcomes/a.txt', 'sweep.csv'])
            shard.parts.append((name, b'forged\n'))
            return f'{name} more'
        self.forge('runs', act)

    def files_of_a_run(self):
        def act(shard):
            names = shard.names(r'^training\.seed=[^/]*/')
            name = self.random.choice(names)
            text = shard.part(name)
            if name.endswith('.json') and self.random.randrange(2) == 0:
                made = json.loads(text)
                if 'sha256' in made:
                    rows = made.get('stages') or made.get('part', {}).get('rows')
                    if not rows:
                        return None
                    row = self.random.choice(rows)
                    row[self.random.choice(['validation_wrong', 'power_mw', 'test_wrong'])] += 1
                    shard.with_part(name, sealed_json(made))
                    return f'{name}: a row'
            if self.random.randrange(4) == 0:
                shard.parts = [part for part in shard.parts if part[0] != name]
                return f'without {name}'
            at = self.random.randrange(len(text))
            shard.with_part(name, text[:at] + bytes([text[at] ^ 1]) + text[at + 1:])
            return f'{name}: byte {at}'
        self.forge('runs', act)

    def states(self):
        """Damage that the checksum of the whole shard already tells."""
        kind = self.random.choice(sorted(self.KINDS))
        folder = self.fresh(kind, kind + '-whole')
        shards = os.path.join(folder, 'plan', 'shards')
        names = sorted(n for n in os.listdir(shards) if n.endswith('.shard'))
        one, other = self.random.sample(names, 2)
        data = bytes_of(os.path.join(shards, one))
        write(os.path.join(shards, other), data)  # another shard's bytes under this name
        ended = self.program('merge', 'plan', folder=folder)
        if ended.code != 2:
            raise Broken(f'{kind}: {one} as {other}: code {ended.code}\n{ended.error}')
        self.count('other shards refused')


if __name__ == '__main__':
    campaign = ForgedShards()
    sys.exit(campaign.run([campaign.outcomes, campaign.rows, campaign.fault_counts,
                           campaign.records, campaign.networks, campaign.names_of_parts,
                           campaign.files_of_a_run, campaign.states]))
