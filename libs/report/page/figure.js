
// A figure on the page: drawing, tools, table of its data, breakdown of a point.

/// The page's voice for screen readers.
minerva.announce = function (text) {
  document.getElementById('announcer').textContent = text;
};

minerva.download = function (name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = minerva.element('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
};

/// Runs `action` with the roles of the light theme, for paper.
minerva.inLight = function (action) {
  const root = document.documentElement;
  const kept = root.dataset.theme;
  root.dataset.theme = 'light';
  try {
    return action(minerva.roles());
  } finally {
    if (kept) {
      root.dataset.theme = kept;
    } else {
      delete root.dataset.theme;
    }
  }
};

minerva.Figure = class {
  constructor(data) {
    this.data = data;
    this.option = data.option;
    this.title = data.title;
    this.frame = document.getElementById(data.id);
    this.drawing = this.frame.querySelector('.drawing');
    this.selected = {};  // series shown, by name
    this.at = null;      // the point that keyboard or click stands on
    this.drawing.tabIndex = 0;
    this.drawing.setAttribute('role', 'application');
    this.drawing.setAttribute('aria-roledescription', 'figure');
    this.drawing.setAttribute('aria-label', data.title + '. ' + (data.alternative || '') +
      ' Arrow keys go through the points.');
    const stage = minerva.element('div', { class: 'stage' });
    this.drawing.replaceWith(stage);
    stage.append(this.drawing);
    this.stage = stage;
    if (data.breakdown) {
      this.panel = minerva.element('div', { class: 'breakdown', hidden: '', role: 'region',
        'aria-label': data.breakdown.title });
      stage.append(this.panel);
    }
    this.addTools();
    minerva.addKeyboard(this);
    this.draw();
    if (data.explore) this.explorer = new minerva.Explorer(this);
    new ResizeObserver(() => this.resize()).observe(this.drawing);
  }

  /// Draws from nothing, as when the theme changed.
  draw() {
    if (this.chart) this.chart.dispose();
    this.setSize();
    this.chart = echarts.init(this.drawing, null, { renderer: 'svg' });
    this.drawChart();
    this.chart.on('legendselectchanged', (event) => {
      this.selected = event.selected;
      this.showSwitches();
    });
    // A ring means what it is around, also where something else lies in its middle.
    this.chart.on('click', (event) => {
      if (event.componentType !== 'series') return;
      if (this.ringAt(event.event.offsetX, event.event.offsetY)) return;
      this.choose(event.seriesIndex, event.dataIndex);
    });
    this.chart.getZr().on('click', (event) => {
      const ring = this.ringAt(event.offsetX, event.offsetY);
      // After what the chart makes of the same click, which goes by where the points are now.
      if (ring) setTimeout(() => this.choose(ring.seriesIndex, ring.dataIndex));
    });
    if (this.panelDrawing) this.drawBreakdown();
    if (this.explorer) this.explorer.show();
  }

  /// The figure with the option that is shown, which its reader may have changed.
  shown() {
    return Object.assign({}, this.data, { option: this.option });
  }

  showOption(option, title) {
    this.option = option;
    this.title = title;
    this.frame.querySelector('h3').textContent = title;
    this.at = null;
    this.setSize();
    this.chart.resize();
    this.drawChart();
  }

  setSize() {
    this.width = this.drawing.clientWidth;
    this.height = minerva.heightAt(this.shown(), this.width, minerva.roles());
    this.drawing.style.height = this.height + 'px';
  }

  drawChart() {
    minerva.drawInto(this.chart, this.shown(), this.width, this.height, minerva.roles(),
      this.selected);
  }

  resize() {
    if (this.drawing.clientWidth === this.width || this.drawing.clientWidth === 0) return;
    this.setSize();
    this.chart.resize();
    this.drawChart();
    if (this.panelChart) this.panelChart.resize();
  }

  addTools() {
    const tools = minerva.element('div', { class: 'tools' });
    const button = (text, name, action) => {
      const made = minerva.element('button', { type: 'button', 'aria-label': name }, text);
      made.addEventListener('click', () => action(made));
      tools.append(made);
      return made;
    };
    const title = this.data.title;
    button('SVG', 'Download as SVG: ' + title,
      () => minerva.download(this.data.id + '.svg', 'image/svg+xml', this.svg()));
    button('CSV', 'Download the data as CSV: ' + title,
      () => minerva.download(this.data.id + '.csv', 'text/csv', this.data.csv));
    button('Table', 'Show the data as a table: ' + title, (made) => this.toggleTable(made))
      .setAttribute('aria-expanded', 'false');
    this.switches = [];
    const names = minerva.legendNames({ series: minerva.asArray(this.option.series) });
    if (names.length > 1) {
      const list = minerva.element('fieldset', { hidden: '', class: 'switches' },
        minerva.element('legend', { class: 'unseen' }, 'Series shown'));
      for (const name of names) {
        const box = minerva.element('input', { type: 'checkbox' });
        box.checked = true;
        box.addEventListener('change', () =>
          this.chart.dispatchAction({ type: 'legendToggleSelect', name }));
        this.switches.push({ name, box });
        list.append(minerva.element('label', {}, box, ' ' + name));
      }
      button('Series', 'Choose the series shown: ' + title, (made) => {
        list.hidden = !list.hidden;
        made.setAttribute('aria-expanded', String(!list.hidden));
      }).setAttribute('aria-expanded', 'false');
      tools.append(list);
    }
    const keys = 'Arrow keys: points and series' +
      (this.data.breakdown ? '; Enter: ' + this.data.breakdown.title.toLowerCase() : '') +
      '; Escape: close';
    tools.append(minerva.element('span', { class: 'keys' }, keys));
    this.stage.after(tools);
    this.tools = tools;
  }

  showSwitches() {
    for (const { name, box } of this.switches) box.checked = this.selected[name] !== false;
  }

  toggleTable(button) {
    const shown = button.getAttribute('aria-expanded') === 'true';
    button.setAttribute('aria-expanded', String(!shown));
    if (shown) {
      this.table.remove();
      return;
    }
    const [names, ...rows] = minerva.csvRows(this.data.csv);
    const kMostRows = 500;
    const table = minerva.element('table', {}, minerva.element('thead', {},
      minerva.element('tr', {}, ...names.map((name) =>
        minerva.element('th', { scope: 'col' }, name)))));
    const body = minerva.element('tbody');
    for (const row of rows.slice(0, kMostRows)) {
      body.append(minerva.element('tr', {}, ...row.map((cell) =>
        minerva.element('td', isNaN(Number(cell)) ? { class: 't' } : {}, cell))));
    }
    table.append(body);
    this.table = minerva.element('div', { class: 'scroll data', tabindex: '0', role: 'region',
      'aria-label': 'Data of: ' + this.data.title }, table);
    if (rows.length > kMostRows) {
      table.append(minerva.element('caption', {},
        'The first ' + kMostRows + ' of ' + rows.length + ' rows; the CSV has all.'));
    }
    this.tools.after(this.table);
  }

  /// The figure alone as an SVG file: light, on white, with its title, for a paper.
  svg() {
    const width = 960;
    const height = minerva.heightAt(this.shown(), width, minerva.roles()) + 40;
    const host = minerva.element('div', { 'aria-hidden': 'true',
      style: `position:absolute;left:-9999px;top:0;width:${width}px;height:${height}px` });
    document.body.append(host);
    try {
      return minerva.inLight((roles) => {
        const chart = echarts.init(host, null, { renderer: 'svg', width, height });
        const paper = Object.assign({}, roles, { paper: '#ffffff' });
        minerva.drawInto(chart, this.shown(), width, height, paper, this.selected, this.title);
        const svg = host.querySelector('svg').cloneNode(true);
        chart.dispose();
        svg.removeAttribute('style');
        svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
        svg.setAttribute('font-family', roles.font);
        svg.setAttribute('role', 'img');
        const name = document.createElementNS('http://www.w3.org/2000/svg', 'title');
        name.textContent = this.title;
        const text = document.createElementNS('http://www.w3.org/2000/svg', 'desc');
        text.textContent = this.data.alternative || '';
        svg.prepend(name, text);
        return '<?xml version="1.0" encoding="UTF-8"?>\n' +
          new XMLSerializer().serializeToString(svg) + '\n';
      });
    } finally {
      host.remove();
    }
  }

  /// The point of a ring that is shown around a place of the drawing, or null.
  ringAt(x, y) {
    const all = minerva.asArray(this.option.series);
    for (let seriesIndex = all.length - 1; seriesIndex >= 0; --seriesIndex) {
      const series = all[seriesIndex];
      if (series.symbol !== 'emptyCircle' || this.selected[series.name] === false) continue;
      for (let dataIndex = 0; dataIndex < series.data.length; ++dataIndex) {
        const [at, down] = this.chart.convertToPixel({ seriesIndex },
          this.drawnAt(series, dataIndex));
        const radius = (series.symbolSize || 18) / 2;
        if ((x - at) ** 2 + (y - down) ** 2 <= radius ** 2) return { seriesIndex, dataIndex };
      }
    }
    return null;
  }

  series(index) {
    return minerva.asArray(this.option.series)[index];
  }

  /// Parts of a point with their numbers, or null where the figure has no breakdown of it.
  partsOf(series, dataIndex) {
    const breakdown = this.data.breakdown;
    if (!breakdown || !series.dimensions) return null;
    const row = minerva.rowOf(series.data[dataIndex]);
    const parts = breakdown.parts.map((name) => ({
      name: minerva.dimension(name).label, value: row[series.dimensions.indexOf(name)] }));
    if (parts.some((part) => typeof part.value !== 'number')) return null;
    return { parts, total: row[series.dimensions.indexOf(breakdown.total)] };
  }

  /// What a click on a point does: its breakdown beside the figure.
  choose(seriesIndex, dataIndex) {
    const series = this.series(seriesIndex);
    const found = this.partsOf(series, dataIndex);
    if (!found) return;
    const { title, unit } = this.data.breakdown;
    const sum = found.parts.reduce((all, part) => all + part.value, 0);
    const shown = found.parts.filter((part) => part.value > 0);
    const close = minerva.element('button', { type: 'button', class: 'close',
      'aria-label': 'Close' }, '×');
    close.addEventListener('click', () => this.closeBreakdown());
    const facts = minerva.element('dl');
    for (const [name, text] of minerva.facts(this.data, series, dataIndex)) {
      facts.append(minerva.element('div', {}, minerva.element('dt', {}, name),
        minerva.element('dd', {}, text)));
    }
    const rows = found.parts.map((part) => minerva.element('tr', {},
      minerva.element('th', { scope: 'row' }, part.name),
      minerva.element('td', { 'data-value': String(part.value) },
        minerva.cellText(part.value, unit))));
    rows.push(minerva.element('tr', { class: 'total' },
      minerva.element('th', { scope: 'row' }, 'together'),
      minerva.element('td', { 'data-value': String(found.total) },
        minerva.cellText(found.total, unit))));
    this.panelDrawing = minerva.element('div', { class: 'bars', 'aria-hidden': 'true',
      style: `height:${shown.length * 26 + 12}px` });
    this.panelParts = shown.map((part) => ({ name: part.name, value: part.value,
      text: minerva.cellText(part.value, unit) +
        (sum > 0 ? ' (' + Math.round(100 * part.value / sum) + ' %)' : '') }));
    this.panel.replaceChildren(close,
      minerva.element('h4', {}, title + ', ' + minerva.cellText(found.total, unit)),
      minerva.element('p', { class: 'soft' }, series.name),
      this.panelDrawing, minerva.element('table', { class: 'unseen' }, ...rows), facts);
    this.panel.hidden = false;
    this.resize();
    this.drawBreakdown();
    this.at = { seriesIndex, dataIndex };
    this.mark();
    minerva.announce(title + ', ' + minerva.cellText(found.total, unit) + ': ' +
      this.panelParts.map((part) => part.name + ' ' + part.text).join(', '));
  }

  drawBreakdown() {
    if (this.panelChart) this.panelChart.dispose();
    const roles = minerva.roles();
    const names = this.panelParts.map((part) => part.name);
    this.panelChart = echarts.init(this.panelDrawing, null, { renderer: 'svg' });
    this.panelChart.setOption({
      animation: false,
      textStyle: { fontFamily: roles.font },
      grid: { left: 4, right: 112, top: 2, bottom: 2, containLabel: true },
      xAxis: { type: 'value', show: false },
      yAxis: { type: 'category', inverse: true, data: names, axisTick: { show: false },
        axisLabel: { color: roles.ink, fontSize: 12, fontFamily: roles.font, interval: 0,
          width: 110, overflow: 'break' },
        axisLine: { lineStyle: { color: roles.soft } } },
      series: [{ type: 'bar', barMaxWidth: 18, itemStyle: { color: roles[1] },
        label: { show: true, position: 'right', color: roles.ink, fontSize: 12,
          formatter: (point) => this.panelParts[point.dataIndex].text },
        data: this.panelParts.map((part) => part.value) }],
    });
  }

  closeBreakdown() {
    if (!this.panel || this.panel.hidden) return false;
    this.panelChart.dispose();
    this.panelChart = null;
    this.panelDrawing = null;
    this.panel.hidden = true;
    this.panel.replaceChildren();
    this.drawing.focus();
    this.resize();
    return true;
  }

  /// The tooltip of a point, also of one that has no mark of its own, as on a plain line.
  showTip(seriesIndex, dataIndex) {
    const series = this.series(seriesIndex);
    const mark = this.chart.getModel().getSeriesByIndex(seriesIndex).getData()
      .getItemGraphicEl(dataIndex);
    const action = { type: 'showTip', seriesIndex, dataIndex };
    if (!mark) {
      const [x, y] = this.chart.convertToPixel({ seriesIndex }, this.drawnAt(series, dataIndex));
      const html = minerva.tipHtml(series.name, minerva.facts(this.data, series, dataIndex));
      Object.assign(action, { seriesIndex: null, x, y, tooltip: { formatter: () => html } });
    }
    this.chart.dispatchAction(action);
  }

  /// The two cells of a row that are drawn.
  drawnAt(series, dataIndex) {
    const row = minerva.rowOf(series.data[dataIndex]);
    return ['x', 'y'].map((axis, i) => {
      const named = series.encode && minerva.asArray(series.encode[axis])[0];
      const at = typeof named === 'string' ? series.dimensions.indexOf(named) : named;
      return row[at === undefined ? i : at];
    });
  }

  /// Shows where the keyboard or the last click stands.
  mark() {
    this.chart.dispatchAction({ type: 'downplay' });
    if (this.at) this.chart.dispatchAction(Object.assign({ type: 'highlight' }, this.at));
    if (this.explorer) this.explorer.mark();
  }
};
