"""report.html and comparison.html in a real browser. Usage: report_page_test.py MINERVA SOURCE_DIR

Makes a small run on synthetic digits, a stopped one and a comparison, and uses their pages as a
reader does: looks, hovers, clicks, types, downloads, on a screen, on a phone and in both themes.
"""
import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

from browser import Quiet, browser, show
from page import Page

MINERVA, SOURCE = (os.path.abspath(path) for path in sys.argv[1:3])

# Figures of a run that has been through all stages: the answer first, the training last.
FIGURES = ['power-by-stage', 'power-shares', 'error-by-stage', 'energy-by-layer', 'design-space',
           'frontier-cost', 'bits', 'error-against-bits', 'inputs-by-magnitude', 'error-against-threshold',
           'voltage', 'error-against-fault-rate', 'yield', 'redesign', 'redesign-cost',
           'error-against-weights', 'training-noise']


def minerva(folder, *arguments):
    done = subprocess.run([MINERVA, *arguments], cwd=folder, capture_output=True, text=True,
                          timeout=240, check=False)
    if done.returncode != 0:
        raise RuntimeError(f'minerva {" ".join(arguments)}: {done.stderr}')


def setUpModule():
    """The runs, made once, and one browser for all tests."""
    global FOLDER, DRIVER, _open, DOWNLOADS
    keep = tempfile.TemporaryDirectory(prefix='minerva-page-')
    unittest.addModuleCleanup(keep.cleanup)
    FOLDER = keep.name
    tiny = os.path.join(SOURCE, 'tests/support/tiny.cfg')
    minerva(FOLDER, 'run', tiny, '--out', 'tiny', '--dse.after_stages=true')
    minerva(FOLDER, 'train', tiny, '--out', 'stopped')
    minerva(FOLDER, 'run', tiny, '--out', 'narrow', '--faults.maps_max=3', '--budget.itn=2')
    minerva(FOLDER, 'report', 'tiny', 'narrow', '--out', 'both')
    DOWNLOADS = os.path.join(FOLDER, 'downloads')
    os.mkdir(DOWNLOADS)
    _open = browser(downloads=DOWNLOADS)
    DRIVER = _open.__enter__()
    Quiet.driver, Quiet.folder = DRIVER, FOLDER
    unittest.addModuleCleanup(lambda: _open.__exit__(None, None, None))


def page_of(run, width=1280, theme='light'):
    name = 'comparison.html' if run == 'both' else 'report.html'
    show(DRIVER, os.path.join(FOLDER, run, name), width, 900, theme)
    return Page(DRIVER)


class Figures(Quiet):
    def test_every_figure_is_there_with_its_marks(self):
        page = page_of('tiny')
        self.assertEqual([figure['id'] for figure in page.figures()], FIGURES)
        for figure in page.figures():
            with self.subTest(figure['id']):
                marks = page.marks(figure['id'])
                self.assertEqual(len(marks), len(figure['option']['series']))
                for series, mark in zip(figure['option']['series'], marks):
                    if series.get('silent'):
                        continue
                    # A bar of 0 has no area; any other point within the axes must be drawn.
                    least = 1 if series['type'] == 'bar' else mark['within']
                    self.assertGreater(mark['within'], 0)
                    self.assertGreaterEqual(mark['drawn'], least, series['name'])

    def test_a_stopped_run_shows_what_there_is(self):
        page = page_of('stopped')
        self.assertEqual([figure['id'] for figure in page.figures()],
                         ['error-against-weights'])

    def test_hover_shows_the_point(self):
        page = page_of('tiny')
        for figure in page.figures():
            for at, series in enumerate(figure['option']['series']):
                if series.get('silent'):
                    continue
                with self.subTest(figure['id'], series=series['name']):
                    page.leave(figure['id'])
                    tip = page.hover_some(figure, at)
                    if tip is None:
                        # Nothing of it stands out: all bars are thinner than a pointer's tip.
                        self.assertEqual(series['type'], 'bar')
                        continue
                    self.assertNotIn('undefined', tip)
                    self.assertNotIn('NaN', tip)

    def test_hover_over_a_design_shows_its_parameters(self):
        page = page_of('tiny')
        figure = page.figure('design-space')
        frontier = next(i for i, s in enumerate(figure['option']['series'])
                        if s['name'] == 'frontier')
        tip = page.hover(figure, frontier, 0)
        for name in ['lanes', 'MACs a lane', 'clock', 'cycles', 'energy', 'area']:
            self.assertIn(name, tip)
        self.assertIn('frontier', tip)


