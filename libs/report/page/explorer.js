
// What a reader asks of a cloud of points: any two quantities as axes, a colour by any quantity,
// and filters by parallel coordinates. ECharts' common build, the one that Debian has, draws no
// parallel coordinates, so that they are drawn here, as SVG.

const kMostPlaces = 12;   // whole values of a quantity that have a place each on its axis
const kSide = 60;         // pixels beside the first and the last axis, for their names
const kColourSteps = 6;   // --s1 .. --s6
const kDecadesOfLog = 1.3;  // a quantity that spans more of them has a logarithmic axis

/// Values of a dimension over the explored series of an option.
minerva.valuesOf = function (explore, option, name) {
  const values = [];
  for (const series of minerva.asArray(option.series)) {
    const at = (series.dimensions || []).indexOf(name);
    if (at < 0 || !explore.series.includes(series.name)) continue;
    for (const item of series.data) {
      const value = minerva.rowOf(item)[at];
      if (typeof value === 'number') values.push(value);
    }
  }
  return values;
};

/// The scale of a quantity: few whole values with a place each, or a logarithm, or a line. Places
/// are 0 to 1.
minerva.scaleOf = function (values) {
  const distinct = Array.from(new Set(values)).sort((a, b) => a - b);
  const low = distinct[0];
  const high = distinct[distinct.length - 1];
  if (distinct.length <= kMostPlaces && distinct.every(Number.isInteger)) {
    const last = Math.max(1, distinct.length - 1);
    return { low, high, ticks: distinct, place: (value) => distinct.indexOf(value) / last };
  }
  const log = low > 0 && Math.log10(high / low) > kDecadesOfLog;
  const on = log ? Math.log10 : (value) => value;
  return { low, high, log, ticks: [low, high],
    place: (value) => (on(value) - on(low)) / (on(high) - on(low)) };
};

/// Classes of a quantity for colours: upper ends, rising, and what each is called.
minerva.colourClasses = function (values, unit) {
  const sorted = values.slice().sort((a, b) => a - b);
  const distinct = Array.from(new Set(sorted));
  const all = distinct.length <= kMostPlaces ? distinct : sorted;
  const count = Math.min(kColourSteps, distinct.length);
  const classes = [];
  for (let k = 0; k < count; ++k) {
    const from = all[Math.ceil(k * all.length / count)];
    const to = all[Math.ceil((k + 1) * all.length / count) - 1];
    if (classes.length > 0 && to <= classes[classes.length - 1].to) continue;
    const text = from === to ? minerva.cellText(to, unit)
      : minerva.numberText(from) + ' to ' + minerva.cellText(to, unit);
    // The ends of the ramp are always used.
    const step = count === 1 ? 1 : 1 + Math.round(k * (kColourSteps - 1) / (count - 1));
    classes.push({ to, text, role: '@s' + step });
  }
  return classes;
};

minerva.classOf = (classes, value) => classes.find((each) => value <= each.to);

/// Whether a row is within every range, [low, high] by dimension.
minerva.passes = (ranges, series, row) =>
  Object.entries(ranges).every(([name, [low, high]]) => {
    const value = row[series.dimensions.indexOf(name)];
    return value >= low && value <= high;
  });

/// The number of one digit, 1, 2 or 5, at or below a value, or at or above it.
minerva.roundEnd = function (value, up) {
  const decade = 10 ** Math.floor(Math.log10(value) + 1e-12);
  const ends = [1, 2, 5, 10].map((digit) => Number((digit * decade).toPrecision(1)));
  return up ? ends.find((end) => end >= value * (1 - 1e-9))
    : ends.reverse().find((end) => end <= value * (1 + 1e-9));
};

/// An axis for a quantity that a reader has chosen, with ends that are round.
minerva.axisOf = function (name, values) {
  const { low, high } = minerva.scaleOf(values);
  if (low > 0 && Math.log10(high / low) > kDecadesOfLog) {
    return { type: 'log', name, min: minerva.roundEnd(low, false),
      max: minerva.roundEnd(high, true) };
  }
  const step = minerva.roundEnd((high - low) / 5 || Math.abs(high) || 1, true);
  const round = (value) => Number(value.toPrecision(6));
  return { type: 'value', name, min: round(step * Math.floor(low / step)),
    max: round(step * Math.ceil(high / step)) };
};

