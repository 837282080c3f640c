#!/usr/bin/env python3
"""Compares two run directories by content: compare_runs.py BEFORE AFTER.

Every CSV is compared value by value, network.safetensors byte by byte, and the JSON files member by
member. Numbers must be the same numbers; there is no tolerance. The order of columns and of members
is free. The tables below say what has been renamed between two versions of the program, so that runs
on either side of a change of names can be compared. Either run may be the older one.

Prints every difference and how many values were compared. Exits with 0 if the runs are equal, with 1
if they differ or a file is missing, with 2 if an argument is not a run directory.
"""

import csv
import json
import pathlib
import re
import sys

# Old name -> new name. A name that appears in neither column of a table has not changed.

FILES = {'pruning_sweep.csv': 'threshold_curve.csv'}

# By file, as it is called today; "*" holds for every CSV file.
COLUMNS = {
    '*': {
        'weight_words_per_cycle_per_lane': 'weight_bandwidth',
        'activation_words_per_cycle': 'activation_bandwidth',
        'weight_banks_per_lane': 'weight_banks',
        'activation_banks_per_half': 'activation_banks',
    },
}

# Members of JSON files by the name of the file; '*' holds for every JSON file. They are renamed
# wherever they stand in the file.
MEMBERS = {
    '*': {
        'weight_bw': 'weight_bandwidth',
        'act_bw': 'activation_bandwidth',
        'mul_stages': 'multiplier_stages',
        'act_banks': 'activation_banks',
    },
    'plan.json': {'mode': 'rounding'},
}

# Paths of summary.json: a path that begins with the left side is read as the right side.
# minerva-summary-5 had the members of the stages side by side; minerva-summary-6 has a section for
# each stage.
SUMMARY_PATHS = {
    'plan/mode': 'sections/quantize/rounding',
    'plan': 'sections/quantize',
    'training_noise': 'sections/noise/noise',
    'sweep': 'sections/train/sweep',
    'sweep_search': 'sections/train/search',
    'design_space': 'sections/dse',
    'pruning': 'sections/prune/layers',
    'pruning_sweep': 'sections/prune/threshold_curve',
    'threshold_curve': 'sections/prune/threshold_curve',
    'faults': 'sections/faults/mitigations',
    'fault_study': 'sections/faults/study',
}

# Parts of summary.json that say which program ran and how, sentences for readers, and published
# figures, which no run computes. They may differ between two versions of the program. What the
# sentences say in numbers stands elsewhere, too.
NOT_COMPARED = [
    'schema',
    'sha256',  # of the file's own bytes
    'title',
    'notes',
    'provenance/version',
    'provenance/compiler',
    'provenance/config_sha256',
    'provenance/data_source',
    'provenance/seeds/*/name',
    'network/origin',
    'budget/origin',
    'stages/*/name',
    'stages/*/detail',
    'stages/*/stage',
    'variants/*/name',
    'variants/*/detail',
    'stages/*/book_factor',
    'variants/*/book_factor',
    'variants/*/book_over_last_stage',
    'verification/*/what',
    'verification/*/detail',
    'sections/quantize/method',
    'sections/quantize/hardware/*/problem',
    'sections/dse/baseline_reason',
    'sections/dse/verification',
    'sections/dse/skipped/*/rule',
    'sections/faults/study/failure_criterion',
]

# Columns of CSV files that are sentences for readers or published figures, which no run computes.
COLUMNS_NOT_COMPARED = {
    'stages.csv': {'book_factor'},
    'variants.csv': {'detail', 'book', 'book_power_over_last_stage'},
}

JSON_FILES = ['plan.json', 'thresholds.json', 'faults.json', 'design_point.json', 'noise.json']


class Comparison:
    def __init__(self):
        self.compared = 0
        self.differences = []

    def differs(self, place, text):
        self.differences.append(f'{place}: {text}')

    def compare(self, place, before, after):
        self.compared += 1
        if before != after or (type(before) is bool) != (type(after) is bool):
            self.differs(place, f'{before!r} before, {after!r} after')


def number_or_text(cell):
    """The number that a cell of a CSV file holds, or its text."""
    for kind in (int, float):
        try:
            number = kind(cell)
        except ValueError:
            continue
        return number if number == number else cell  # nan equals nan
    return cell


