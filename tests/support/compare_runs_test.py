#!/usr/bin/env python3
"""Tests of support/compare_runs.py on two small run directories, written here."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(__file__).resolve().parent.parent / 'support' / 'compare_runs.py'

# As the program wrote them before names and schemas changed, and as it writes them today.
OLD = {
    'frontier.csv': 'lanes,weight_words_per_cycle_per_lane,power_mw\n4,2,1.5\n8,2,nan\n',
    'plan.json': {'schema': 'minerva-plan-1', 'mode': 'half_up', 'layers': [{'W': [1, 6]}]},
    'thresholds.json': {'schema': 'minerva-thresholds-1', 'theta': [0.125]},
    'faults.json': {'schema': 'minerva-faults-1', 'rate': 0.0389911, 'masking': 'bit'},
    'design_point.json': {'schema': 'minerva-design-point-1', 'weight_bw': 2, 'act_bw': 4},
    'noise.json': {'schema': 'minerva-noise-2', 'runs': [{'seed': 1, 'test_wrong': 82}]},
    'summary.json': {
        'schema': 'minerva-summary-5', 'title': 'a run',
        'provenance': {'version': '0.1.0', 'data_sha256': 'ab'},
        'network': {'weights': 40, 'origin': 'trained, seed 1'},
        'stages': [{'name': '2 baseline', 'power': [{'name': 'weight SRAM', 'dynamic_mw': 3.5}],
                    'book_factor': '1.6x'}],
        'verification': [{'what': 'SystemC', 'agrees': True}],
        'plan': {'mode': 'half_up', 'evaluations': 269},
        'training_noise': {'runs': [{'seed': 1}]},
    },
}
TODAY = {
    **OLD,
    'frontier.csv': 'power_mw,weight_bandwidth,lanes\n1.50,2,4\nnan,2,8\n',
    'plan.json': {'schema': 'minerva-plan-2', 'layers': [{'W': [1, 6]}], 'rounding': 'half_up'},
    'design_point.json': {'schema': 'minerva-design-point-2', 'weight_bandwidth': 2,
                          'activation_bandwidth': 4},
    'summary.json': {
        'schema': 'minerva-summary-8', 'title': 'the same run',
        'provenance': {'version': '0.2.0', 'data_sha256': 'ab'},
        'network': {'weights': 40, 'origin': 'trained with seed 1'},
        'stages': [{'name': 'Baseline', 'power': [{'name': 'weight SRAM', 'dynamic_mw': 3.5}],
                    'book_factor': 1.6}],
        'verification': [{'what': 'in SystemC', 'agrees': True}],
        'sections': {'quantize': {'rounding': 'half_up', 'evaluations': 269},
                     'noise': {'noise': {'runs': [{'seed': 1}]}}},
    },
}


class CompareRuns(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folders = [pathlib.Path(scratch.name, name) for name in ('before', 'after')]

    def write(self, folder, files):
        folder.mkdir(exist_ok=True)
        (folder / 'network.safetensors').write_bytes(b'\x01\x02\x03')
        for name, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content)
            (folder / name).write_text(text, encoding='utf-8')

    def compare(self):
        done = subprocess.run([sys.executable, PROGRAM, *self.folders], capture_output=True,
                              text=True, check=False)
        return done.returncode, done.stdout

    def expect_one_difference(self, where):
        code, out = self.compare()
        self.assertEqual(code, 1, out)
        self.assertIn(', 1 differences', out)
        self.assertTrue(out.startswith(where), out)

    def test_equal_runs_are_equal(self):
        for files in (OLD, TODAY):
            for folder in self.folders:
                self.write(folder, files)
            code, out = self.compare()
            self.assertEqual((code, out.split(', ')[1]), (0, '0 differences\n'), out)
            # 6 cells, the network, 3 + 1 + 2 + 2 + 2 members and 8 of the summary.
            self.assertEqual(out.split()[0], '25', out)

    def test_renamed_columns_and_members_are_equal(self):
        for before, after in ((OLD, TODAY), (TODAY, OLD)):
            self.write(self.folders[0], before)
            self.write(self.folders[1], after)
            self.assertEqual(self.compare(), (0, '25 values compared, 0 differences\n'))

    def test_one_digit_in_each_kind_of_file_is_found(self):
        changes = [('frontier.csv', '1.5', '1.6', 'frontier.csv:2: power_mw: 1.5 before, 1.6'),
                   ('plan.json', '[1, 6]', '[1, 7]', 'plan.json: layers/0/W/1: 6 before, 7'),
                   ('thresholds.json', '0.125', '0.126', 'thresholds.json: theta/0'),
                   ('faults.json', '0.0389911', '0.0389912', 'faults.json: rate'),
                   ('design_point.json', ': 2', ': 3', 'design_point.json: weight_bandwidth'),
                   ('noise.json', '82', '83', 'noise.json: runs/0/test_wrong'),
                   ('summary.json', '3.5', '3.5000000000000004',
                    'summary.json: stages/0/power/0/dynamic_mw'),
                   ('summary.json', '269', '268', 'summary.json: sections/quantize/evaluations'),
                   ('summary.json', 'true', 'false', 'summary.json: verification/0/agrees'),
                   ('summary.json', '"ab"', '"ac"', 'summary.json: provenance/data_sha256')]
        for name, old, new, where in changes:
            for files in (OLD, TODAY):
                with self.subTest(name=name, new=new):
                    self.write(self.folders[0], OLD)
                    self.write(self.folders[1], files)
                    path = self.folders[1] / name
                    text = path.read_text(encoding='utf-8')
                    self.assertEqual(text.count(old), 1)
                    path.write_text(text.replace(old, new), encoding='utf-8')
                    self.expect_one_difference(where)

    def test_a_byte_of_the_network_is_found(self):
        for folder in self.folders:
            self.write(folder, OLD)
        (self.folders[1] / 'network.safetensors').write_bytes(b'\x01\x02\x04')
        self.expect_one_difference('network.safetensors: the bytes differ')

    def test_what_is_missing_is_found(self):
        for folder in self.folders:
            self.write(folder, OLD)
        (self.folders[1] / 'noise.json').unlink()
        self.expect_one_difference('noise.json: missing after')
        self.write(self.folders[1], OLD)
        (self.folders[0] / 'frontier.csv').write_text('lanes,power_mw\n4,1.5\n8,nan\n')
        self.expect_one_difference('frontier.csv: column weight_bandwidth is missing before')
        self.write(self.folders[0], OLD)
        (self.folders[0] / 'frontier.csv').write_text(OLD['frontier.csv'] + '8,2,3\n')
        self.assertEqual(self.compare()[0], 1)

    def test_a_folder_without_a_summary_is_refused(self):
        for folder in self.folders:
            folder.mkdir()
        self.assertEqual(self.compare(), (2, ''))


if __name__ == '__main__':
    unittest.main()