/// A figure's option as its reader wants it. `view`: x, y and colour, names of dimensions or empty;
/// ranges, [low, high] by dimension.
minerva.exploredOption = function (data, view) {
  const { explore } = data;
  const option = Object.assign({}, data.option);
  const other = view.x !== explore.x || view.y !== explore.y;
  const classes = view.colour === '' ? [] : minerva.colourClasses(
    minerva.valuesOf(explore, data.option, view.colour), minerva.dimension(view.colour).unit);
  const coloured = (series, item) => {
    if (view.colour === '') return item;
    const row = minerva.rowOf(item);
    const found = minerva.classOf(classes, row[series.dimensions.indexOf(view.colour)]);
    return found ? { value: row, itemStyle: { color: found.role } } : item;
  };
  option.series = [];
  for (const series of minerva.asArray(data.option.series)) {
    const dimensions = series.dimensions || [];
    if (other && !(dimensions.includes(view.x) && dimensions.includes(view.y))) continue;
    const shown = Object.assign({}, series);
    if (other) {
      shown.encode = { x: dimensions.indexOf(view.x), y: dimensions.indexOf(view.y) };
      if (series.type === 'line') {
        shown.lineStyle = Object.assign({}, series.lineStyle, { opacity: 0 });
      }
    }
    if (explore.series.includes(series.name)) {
      shown.data = series.data
        .filter((item) => minerva.passes(view.ranges, series, minerva.rowOf(item)))
        .map((item) => coloured(series, item));
      if (view.colour !== '' && shown.itemStyle) {
        shown.itemStyle = Object.assign({}, shown.itemStyle, { opacity: 1 });
      }
    }
    option.series.push(shown);
  }
  if (other) {
    const axis = (name) => minerva.axisOf(name, minerva.valuesOf(explore, data.option, name));
    option.xAxis = axis(view.x);
    option.yAxis = axis(view.y);
  }
  return { option, classes };
};