def read_csv(path, name):
    """{column: cells}, by the columns' new names."""
    renamed = {**COLUMNS['*'], **COLUMNS.get(name, {})}
    with path.open(newline='', encoding='utf-8') as file:
        rows = list(csv.reader(file))
    header = [renamed.get(column, column) for column in rows[0]] if rows else []
    if len(set(header)) != len(header):
        raise ValueError(f'{path}: two columns have one name')
    if any(len(row) != len(header) for row in rows):
        raise ValueError(f'{path}: a row has not as many cells as the header')
    skipped = COLUMNS_NOT_COMPARED.get(name, set())
    return {column: [number_or_text(row[i]) for row in rows[1:]]
            for i, column in enumerate(header) if column not in skipped}


def compare_members(comparison, name, before, after):
    """Two dictionaries from a place in a file to what stands there."""
    for place in list(before) + [place for place in after if place not in before]:
        if place not in after:
            comparison.differs(f'{name}: {place}', f'{before[place]!r} before, missing after')
        elif place not in before:
            comparison.differs(f'{name}: {place}', f'missing before, {after[place]!r} after')
        else:
            comparison.compare(f'{name}: {place}', before[place], after[place])


def compare_csv(comparison, name, before, after):
    old, new = read_csv(before, name), read_csv(after, name)
    for column in list(old) + [column for column in new if column not in old]:
        if column not in old or column not in new:
            where = 'before' if column not in old else 'after'
            comparison.differs(name, f'column {column} is missing {where}')
            continue
        if len(old[column]) != len(new[column]):
            comparison.differs(name, f'column {column} has {len(old[column])} rows before, '
                                     f'{len(new[column])} after')
        for row, pair in enumerate(zip(old[column], new[column]), start=2):
            comparison.compare(f'{name}:{row}: {column}', *pair)


def flattened(value, renamed, path=''):
    """[(path, leaf)] of a JSON value; the elements of a list are numbered from 0."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from flattened(member, renamed, f'{path}/{renamed.get(key, key)}'.lstrip('/'))
    elif isinstance(value, list):
        for i, member in enumerate(value):
            yield from flattened(member, renamed, f'{path}/{i}'.lstrip('/'))
    elif value is not None:
        yield path, value


def today(path):
    """Where the value at `path` of a summary stands in a summary of today."""
    for old in sorted(SUMMARY_PATHS, key=len, reverse=True):
        if path == old or path.startswith(old + '/'):
            return SUMMARY_PATHS[old] + path[len(old):]
    return path


def read_json(path, name):
    renamed = {**MEMBERS['*'], **MEMBERS.get(name, {})}
    value = json.loads(path.read_text(encoding='utf-8'))
    return {place: leaf for place, leaf in flattened(value, renamed) if place != 'schema'}


def read_summary(path):
    patterns = [re.compile(re.escape(p).replace(r'\*', '[^/]+') + '(/.*)?') for p in NOT_COMPARED]
    result = {}
    for place, leaf in read_json(path, 'summary.json').items():
        place = today(place)
        # A member that holds nothing says as much as one that is left out.
        if leaf != '' and not any(pattern.fullmatch(place) for pattern in patterns):
            result[place] = leaf
    return result


def files_of(folder):
    """{name of today: path} of the files that are compared."""
    return {FILES.get(path.name, path.name): path for path in sorted(folder.iterdir())
            if path.suffix == '.csv' or path.name in JSON_FILES
            or path.name in ('network.safetensors', 'summary.json')}


def compare_runs(before, after):
    comparison = Comparison()
    old, new = files_of(before), files_of(after)
    for name in sorted(old | new):
        if name not in old or name not in new:
            comparison.differs(name, 'missing ' + ('before' if name not in old else 'after'))
        elif name.endswith('.csv'):
            compare_csv(comparison, name, old[name], new[name])
        elif name == 'network.safetensors':
            comparison.compared += 1
            if old[name].read_bytes() != new[name].read_bytes():
                comparison.differs(name, 'the bytes differ')
        elif name == 'summary.json':
            compare_members(comparison, name, read_summary(old[name]), read_summary(new[name]))
        else:
            compare_members(comparison, name, read_json(old[name], name),
                            read_json(new[name], name))
    return comparison


def main(arguments):
    folders = [pathlib.Path(argument) for argument in arguments]
    if len(folders) != 2 or not all((folder / 'summary.json').is_file() for folder in folders):
        print('usage: compare_runs.py BEFORE AFTER, two run directories with a summary.json',
              file=sys.stderr)
        return 2
    comparison = compare_runs(*folders)
    for difference in comparison.differences:
        print(difference)
    print(f'{comparison.compared} values compared, {len(comparison.differences)} differences')
    return 1 if comparison.differences else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