class Breakdown(Quiet):
    def check(self, page, series_index, point):
        figure = page.figure('design-space')
        panel = page.panel('design-space')
        self.assertTrue(panel['shown'])
        series = figure['option']['series'][series_index]
        row = dict(zip(series['dimensions'], series['data'][point]))
        *parts, total = panel['values']
        self.assertEqual(len(parts), len(figure['breakdown']['parts']))
        self.assertEqual(total, row['power, mW'])
        self.assertAlmostEqual(sum(parts), total, delta=1e-9 * total)
        self.assertEqual(len(panel['bars']), sum(1 for part in parts if part > 0))
        self.assertIn('lanes', panel['text'])

    def test_click_opens_the_power_of_a_design(self):
        for width in [1280, 360]:
            with self.subTest(width=width):
                page = page_of('tiny', width)
                figure = page.figure('design-space')
                frontier = page.series_index(figure, 'frontier')
                self.assertFalse(page.panel('design-space')['shown'])
                page.click(figure, frontier, 2)
                self.check(page, frontier, 2)
                points = figure['option']['series'][frontier]['data']
                fastest = min(range(len(points)), key=lambda i: points[i][0])
                page.click(figure, frontier, fastest)
                self.check(page, frontier, fastest)
                self.assertLessEqual(page.overflow(), 0)
                page.press('design-space', 'ESCAPE')
                self.assertFalse(page.panel('design-space')['shown'])

    def test_a_click_on_the_ring_opens_the_baseline(self):
        page = page_of('tiny')
        figure = page.figure('design-space')
        ring = page.series_index(figure, 'baseline')
        page.click(figure, ring, 0)
        self.check(page, ring, 0)
        self.assertIn('baseline', page.panel('design-space')['text'])

    def test_the_keyboard_alone_does_the_same(self):
        page = page_of('tiny')
        page.tab_to('design-space')
        page.keys('ARROW_RIGHT', 'ARROW_RIGHT')
        first = page.announced()
        self.assertRegex(first, r'^frontier, 2 of \d+: .*lanes')
        self.assertIn('lanes', page.tip('design-space'))
        page.keys('ARROW_UP')
        self.assertRegex(page.announced(), r'^legal designs, \d+ of \d+: ')
        page.keys('ARROW_DOWN')
        self.assertRegex(page.announced(), r'^frontier, \d+ of \d+: ')
        page.keys('HOME', 'ENTER')
        figure = page.figure('design-space')
        frontier = page.series_index(figure, 'frontier')
        fastest = min(range(len(figure['option']['series'][frontier]['data'])),
                      key=lambda i: figure['option']['series'][frontier]['data'][i][0])
        self.check(page, frontier, fastest)
        self.assertIn('Power by part', page.announced())
        page.keys('ESCAPE')
        self.assertFalse(page.panel('design-space')['shown'])
        self.assertIsNone(page.tip('design-space'))

    def test_every_figure_is_reached_and_read_by_keyboard(self):
        page = page_of('tiny')
        for figure in page.figures():
            with self.subTest(figure['id']):
                page.tab_to(figure['id'])
                page.keys('ARROW_RIGHT')
                loud = [s for s in figure['option']['series'] if not s.get('silent')]
                first = next((s for s in loud if s['name'] == figure.get('first')), loud[0])
                self.assertTrue(page.announced().startswith(first['name'] + ', 1 of '),
                                page.announced())
                self.assertIn(first['name'], page.tip(figure['id']))
                self.assertTrue(page.focus_is_visible())