/// The controls under a figure, and its parallel coordinates.
minerva.Explorer = class {
  constructor(figure) {
    this.figure = figure;
    this.explore = figure.data.explore;
    this.view = { x: this.explore.x, y: this.explore.y, colour: '', ranges: {} };
    this.classes = [];  // of the colour
    this.axes = this.explore.axes.map((name) => ({ name, scale: minerva.scaleOf(
      minerva.valuesOf(this.explore, figure.data.option, name)) }))
      .filter((axis) => axis.scale.low < axis.scale.high);
    this.count = this.rows().length;
    this.build();
  }

  /// Every explored row with the series that it is of.
  rows() {
    const rows = [];
    for (const series of minerva.asArray(this.figure.data.option.series)) {
      if (!this.explore.series.includes(series.name)) continue;
      for (const item of series.data) rows.push({ series, row: minerva.rowOf(item) });
    }
    return rows;
  }

  build() {
    const title = this.figure.data.title;
    const choice = (label, name, empty) => {
      const list = minerva.element('select', { 'aria-label': label + ' of: ' + title });
      if (empty) list.append(minerva.element('option', { value: '' }, empty));
      for (const each of this.explore.quantities) {
        list.append(minerva.element('option', { value: each }, each));
      }
      list.value = this.view[name];
      list.addEventListener('change', () => {
        this.view[name] = list.value;
        this.show();
      });
      return minerva.element('label', {}, label + ' ', list);
    };
    this.legend = minerva.element('p', { class: 'ramp', hidden: '' });
    this.status = minerva.element('span', { role: 'status' });
    this.clear = minerva.element('button', { type: 'button', hidden: '' }, 'Clear the filters');
    this.clear.addEventListener('click', () => {
      this.view.ranges = {};
      this.show();
    });
    this.plot = minerva.element('div', { class: 'parallel' });
    this.inputs = {};
    const numbers = minerva.element('div', { class: 'ranges' });
    for (const { name, scale } of this.axes) {
      const input = (end, at) => {
        const made = minerva.element('input', { type: 'number', step: 'any',
          placeholder: minerva.tickText(scale[at]), 'aria-label': `${name}, ${end}` });
        made.addEventListener('change', () => this.type(name));
        return made;
      };
      this.inputs[name] = [input('least', 'low'), input('most', 'high')];
      numbers.append(minerva.element('div', {}, minerva.element('span', {}, name),
        this.inputs[name][0], ' to ', this.inputs[name][1]));
    }
    this.box = minerva.element('details', { class: 'explore' },
      minerva.element('summary', {}, 'Explore: axes, colours, filters'),
      minerva.element('div', { class: 'choices' }, choice('Across', 'x'), choice('Up', 'y'),
        choice('Colour by', 'colour', 'what it is')),
      this.legend,
      minerva.element('p', { class: 'soft' }, 'A drag along an axis keeps the ' +
        this.explore.noun + ' whose lines pass there; a tap on it drops the filter. ',
      this.status, ' ', this.clear),
      this.plot,
      minerva.element('details', {},
        minerva.element('summary', {}, 'Filters as numbers'), numbers));
    this.box.open = this.figure.drawing.clientWidth >= 640;
    this.figure.tools.after(this.box);
    this.box.addEventListener('toggle', () => this.draw());
    new ResizeObserver(() => {
      if (this.plot.clientWidth !== this.width) this.draw();
    }).observe(this.plot);
    this.say();
    this.draw();
  }

  /// The filter of a quantity from its two fields.
  type(name) {
    const { scale } = this.axes.find((axis) => axis.name === name);
    const [least, most] = this.inputs[name].map((input) =>
      (input.value === '' ? null : Number(input.value)));
    this.filter(name, least === null && most === null ? null
      : [least === null ? scale.low : least, most === null ? scale.high : most]);
  }

  filter(name, range) {
    if (range) {
      this.view.ranges[name] = range;
    } else {
      delete this.view.ranges[name];
    }
    this.show();
  }

  /// Draws everything anew, as when the view or the theme changed.
  show() {
    const { option, classes } = minerva.exploredOption(this.figure.data, this.view);
    this.classes = classes;
    this.figure.showOption(option, this.title());
    this.legend.hidden = classes.length === 0;
    const roles = minerva.roles();
    this.legend.replaceChildren(minerva.dimension(this.view.colour).label + ': ',
      ...classes.map((each) => minerva.element('span', {}, minerva.element('i',
        { style: 'background:' + roles[each.role.slice(1)] }), each.text)));
    for (const [name, fields] of Object.entries(this.inputs)) {
      const range = this.view.ranges[name] || ['', ''];
      fields.forEach((field, i) => { field.value = range[i]; });
    }
    this.say();
    this.draw();
  }

  /// The figure's title, with the quantities that are shown.
  title() {
    const { title } = this.figure.data;
    const { x, y } = this.view;
    if (x === this.explore.x && y === this.explore.y) return title;
    return title.split(': ')[0] + ': ' + minerva.dimension(y).label + ' against ' +
      minerva.dimension(x).label;
  }

  passes({ series, row }) {
    return minerva.passes(this.view.ranges, series, row);
  }

  say() {
    const filters = Object.keys(this.view.ranges).length;
    const kept = filters === 0 ? this.count
      : this.rows().filter((each) => this.passes(each)).length;
    this.status.textContent = filters === 0 ? `All ${minerva.numberText(kept)} are shown.`
      : `${minerva.numberText(kept)} of ${minerva.numberText(this.count)} are within the filters.`;
    this.clear.hidden = filters === 0;
  }

  /// Where axis k lies and how it runs: side by side, or one below the other on a narrow page.
  layOut() {
    this.width = this.plot.clientWidth;
    const narrow = this.width < 560;
    const last = Math.max(1, this.axes.length - 1);
    const height = narrow ? 50 * this.axes.length + 16 : 300;
    const at = narrow
      ? (k, place) => [20 + place * (this.width - 40), 36 + 50 * k]
      : (k, place) => [kSide + k * (this.width - 2 * kSide) / last,
        height - 18 - place * (height - 74)];
    return { narrow, height, at };
  }

  draw() {
    if (!this.box.open || this.plot.clientWidth === 0 || this.axes.length < 2) return;
    this.layout = this.layOut();
    const { narrow, height, at } = this.layout;
    const roles = minerva.roles();
    const svg = minerva.svgElement('svg', { width: this.width, height,
      viewBox: `0 0 ${this.width} ${height}`, role: 'img',
      'aria-label': 'Parallel coordinates: ' + this.axes.map((axis) => axis.name).join('; ') });
    this.addLines(svg, roles);
    this.chosenLine = minerva.svgElement('path', { fill: 'none', stroke: roles.ink,
      'stroke-width': 3 });
    svg.append(this.chosenLine);
    this.axes.forEach((axis, k) => this.addAxis(svg, axis, k, roles));
    this.plot.replaceChildren(svg);
    this.plot.dataset.layout = narrow ? 'narrow' : 'wide';
    this.mark();
  }

  pathOf({ series, row }) {
    const corners = this.axes.map(({ name, scale }, k) => {
      const value = row[series.dimensions.indexOf(name)];
      return typeof value === 'number'
        ? this.layout.at(k, scale.place(value)).map((x) => x.toFixed(1)).join(' ') : null;
    }).filter((corner) => corner !== null);
    return 'M' + corners.join('L');
  }

  /// One path a colour; what is filtered out lies faintly behind.
  addLines(svg, roles) {
    const paths = new Map();
    const add = (colour, width, opacity, each) => {
      const key = colour + width;
      if (!paths.has(key)) paths.set(key, { colour, width, opacity, text: '' });
      paths.get(key).text += this.pathOf(each);
    };
    for (const each of this.rows()) {
      const first = each.series === this.rowsFirst();
      if (!this.passes(each)) {
        add(roles.line, 0.6, 0.5, each);
      } else if (this.view.colour === '') {
        add(first ? roles.quiet : roles.frontier, first ? 0.7 : 1.2, first ? 0.5 : 0.9, each);
      } else {
        const found = minerva.classOf(this.classes,
          each.row[each.series.dimensions.indexOf(this.view.colour)]);
        add(found ? roles[found.role.slice(1)] : roles.quiet, 1, 0.8, each);
      }
    }
    const order = Array.from(paths.values()).sort((a, b) => a.width - b.width);
    for (const { colour, width, opacity, text } of order) {
      svg.append(minerva.svgElement('path', { d: text, fill: 'none', stroke: colour,
        'stroke-width': width, 'stroke-opacity': opacity }));
    }
  }

  /// The first explored series, which is the cloud where there are several.
  rowsFirst() {
    const explored = minerva.asArray(this.figure.data.option.series)
      .filter((series) => this.explore.series.includes(series.name));
    return explored.length > 1 ? explored[0] : null;
  }

  addAxis(svg, axis, k, roles) {
    const { narrow, at } = this.layout;
    const [x0, y0] = at(k, 0);
    const [x1, y1] = at(k, 1);
    svg.append(minerva.svgElement('line', { x1: x0, y1: y0, x2: x1, y2: y1, stroke: roles.ink }));
    const label = (x, y, text, anchor, soft) => {
      const made = minerva.svgElement('text', { x, y, 'text-anchor': anchor, 'font-size': 12,
        fill: soft ? roles.soft : roles.ink, 'font-family': roles.font, stroke: roles.paper,
        'stroke-width': 3, 'paint-order': 'stroke' });
      text.split('\n').forEach((line, i) => made.append(
        minerva.svgElement('tspan', { x, dy: i === 0 ? 0 : 13 }, line)));
      svg.append(made);
    };
    const { scale } = axis;
    if (narrow) {
      label(x0 - 12, y0 - 20, axis.name, 'start');
      label(x0 - 12, y0 + 15, minerva.tickText(Number(scale.low.toPrecision(3))), 'start', true);
      label(x1 + 12, y1 + 15, minerva.tickText(Number(scale.high.toPrecision(3))), 'end', true);
    } else {
      const place = (this.width - 2 * kSide) / Math.max(1, this.axes.length - 1) - 6;
      const lines = minerva.wrapped(axis.name, Math.min(place, 2 * kSide - 8), (text) =>
        minerva.textWidth(text, roles.font)).split('\n');
      label(x1, y1 - 16 - 13 * (lines.length - 1), lines.join('\n'), 'middle');
      const room = (y0 - y1) / 15;
      const ticks = scale.ticks.length <= room ? scale.ticks : [scale.low, scale.high];
      for (const tick of ticks) {
        const [x, y] = at(k, scale.place(tick));
        label(x - 5, y + 4, minerva.tickText(Number(tick.toPrecision(3))), 'end', true);
      }
    }
    this.addBrush(svg, axis, k, roles);
  }

  /// What a drag along an axis does.
  addBrush(svg, axis, k, roles) {
    const { narrow, at } = this.layout;
    const ends = [at(k, 0), at(k, 1)];
    const along = narrow ? 0 : 1;
    const [zero, one] = [ends[0][along], ends[1][along]];
    const box = (from, to, thick) => {
      const [low, high] = [from, to].map((place) => zero + place * (one - zero))
        .sort((a, b) => a - b);
      return narrow
        ? { x: low, y: ends[0][1] - thick / 2, width: high - low, height: thick }
        : { x: ends[0][0] - thick / 2, y: low, width: thick, height: high - low };
    };
    const shown = minerva.svgElement('rect', { fill: roles.frontier, 'fill-opacity': 0.35,
      stroke: roles.frontier });
    const range = this.view.ranges[axis.name];
    const showAt = (from, to) => {
      for (const [name, value] of Object.entries(box(from, to, 14))) {
        shown.setAttribute(name, value);
      }
    };
    if (range) {
      const places = this.placesWithin(axis, range);
      if (places) showAt(places[0] - 0.015, places[1] + 0.015);
    }
    const grip = minerva.svgElement('rect', Object.assign({ class: 'grip', fill: 'transparent',
      'data-axis': axis.name }, box(-0.03, 1.03, 28)));
    let began = null;
    const placeOf = (event) => {
      const corner = svg.getBoundingClientRect();
      const pixel = narrow ? event.clientX - corner.left : event.clientY - corner.top;
      return Math.max(-0.03, Math.min(1.03, (pixel - zero) / (one - zero)));
    };
    grip.addEventListener('pointerdown', (event) => {
      began = placeOf(event);
      grip.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    grip.addEventListener('pointermove', (event) => {
      if (began !== null) showAt(began, placeOf(event));
    });
    grip.addEventListener('pointerup', (event) => {
      if (began === null) return;
      const [from, to] = [began, placeOf(event)].sort((a, b) => a - b);
      began = null;
      const tap = (to - from) * Math.abs(one - zero) < 5;
      this.filter(axis.name, tap ? null : this.rangeBetween(axis, from, to));
    });
    grip.addEventListener('pointercancel', () => {
      began = null;
      this.draw();
    });
    svg.append(shown, grip);
  }

  /// Least and most of the values whose places lie between two; null: none does.
  rangeBetween(axis, from, to) {
    const within = minerva.valuesOf(this.explore, this.figure.data.option, axis.name)
      .filter((value) => axis.scale.place(value) >= from && axis.scale.place(value) <= to);
    return within.length === 0 ? null : [Math.min(...within), Math.max(...within)];
  }

  placesWithin(axis, [low, high]) {
    const places = minerva.valuesOf(this.explore, this.figure.data.option, axis.name)
      .filter((value) => value >= low && value <= high).map(axis.scale.place);
    return places.length === 0 ? null : [Math.min(...places), Math.max(...places)];
  }

  /// The line of the point on which keyboard or click stands.
  mark() {
    if (!this.chosenLine) return;
    const { at } = this.figure;
    const series = at && this.figure.series(at.seriesIndex);
    const known = series && this.axes.every(({ name }) => (series.dimensions || []).includes(name));
    this.chosenLine.setAttribute('d', known
      ? this.pathOf({ series, row: minerva.rowOf(series.data[at.dataIndex]) }) : '');
  }
};
