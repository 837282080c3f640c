"""A page of minerva as its reader meets it; see report_page_test.py."""
import os
import time

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

# Where a point is drawn: the middle of its mark in the window, and the mark's size.
PLACE = '''
const figure = minerva.figures.find((f) => f.data.id === arguments[0]);
figure.drawing.scrollIntoView({ block: 'center' });
const at = figure.drawing.getBoundingClientRect();
const data = figure.chart.getModel().getSeriesByIndex(arguments[1]).getData();
const middle = (i) => {
  const mark = data.getItemGraphicEl(i);
  if (!mark) return null;
  const rect = mark.getBoundingRect().clone();
  rect.applyTransform(mark.getComputedTransform());
  return { x: at.left + rect.x + rect.width / 2, y: at.top + rect.y + rect.height / 2,
    width: rect.width, height: rect.height };
};
return arguments[2].map(middle);
'''

# Every text that is drawn, with its box in the window.
TEXTS = '''
const drawing = document.querySelector('#' + CSS.escape(arguments[0]) + ' .drawing');
return Array.from(drawing.querySelectorAll('svg text')).filter((t) => t.textContent.trim())
  .map((t) => {
    const box = t.getBoundingClientRect();
    const all = drawing.getBoundingClientRect();
    const m = t.getScreenCTM();
    return { text: t.textContent, x: box.x - all.x, y: box.y - all.y, width: box.width,
      height: box.height, slanted: Math.abs(m.b) > 0.01,
      right: all.width, bottom: all.height, fill: getComputedStyle(t).fill };
  });
'''


