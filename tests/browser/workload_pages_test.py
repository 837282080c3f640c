"""The pages of fathom compare and fathom report in a real browser.
Usage: workload_pages_test.py FATHOM

Profiles all eight workloads in their small shapes on one and two threads, and uses both pages as a
reader does: looks, hovers, types, downloads, on a screen, on a phone and in both themes.
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

from browser import Quiet, browser, show
from page import Page

FATHOM = os.path.abspath(sys.argv[1])

WORKLOADS = ['seq2seq', 'memnet', 'speech', 'autoenc', 'residual', 'vgg', 'alexnet', 'deepq']
FIGURES = {
    'comparison': ['stationarity', 'cumulative-shares', 'operation-types', 'similarity',
                   'training-and-inference'] + ['threads-' + name for name in WORKLOADS],
    'report': ['covered-shares', 'energy-and-time', 'zeros']
              + ['energy-by-layer-' + name for name in WORKLOADS],
}


def fathom(folder, *arguments):
    done = subprocess.run([FATHOM, *arguments], cwd=folder, capture_output=True, text=True,
                          timeout=240, check=False)
    if done.returncode != 0:
        raise RuntimeError(f'fathom {" ".join(arguments)}: {done.stderr}')


def setUpModule():
    """The pages, made once, and one browser for all tests."""
    global FOLDER, DRIVER, DOWNLOADS
    keep = tempfile.TemporaryDirectory(prefix='fathom-pages-')
    unittest.addModuleCleanup(keep.cleanup)
    FOLDER = keep.name
    fathom(FOLDER, 'profile', '--all', '--small', '--synthetic', '--steps', '2', '--threads', '1,2',
           '--out', 'profiles', '--quiet')
    fathom(FOLDER, 'compare', 'profiles', '--out', 'comparison')
    fathom(FOLDER, 'stages', 'autoenc', '--small', '--synthetic', '--steps', '60', '--seeds', '2',
           '--samples', '50', '--out', 'stages', '--quiet')
    fathom(FOLDER, 'report', 'profiles', '--synthetic', '--out', 'report', '--quiet',
           '--weight-memory-mb', '0.1', '--stages', 'stages')
    DOWNLOADS = os.path.join(FOLDER, 'downloads')
    os.mkdir(DOWNLOADS)
    opened = browser(downloads=DOWNLOADS)
    DRIVER = opened.__enter__()
    Quiet.driver, Quiet.folder = DRIVER, FOLDER
    unittest.addModuleCleanup(lambda: opened.__exit__(None, None, None))


def page_of(name, width=1280, theme='light'):
    show(DRIVER, os.path.join(FOLDER, name, name + '.html'), width, 900, theme)
    return Page(DRIVER)


class WorkloadPages(Quiet):
    def test_every_figure_is_there_with_its_marks(self):
        for name, figures in FIGURES.items():
            page = page_of(name)
            self.assertEqual([figure['id'] for figure in page.figures()], figures)
            for figure in page.figures():
                with self.subTest(figure['id']):
                    marks = page.marks(figure['id'])
                    self.assertEqual(len(marks), len(figure['option']['series']))
                    self.assertGreater(sum(mark['drawn'] for mark in marks), 0)

    def test_hover_and_keyboard_read_a_point(self):
        for name in FIGURES:
            page = page_of(name)
            for figure in page.figures():
                with self.subTest(figure['id']):
                    page.tab_to(figure['id'])
                    page.keys('ARROW_RIGHT')
                    self.assertRegex(page.announced(), r', 1 of \d+: ')
                    tip = page.tip(figure['id'])
                    self.assertIsNotNone(tip)
                    self.assertNotIn('undefined', tip)
                    self.assertNotIn('NaN', tip)
                    self.assertTrue(page.focus_is_visible())

    def test_downloads_and_tables_hold_the_numbers(self):
        for name, figures in FIGURES.items():
            for figure_id in figures[:3]:
                with self.subTest(figure_id):
                    page = page_of(name)  # Chromium lets one page start ten downloads
                    figure = page.figure(figure_id)
                    page.press_tool(figure_id, 'CSV')
                    self.assertEqual(page.downloaded(DOWNLOADS, figure_id + '.csv'), figure['csv'])
                    page.press_tool(figure_id, 'Table')
                    self.assertEqual(','.join(page.table(figure_id)[0]),
                                     figure['csv'].split('\n')[0])

    def test_nothing_overflows_and_no_text_is_cut_or_overlaps(self):
        for name in FIGURES:
            for width in [1280, 768, 360]:
                page = page_of(name, width)
                with self.subTest(name, width=width):
                    self.assertLessEqual(page.overflow(), 0)
                for figure in page.figures():
                    with self.subTest(name, width=width, figure=figure['id']):
                        self.assertEqual(page.cut_texts(figure['id']), [])
                        self.assertEqual(page.overlapping_texts(figure['id']), [])

    def test_texts_of_figures_can_be_read_in_both_themes(self):
        for name in FIGURES:
            for theme in ['light', 'dark']:
                page = page_of(name, theme=theme)
                paper = page.colours()['paper']
                for figure in page.figures():
                    with self.subTest(name, theme=theme, figure=figure['id']):
                        for text, colour in page.text_colours(figure['id']):
                            self.assertGreaterEqual(page.contrast(colour, paper), 4.5, text)

    def test_the_report_names_what_it_rests_on(self):
        text = page_of('report').text()
        with open(os.path.join(FOLDER, 'report', 'report.json'), encoding='utf-8') as file:
            report = json.load(file)
        for row in report['workloads']:
            self.assertIn(row['inference']['date'], text)
            self.assertIn(row['inference']['cpu'], text)
            for sentence in row['machine']['left_out']:
                self.assertIn(sentence, text)
        self.assertIn('beyond the chip', text)
        self.assertIn('random examples, not real data', text)
        for row in report['stages'][0]['rows']:
            self.assertIn(row['stage'], text)
        self.assertIn('One iso-training noise is', text)


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