class Explorer(Quiet):
    """What a reader asks of the cloud of designs."""

    def points_of(self, page, name):
        """Of the series that can be filtered, what is drawn: rows by their dimensions, and colours."""
        return page.run('''
            const figure = minerva.figures.find((f) => f.data.id === arguments[0]);
            return figure.option.series.filter((s) => figure.data.explore.series.includes(s.name))
              .flatMap((s) => s.data.map((item) => Object.assign(
                Object.fromEntries(s.dimensions.map((d, i) => [d, minerva.rowOf(item)[i]])),
                { colour: item.itemStyle ? item.itemStyle.color : null })));''', name)

    def test_any_two_quantities_are_the_axes_and_a_third_the_colour(self):
        page = page_of('tiny')
        everything = len(self.points_of(page, 'design-space'))
        for at, quantity in [(0, 'area, mm²'), (1, 'energy, nJ'), (2, 'lanes')]:
            page.choose('design-space', at, quantity)
        option = page.run('return minerva.figures.find((f) => f.data.id === "design-space").option')
        self.assertEqual([option['xAxis']['name'], option['yAxis']['name']],
                         ['area, mm²', 'energy, nJ'])
        points = self.points_of(page, 'design-space')
        self.assertEqual(len(points), everything)
        colour_of = {}
        for point in points:
            colour_of.setdefault(point['lanes'], set()).add(point['colour'])
            for axis, name in [('xAxis', 'area, mm²'), ('yAxis', 'energy, nJ')]:
                self.assertLessEqual(option[axis]['min'], point[name])
                self.assertGreaterEqual(option[axis]['max'], point[name])
        self.assertEqual({len(colours) for colours in colour_of.values()}, {1})
        self.assertEqual(len(set.union(*colour_of.values())), 3)  # 1, 4 and 16 lanes
        self.assertIn('16', page.run('return document.querySelector("#design-space .ramp").innerText'))
        self.assertEqual(page.run('return document.querySelector("#design-space h3").textContent'),
                         'Design space: energy against area')
        self.assertEqual(page.cut_texts('design-space'), [])
        tip = page.run("""
            const f = minerva.figures.find((f) => f.data.id === "design-space");
            f.showTip(1, 0); return document.querySelector("#design-space .tip").innerText""")
        self.assertIn('lanes', tip)

    def test_a_drag_along_an_axis_filters_and_a_tap_drops_the_filter(self):
        for width in [1280, 360]:
            with self.subTest(width=width):
                page = page_of('tiny', width)
                page.run('document.querySelector("#design-space .explore").open = true')
                page.wait(lambda: page.axes('design-space'))
                self.assertLessEqual(page.overflow(), 0)
                names = page.axes('design-space')
                self.assertIn('lanes', names)
                self.assertIn('power, mW', names)
                before = self.points_of(page, 'design-space')
                page.drag('design-space', 'lanes', 0.4, 1.02)  # 4 and 16 of 1, 4 and 16
                kept = self.points_of(page, 'design-space')
                self.assertEqual({point['lanes'] for point in kept}, {4, 16})
                self.assertEqual(len(kept), sum(1 for point in before if point['lanes'] > 1))
                middle = sorted(point['power, mW'] for point in kept)[len(kept) // 2]
                page.type('design-space', 'power, mW, most', str(middle))
                fewer = self.points_of(page, 'design-space')
                self.assertEqual(len(fewer), sum(1 for p in kept if p['power, mW'] <= middle))
                self.assertLess(len(fewer), len(kept))
                self.assertIn(f'{len(fewer)} of {len(before)} are within', page.text())
                page.drag('design-space', 'lanes', 0.5, 0.5)
                page.type('design-space', 'power, mW, most', '')
                self.assertEqual(len(self.points_of(page, 'design-space')), len(before))

    def test_the_lines_of_the_chosen_design_and_of_all(self):
        page = page_of('tiny')
        page.press('design-space', 'ARROW_RIGHT')
        lines = page.run('''return Array.from(
            document.querySelectorAll('#design-space .parallel path'),
            (path) => (path.getAttribute('d') || '').split('M').length - 1)''')
        self.assertEqual(lines[-1], 1)  # where the keyboard stands
        self.assertEqual(sum(lines[:-1]), len(self.points_of(page, 'design-space')))


class Glossary(Quiet):
    def test_a_term_says_what_it_means(self):
        for run, width in [('tiny', 1280), ('tiny', 360), ('both', 1280)]:
            page = page_of(run, width)
            terms = page.run('''return Array.from(document.querySelectorAll('.term'), (t) =>
                [t.textContent, document.getElementById(t.getAttribute('aria-describedby'))
                  .textContent])''')
            self.assertGreater(len(terms), 4)
            for at, (term, meaning) in enumerate(terms):
                with self.subTest(run, width=width, term=term):
                    note = page.run('''
                        const term = document.querySelectorAll('.term')[arguments[0]];
                        for (let up = term.closest('details'); up;
                          up = up.parentElement.closest('details')) up.open = true;
                        term.scrollIntoView({ block: 'center', inline: 'center' });
                        term.focus({ preventScroll: true });
                        term.click();
                        const note = document.getElementById('term-note');
                        const box = note.getBoundingClientRect();
                        return [note.hidden, note.textContent, box.left, box.right, box.top,
                          box.bottom]''', at)
                    self.assertFalse(note[0])
                    self.assertEqual(note[1], meaning)
                    self.assertGreaterEqual(note[2], 0)
                    self.assertLessEqual(note[3], width)
                    self.assertGreaterEqual(note[4], 0)
                    self.assertLessEqual(note[5], 900)
            page.keys('ESCAPE')
            self.assertTrue(page.run('return document.getElementById("term-note").hidden'))


class Tools(Quiet):
    def test_legend_and_switches_toggle_series(self):
        page = page_of('tiny')
        figure = page.figure('design-space')
        frontier = page.series_index(figure, 'frontier')
        before = page.marks('design-space')[frontier]['drawn']
        self.assertGreater(before, 0)
        page.click_legend('design-space', 'frontier')
        self.assertEqual(page.marks('design-space')[frontier]['drawn'], 0)
        self.assertEqual(page.switches('design-space')['frontier'], False)
        page.switch('design-space', 'frontier')
        self.assertEqual(page.marks('design-space')[frontier]['drawn'], before)

    def test_downloads_are_svg_and_the_csv(self):
        for figure in page_of('tiny', theme='dark').figures():
            with self.subTest(figure['id']):
                page = page_of('tiny', theme='dark')  # Chromium lets one page start ten
                page.press_tool(figure['id'], 'CSV')
                text = page.downloaded(DOWNLOADS, figure['id'] + '.csv')
                self.assertEqual(text, figure['csv'])
                self.assertGreater(text.count('\n'), 1)
                page.press_tool(figure['id'], 'SVG')
                text = page.downloaded(DOWNLOADS, figure['id'] + '.svg')
                root = ElementTree.fromstring(text)
                self.assertEqual(root.tag, '{http://www.w3.org/2000/svg}svg')
                self.assertEqual(root[0].text, figure['title'])
                self.assertIn('sans-serif', root.get('font-family'))
                self.assertGreater(len(list(root.iter('{http://www.w3.org/2000/svg}path'))), 5)
                for element in root.iter():
                    for name, value in element.attrib.items():
                        if name.split('}')[-1] == 'href':
                            self.assertTrue(value.startswith(('#', 'data:')), value)
                paper = next(root.iter('{http://www.w3.org/2000/svg}rect'))
                self.assertIn('rgb(255, 255, 255)', paper.get('style'))  # in the dark theme, too

    def test_the_table_holds_the_csv(self):
        page = page_of('tiny')
        for figure in page.figures():
            with self.subTest(figure['id']):
                page.press_tool(figure['id'], 'Table')
                rows = page.table(figure['id'])
                lines = figure['csv'].strip().split('\n')
                self.assertEqual(len(rows), min(501, len(lines)))
                self.assertEqual(','.join(rows[0]), lines[0])
                page.press_tool(figure['id'], 'Table')
                self.assertEqual(page.table(figure['id']), [])

    def test_the_theme_is_kept(self):
        page = page_of('tiny')
        self.assertEqual(page.theme(), 'light')
        for shown in ['light', 'dark']:
            page.press_theme()
            self.assertEqual(page.theme(), shown)
        page = page_of('tiny')
        self.assertEqual(page.theme(), 'dark')
        page.press_theme()
        self.assertEqual(page.theme(), 'light')  # the system's again


class Looks(Quiet):
    def test_nothing_overflows_and_no_text_is_cut_or_overlaps(self):
        for run in ['tiny', 'stopped', 'both']:
            for width in [1280, 768, 360]:
                page = page_of(run, width)
                with self.subTest(run=run, width=width):
                    self.assertLessEqual(page.overflow(), 0)
                for figure in page.figures():
                    with self.subTest(run=run, width=width, figure=figure['id']):
                        self.assertEqual(page.cut_texts(figure['id']), [])
                        self.assertEqual(page.overlapping_texts(figure['id']), [])

    def test_contrast_in_both_themes(self):
        for theme in ['light', 'dark']:
            page = page_of('tiny', theme=theme)
            colours = page.colours()
            for role in ['ink', 'soft', 'good', 'bad', 'link', 'book', 'bound', 'chosen']:
                for paper in ['paper', 'band']:
                    with self.subTest(theme, role=role, paper=paper):
                        self.assertGreaterEqual(page.contrast(colours[role], colours[paper]), 4.5)
            # Marks: WCAG 2.1, success criterion 1.4.11.
            for role in ['frontier', 'quiet', 'focus'] + [f'p{i}' for i in range(1, 10)]:
                with self.subTest(theme, role=role):
                    self.assertGreaterEqual(page.contrast(colours[role], colours['paper']), 3)
            for figure in page.figures():
                with self.subTest(theme, figure=figure['id']):
                    for text, colour in page.text_colours(figure['id']):
                        self.assertGreaterEqual(page.contrast(colour, colours['paper']), 4.5, text)

    def test_colours_differ_to_the_colour_blind(self):
        for theme in ['light', 'dark']:
            page = page_of('tiny', theme=theme)
            colours = page.colours()
            for kind in page.COLOUR_BLINDNESS:
                for i in range(1, 9):
                    with self.subTest(theme, kind=kind, series=i):
                        # 10 is about four times what two patches side by side need.
                        self.assertGreaterEqual(
                            page.difference(colours[f'p{i}'], colours[f'p{i + 1}'], kind), 10)


class Answer(Quiet):
    """What a reader asks first is there before anything is scrolled, on a phone, too."""

    def test_sentence_and_drawing_stand_first(self):
        for width, shown in [(1400, 'wide'), (390, 'narrow')]:
            page_of('tiny', width)
            with self.subTest(width=width):
                sentence = DRIVER.find_element('css selector', 'main > p.result')
                self.assertRegex(sentence.text, r'times a second with .* mW.* % of the test set wrong.*'
                                                r'lanes? of .* at .* MHz')
                self.assertLess(sentence.rect['y'] + sentence.rect['height'], 800)
                for style in ['wide', 'narrow']:
                    drawing = DRIVER.find_element('css selector', 'svg.machine.' + style)
                    self.assertEqual(drawing.is_displayed(), style == shown)
                drawing = DRIVER.find_element('css selector', 'svg.machine.' + shown)
                self.assertEqual(DRIVER.execute_script(self.OUTSIDE, drawing), [])

    # Texts of a drawing that are wider than the box that they begin in, or lie outside of it.
    OUTSIDE = '''
      const boxes = [...arguments[0].querySelectorAll('rect')].map((r) => r.getBoundingClientRect());
      return [...arguments[0].querySelectorAll('text')].filter((text) => {
        const t = text.getBoundingClientRect();
        return !boxes.some((b) => t.left >= b.left && t.right <= b.right + 0.5 &&
          t.top >= b.top - 2 && t.bottom <= b.bottom + 2);
      }).map((text) => text.textContent);'''

    def test_no_table_of_the_result_is_wider_than_the_page(self):
        for width in [1400, 390]:
            page_of('tiny', width)
            for table in DRIVER.find_elements('css selector', '#stages > .scroll'):
                with self.subTest(width=width, table=table.get_attribute('aria-label')):
                    wider = DRIVER.execute_script(
                        'return arguments[0].scrollWidth - arguments[0].clientWidth', table)
                    self.assertLessEqual(wider, 0)

    def test_figures_take_the_width_of_the_paper(self):
        page_of('tiny', 1400)
        DRIVER.execute_cdp_cmd('Emulation.setEmulatedMedia', {'media': 'print'})
        try:
            DRIVER.set_window_size(794, 1123)  # A4 at 96 pixels an inch
            DRIVER.execute_script("window.dispatchEvent(new Event('beforeprint'))")
            paper = DRIVER.execute_script('return document.documentElement.clientWidth')
            for drawing in DRIVER.find_elements('css selector', '.drawing svg, svg.machine.wide'):
                rect = drawing.rect
                self.assertLessEqual(rect['x'] + rect['width'], paper)
                self.assertGreater(rect['width'], 0.8 * paper)
        finally:
            DRIVER.execute_cdp_cmd('Emulation.setEmulatedMedia', {'media': ''})


class Comparison(Quiet):
    def test_a_verdict_stands_first_and_the_runs_by_any_two_numbers(self):
        page = page_of('both')
        first = DRIVER.find_element('css selector', 'main > p')
        self.assertEqual(first.get_attribute('class'), 'result')
        self.assertRegex(first.text, r'Of 2 finished runs, (tiny|narrow) takes the least power: .* mW, '
                                     r'.* % wrong on test, ')
        self.assertNotIn("the book's mean", page.text())  # the digits are not the book's
        self.assertEqual(page.figures()[1]['id'], 'runs')
        page.choose('runs', 0, 'supply of the weights, V')
        page.choose('runs', 1, 'error on validation, %')
        self.assertEqual(page.run('return document.querySelector("#runs h3").textContent'),
                         'The runs by any two of their numbers: error on validation against '
                         'supply of the weights')
        self.assertEqual(page.marks_shown('runs'), 2)

    def test_runs_stand_side_by_side(self):
        page = page_of('both')
        text = page.text()
        for words in ['tiny', 'narrow', 'geometric mean', 'budget.itn', 'faults.maps_max']:
            self.assertIn(words, text)
        self.assertGreaterEqual(len(page.figures()), 3)
        for figure in page.figures():
            with self.subTest(figure['id']):
                self.assertGreater(sum(mark['drawn'] for mark in page.marks(figure['id'])), 0)
                page.tab_to(figure['id'])
                page.keys('ARROW_RIGHT')
                self.assertIsNotNone(page.tip(figure['id']))


class Offline(unittest.TestCase):
    def test_the_page_may_connect_to_nothing(self):
        page = page_of('tiny')
        for attempt in ["fetch('http://127.0.0.1:9/').then(() => 'connected')",
                        "new Promise((done, fail) => { const i = new Image(); i.onload = () => "
                        "done('connected'); i.onerror = fail; i.src = 'http://127.0.0.1:9/a.png' })"]:
            with self.subTest(attempt):
                self.assertEqual(page.attempt(attempt), 'connect-src' if 'fetch' in attempt
                                 else 'img-src')
        self.assertEqual(page.inline_script(), False)


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