class Page:
    # Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision
    # Deficiency", 2009, severity 1, on linear RGB.
    COLOUR_BLINDNESS = {
        'protanopia': [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                       [-0.003882, -0.048116, 1.051998]],
        'deuteranopia': [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                         [-0.011820, 0.042940, 0.968881]],
        'tritanopia': [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                       [0.004733, 0.691367, 0.303900]]}

    def __init__(self, driver):
        self.driver = driver

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def figures(self):
        return self.run('return minerva.figures.map((f) => f.data)')

    def figure(self, name):
        return next(figure for figure in self.figures() if figure['id'] == name)

    @staticmethod
    def series_index(figure, name):
        return next(i for i, s in enumerate(figure['option']['series']) if s['name'] == name)

    def text(self):
        return self.run('return document.body.innerText')

    def overflow(self):
        """Pixels by which the page is wider than the window."""
        return self.run('return document.documentElement.scrollWidth - innerWidth')

    def marks(self, name):
        """Of every series, how many of its points lie within the axes, and how many are drawn."""
        return self.run('''
            const figure = minerva.figures.find((f) => f.data.id === arguments[0]);
            const model = figure.chart.getModel();
            return figure.data.option.series.map((series, seriesIndex) => {
              const shown = model.getSeriesByIndex(seriesIndex);
              let drawn = 0;
              if (shown && !model.isSeriesFiltered(shown)) {
                shown.getData().eachItemGraphicEl((mark) => {
                  const rect = mark.getBoundingRect();
                  if (rect.width > 0 && rect.height > 0) ++drawn;
                });
              }
              const within = series.data.filter((row, i) => figure.chart.containPixel(
                { seriesIndex }, figure.chart.convertToPixel({ seriesIndex },
                  figure.drawnAt(series, i)))).length;
              return { drawn, within };
            });''', name)

    # Pointer

    def mouse(self, kind, x, y, **more):
        self.driver.execute_cdp_cmd('Input.dispatchMouseEvent',
                                    {'type': kind, 'x': x, 'y': y, **more})

    def place(self, figure, series, points):
        return self.run(PLACE, figure['id'], series, points)

    def leave(self, name):
        self.run('document.getElementById(arguments[0]).querySelector(".drawing")'
                 '.scrollIntoView({ block: "center" })', name)
        self.mouse('mouseMoved', 1, 1)
        self.run('minerva.figures.find((f) => f.data.id === arguments[0]).chart'
                 '.dispatchAction({ type: "hideTip" })', name)

    def hover(self, figure, series, point):
        """The tip over a point. On a loaded machine the figure may still be moving to its place when the
        pointer arrives, so the pointer follows it, as a reader's hand would."""
        def tip_there():
            [spot] = self.place(figure, series, [point])
            # A ring is pointed at on its line: its middle is open for what lies behind it.
            open_ring = figure['option']['series'][series].get('symbol') == 'emptyCircle'
            x = spot['x'] - (spot['width'] / 2 - 1.5 if open_ring else 0)
            self.mouse('mouseMoved', x - 1, spot['y'])
            self.mouse('mouseMoved', x, spot['y'])
            return self.tip(figure['id'])
        return self.wait(tip_there)

    def hover_some(self, figure, series):
        """Hovers over points of a series until one shows a tip; None if none can be pointed at."""
        count = len(figure['option']['series'][series]['data'])
        points = sorted(set(range(0, count, max(1, count // 5))) | {count - 1})
        for point, spot in zip(points, self.place(figure, series, points)):
            if spot and spot['width'] >= 3 and spot['height'] >= 3:
                tip = self.hover(figure, series, point)
                if not tip:
                    raise AssertionError(f'no tip over point {point}')
                return tip
        return None

    def click(self, figure, series, point):
        [spot] = self.place(figure, series, [point])
        self.mouse('mouseMoved', spot['x'], spot['y'])
        for kind in ['mousePressed', 'mouseReleased']:
            self.mouse(kind, spot['x'], spot['y'], button='left', clickCount=1)

    def click_legend(self, name, series):
        spot = self.run('''
            const drawing = document.querySelector('#' + CSS.escape(arguments[0]) + ' .drawing');
            drawing.scrollIntoView({ block: 'center' });
            const text = Array.from(drawing.querySelectorAll('svg text'))
              .find((t) => t.textContent === arguments[1]);
            const box = text.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];''', name, series)
        self.mouse('mouseMoved', *spot)
        for kind in ['mousePressed', 'mouseReleased']:
            self.mouse(kind, *spot, button='left', clickCount=1)

    def tip(self, name):
        """The text of the tooltip that is shown, or None."""
        return self.run('''
            const tip = document.querySelector('#' + CSS.escape(arguments[0]) + ' .drawing .tip');
            if (!tip) return null;
            const style = getComputedStyle(tip.parentElement);
            const hidden = style.display === 'none' || style.visibility === 'hidden' ||
              style.opacity === '0';
            return hidden ? null : tip.innerText;''', name)

    @staticmethod
    def wait(condition, seconds=3):
        end = time.monotonic() + seconds
        while True:
            value = condition()
            if value or time.monotonic() > end:
                return value
            time.sleep(0.02)

    # Keyboard

    def keys(self, *names):
        actions = ActionChains(self.driver, duration=0)
        for name in names:
            actions.send_keys(getattr(Keys, name))
        actions.perform()

    def tab_to(self, name):
        """Presses Tab from wherever the focus is until the figure's drawing has it."""
        for _ in range(300):
            if self.run('return document.activeElement.classList.contains("drawing") && '
                        'document.activeElement.closest("figure").id === arguments[0]', name):
                return
            self.keys('TAB')
        raise AssertionError(f'Tab does not reach {name}')

    def press(self, name, key):
        self.run('document.querySelector("#" + CSS.escape(arguments[0]) + " .drawing").focus()',
                 name)
        self.keys(key)

    def announced(self):
        return self.run('return document.getElementById("announcer").textContent')

    def focus_is_visible(self):
        return self.run('const style = getComputedStyle(document.activeElement);'
                        'return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 1')

    # Tools

    def panel(self, name):
        return self.run('''
            const figure = minerva.figures.find((f) => f.data.id === arguments[0]);
            const panel = figure.panel;
            return { shown: panel.getBoundingClientRect().height > 0, text: panel.innerText,
              values: Array.from(panel.querySelectorAll('td'), (td) => Number(td.dataset.value)),
              bars: figure.panelChart ? figure.panelParts.map((part) => part.text) : [] };''', name)

    def press_tool(self, name, label):
        """As a reader does: a page alone may not start many downloads."""
        spot = self.run('''
            const button = Array.from(document.querySelectorAll('#' + CSS.escape(arguments[0]) +
              ' .tools button')).find((b) => b.textContent === arguments[1]);
            button.scrollIntoView({ block: 'center' });
            const box = button.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];''', name, label)
        for kind in ['mousePressed', 'mouseReleased']:
            self.mouse(kind, *spot, button='left', clickCount=1)

    def switches(self, name):
        return self.run('''return Object.fromEntries(minerva.figures
            .find((f) => f.data.id === arguments[0]).switches.map((s) => [s.name, s.box.checked]))
            ''', name)

    def switch(self, name, series):
        self.press_tool(name, 'Series')
        self.run('''minerva.figures.find((f) => f.data.id === arguments[0]).switches
            .find((s) => s.name === arguments[1]).box.click()''', name, series)

    def table(self, name):
        return self.run('''return Array.from(document.querySelectorAll('#' +
            CSS.escape(arguments[0]) + ' .data tr'),
            (tr) => Array.from(tr.children, (cell) => cell.textContent))''', name)

    def downloaded(self, folder, file):
        path = os.path.join(folder, file)
        if not self.wait(lambda: os.path.exists(path), 10):
            raise AssertionError(f'{file} was not downloaded')
        with open(path, encoding='utf-8', newline='') as text:
            return text.read()

    # Explorer

    def choose(self, name, at, value):
        """Across, up or colour, by its list: 0, 1 or 2."""
        self.run('''
            const list = document.querySelectorAll('#' + CSS.escape(arguments[0]) +
              ' .choices select')[arguments[1]];
            list.value = arguments[2];
            if (list.value !== arguments[2]) throw new Error('no choice ' + arguments[2]);
            list.dispatchEvent(new Event('change'));''', name, at, value)

    def axes(self, name):
        return self.run('''return Array.from(document.querySelectorAll('#' +
            CSS.escape(arguments[0]) + ' .grip'), (grip) => grip.dataset.axis)''', name)

    def drag(self, name, axis, start, end):
        """Along an axis of the parallel coordinates, from one part of its length to another."""
        left, top, width, height = self.run('''
            const grip = Array.from(document.querySelectorAll('#' + CSS.escape(arguments[0]) +
              ' .grip')).find((each) => each.dataset.axis === arguments[1]);
            grip.scrollIntoView({ block: 'center' });
            const box = grip.getBoundingClientRect();
            return [box.left, box.top, box.width, box.height];''', name, axis)
        def spot(part):
            part = (part + 0.03) / 1.06  # the grip reaches a little beyond the axis
            if width > height:
                return left + part * width, top + height / 2
            return left + width / 2, top + (1 - part) * height
        self.mouse('mouseMoved', *spot(start))
        self.mouse('mousePressed', *spot(start), button='left', clickCount=1)
        for step in range(1, 5):
            self.mouse('mouseMoved', *spot(start + (end - start) * step / 4), button='left')
        self.mouse('mouseReleased', *spot(end), button='left', clickCount=1)

    def type(self, name, field, text):
        """Into a field of the filters."""
        self.run('''
            const input = Array.from(document.querySelectorAll('#' + CSS.escape(arguments[0]) +
              ' .ranges input')).find((each) => each.getAttribute('aria-label') === arguments[1]);
            input.value = arguments[2];
            input.dispatchEvent(new Event('change'));''', name, field, text)

    def marks_shown(self, name):
        """Of the first series that is drawn."""
        return self.run('''
            const figure = minerva.figures.find((f) => f.data.id === arguments[0]);
            let drawn = 0;
            figure.chart.getModel().getSeriesByIndex(0).getData().eachItemGraphicEl((mark) => {
              if (mark.getBoundingRect().width > 0) ++drawn;
            });
            return drawn;''', name)

    # Looks

    def theme(self):
        """Of the drawings, by their paper."""
        return 'dark' if self.luminance(self.colours()['paper']) < 0.5 else 'light'

    def press_theme(self):
        self.run('document.getElementById("theme").click()')

    def colours(self):
        return self.run('''
            const style = getComputedStyle(document.documentElement);
            const names = ['ink', 'soft', 'paper', 'band', 'good', 'bad', 'link', 'focus', 'bound',
              'chosen', 'book', 'frontier', 'quiet', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7',
              'p8', 'p9'];
            return Object.fromEntries(names.map((n) =>
              [n, style.getPropertyValue('--' + n).trim()]));''')

    @staticmethod
    def linear(colour):
        if colour.startswith('rgb'):
            parts = [float(x) for x in colour[colour.index('(') + 1:-1].split(',')[:3]]
        else:
            parts = [int(colour[i:i + 2], 16) for i in (1, 3, 5)]
        return [(x / 255 / 12.92 if x <= 0.04045 * 255 else ((x / 255 + 0.055) / 1.055) ** 2.4)
                for x in parts]

    @classmethod
    def luminance(cls, colour):
        """WCAG 2.1, relative luminance."""
        red, green, blue = cls.linear(colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    @classmethod
    def contrast(cls, one, other):
        low, high = sorted([cls.luminance(one), cls.luminance(other)])
        return (high + 0.05) / (low + 0.05)

    @classmethod
    def difference(cls, one, other, kind):
        """Of two colours as the colour-blind see them: CIE 1976 L*a*b*, D65."""
        def lab(colour):
            seen = [sum(m * c for m, c in zip(row, cls.linear(colour)))
                    for row in cls.COLOUR_BLINDNESS[kind]]
            red, green, blue = (min(1, max(0, c)) for c in seen)
            xyz = [(0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
                   0.2126 * red + 0.7152 * green + 0.0722 * blue,
                   (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883]
            x, y, z = (t ** (1 / 3) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29
                       for t in xyz)
            return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
        return sum((a - b) ** 2 for a, b in zip(lab(one), lab(other))) ** 0.5

    def texts(self, name):
        return self.run(TEXTS, name)

    def cut_texts(self, name):
        """Texts that reach out of the drawing by more than a pixel."""
        return [t['text'] for t in self.texts(name)
                if t['x'] < -1 or t['y'] < -1 or t['x'] + t['width'] > t['right'] + 1
                or t['y'] + t['height'] > t['bottom'] + 1]

    def overlapping_texts(self, name):
        """Pairs of texts whose boxes share more than 2 by 2 pixels; slanted ones are left out, as
        their boxes are larger than they."""
        texts = [t for t in self.texts(name) if not t['slanted']]
        pairs = []
        for i, one in enumerate(texts):
            for other in texts[i + 1:]:
                across = (min(one['x'] + one['width'], other['x'] + other['width'])
                          - max(one['x'], other['x']))
                down = (min(one['y'] + one['height'], other['y'] + other['height'])
                        - max(one['y'], other['y']))
                if across > 2 and down > 3:
                    pairs.append((one['text'], other['text']))
        return pairs

    def text_colours(self, name):
        return [(t['text'], t['fill']) for t in self.texts(name)]

    # Connections

    def attempt(self, script):
        """What of the page's policy stops a script, or what the script gives."""
        return self.driver.execute_async_script('''
            const done = arguments[arguments.length - 1];
            document.addEventListener('securitypolicyviolation',
              (event) => done(event.effectiveDirective), { once: true });
            (''' + script + ").then(done, () => setTimeout(() => done('failed'), 500));")

    def inline_script(self):
        """Whether a script that was put into the page runs."""
        return self.run('''
            const script = document.createElement('script');
            script.textContent = 'window.intruder = true';
            document.body.append(script);
            return window.intruder === true;''')
