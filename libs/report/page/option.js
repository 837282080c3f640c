
// From a figure's option to the one that ECharts draws: colours of the theme, functions by name,
// legend, grids, tooltips, ticks, for the width at hand.

/// Functions that a figure's option may name. Each takes the marker {"minerva": name, ...} and
/// returns what ECharts calls.
minerva.functions = {
  /// Three significant digits; with "unit" in the marker, the unit behind it.
  number: (marker) => (value) =>
    minerva.cellText(Number(typeof value === 'object' ? value.value : value), marker.unit),
  tick: () => (value) => minerva.tickText(value),
};

/// Roles of the theme in force: "@bound" is the CSS variable --bound.
minerva.roles = function () {
  const style = getComputedStyle(document.documentElement);
  const names = ['ink', 'soft', 'paper', 'band', 'line', 'good', 'bad', 'bound', 'chosen', 'book',
    'frontier', 'quiet', 's1', 's2', 's3', 's4', 's5', 's6', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
  const roles = { font: style.getPropertyValue('--font').trim() };
  for (const name of names) {
    roles[name] = style.getPropertyValue(/^\d/.test(name) ? '--p' + name : '--' + name).trim();
  }
  return roles;
};

/// A copy with the roles and the named functions put in.
minerva.resolved = function (node, roles, key) {
  if (Array.isArray(node)) return node.map((item) => minerva.resolved(item, roles, key));
  if (typeof node === 'string' && node[0] === '@' && /olor$/.test(key || '')) {
    if (!(node.slice(1) in roles)) throw new Error('no such role: ' + node);
    return roles[node.slice(1)];
  }
  if (node === null || typeof node !== 'object') return node;
  if ('minerva' in node) {
    if (!(node.minerva in minerva.functions)) throw new Error('no such function: ' + node.minerva);
    return minerva.functions[node.minerva](node);
  }
  const copy = {};
  for (const [name, value] of Object.entries(node)) {
    // Rows hold neither roles nor functions unless an item is an object.
    copy[name] = minerva.resolved(value, roles, name);
  }
  return copy;
};

minerva.rowOf = function (item) {
  const row = item !== null && typeof item === 'object' && !Array.isArray(item) ? item.value : item;
  return Array.isArray(row) ? row : [row];
};

/// What a point says: pairs of a dimension's label and its text. Parts of the breakdown, which a
/// click shows, are left out.
minerva.facts = function (figure, series, dataIndex) {
  const row = minerva.rowOf(series.data[dataIndex]);
  const parts = figure.breakdown ? figure.breakdown.parts : [];
  const facts = [];
  (series.dimensions || []).forEach((name, i) => {
    const { label, unit } = minerva.dimension(name);
    const text = minerva.cellText(row[i], unit);
    if (name !== '' && text !== '' && !parts.includes(name)) facts.push([label, text]);
  });
  return facts;
};

minerva.tipHtml = function (heading, facts) {
  const rows = facts.map(([name, text]) =>
    '<tr><th scope="row">' + minerva.escaped(name) + '</th><td>' + minerva.escaped(text) +
    '</td></tr>');
  return '<div class="tip"><b>' + minerva.escaped(heading) + '</b><table>' + rows.join('') +
    '</table></div>';
};

/// All series of one category: a number each, and their sum where they are stacked.
minerva.categoryFacts = function (figure, points) {
  const facts = [];
  const sums = {};
  for (const point of points) {
    const series = figure.option.series[point.seriesIndex];
    const row = minerva.rowOf(series.data[point.dataIndex]);
    // Where a category is drawn, the value is the first number of the row.
    const at = row.findIndex((cell, i) => typeof cell === 'number' && (i > 0 || row.length === 1));
    if (at < 0 || series.silent) continue;
    const { unit } = minerva.dimension((series.dimensions || [])[at] || '');
    facts.push([series.name, minerva.cellText(row[at], unit)]);
    if (!series.stack) continue;
    const sum = sums[series.stack] || (sums[series.stack] = { value: 0, count: 0, unit });
    sum.value += row[at];
    ++sum.count;
  }
  for (const sum of Object.values(sums)) {
    if (sum.count > 1) facts.push(['together', minerva.cellText(sum.value, sum.unit)]);
  }
  return facts;
};

minerva.tooltipText = function (figure) {
  return (params) => {
    if (Array.isArray(params)) {
      if (params.length === 0) return '';
      return minerva.tipHtml(params[0].axisValueLabel || params[0].name,
        minerva.categoryFacts(figure, params));
    }
    if (params.componentType !== 'series') return minerva.tipHtml(params.name || '', []);
    const series = figure.option.series[params.seriesIndex];
    return minerva.tipHtml(series.name, minerva.facts(figure, series, params.dataIndex));
  };
};

minerva.textWidth = (function () {
  const context = document.createElement('canvas').getContext('2d');
  return (text, font) => {
    context.font = '12px ' + font;
    return context.measureText(text).width;
  };
})();

minerva.asArray = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/// Names in the legend: series in order, once each.
minerva.legendNames = function (option) {
  const names = [];
  for (const series of option.series) {
    if (series.name && !series.silent && !names.includes(series.name)) names.push(series.name);
  }
  return names;
};

// Filled ones: the middle of ECharts' empty symbols is white in every theme.
const kSymbols = ['circle', 'rect', 'triangle', 'diamond', 'path://M0 0h12l-6 12z',
  'path://M4 0h4v4h4v4h-4v4h-4v-4h-4v-4h4z', 'path://M3 0h6l3 6l-3 6h-6l-3 -6z', 'roundRect',
  'path://M2 0l4 4l4 -4l2 2l-4 4l4 4l-2 2l-4 -4l-4 4l-2 -2l4 -4l-4 -4z'];
// Rings that are open in the middle, for the same reason.
const kOpenSymbols = {
  emptyCircle: 'path://M0 7a7 7 0 1 1 14 0a7 7 0 1 1 -14 0zM2 7a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z',
};
const kDashes = ['solid', [7, 4], [2, 3], [9, 3, 2, 3], [12, 4], [4, 4], [2, 6], [9, 3, 2, 3, 2, 3],
  [14, 3, 4, 3]];

/// Series that differ by symbol and dash as they do by colour.
minerva.completeSeries = function (option, roles) {
  const order = minerva.legendNames(option);
  option.series.forEach((series, index) => {
    const at = Math.max(0, order.indexOf(series.name));
    const points = series.data.length;
    // What comes later is drawn above.
    const defaults = { symbol: kSymbols[at % kSymbols.length], z: 2 + 0.01 * index };
    if (series.type === 'scatter') {
      defaults.symbolSize = points > 400 ? 6 : 9;
      defaults.progressive = 0;  // every point can be reached by keyboard
    } else if (series.type === 'line') {
      defaults.symbolSize = points > 60 ? 4 : 7;
      defaults.showSymbol = !series.silent;
      series.lineStyle = Object.assign({ type: kDashes[at % kDashes.length], width: 2 },
        series.lineStyle);
    } else if (series.type === 'bar') {
      defaults.barMaxWidth = 56;
      delete defaults.symbol;
    }
    if (series.silent) defaults.tooltip = { show: false };
    // Where keyboard, click or pointer stands.
    defaults.emphasis = { itemStyle: { borderColor: roles.ink, borderWidth: 2 } };
    for (const [key, value] of Object.entries(defaults)) {
      if (series[key] === undefined) series[key] = value;
    }
    if (series.type === 'line' && series.symbol === 'none' && !series.silent) {
      // A plain line's points can be pointed at, too.
      series.symbol = 'circle';
      series.itemStyle = Object.assign({}, series.itemStyle, { opacity: 0 });
      series.emphasis = { itemStyle: Object.assign({ opacity: 1 }, defaults.emphasis.itemStyle) };
    }
    series.symbol = kOpenSymbols[series.symbol] || series.symbol;
    if (series.label) {
      series.label = Object.assign({ color: roles.ink, textBorderWidth: 0 }, series.label);
    }
    for (const kind of ['markLine', 'markPoint', 'markArea']) {
      if (!series[kind]) continue;
      const mark = series[kind];
      mark.label = Object.assign({ color: roles.ink, formatter: '{b}' },
        kind === 'markLine' ? { position: 'insideEndTop' } : {}, mark.label);
      if (kind === 'markLine') {
        mark.symbol = mark.symbol || 'none';
        mark.lineStyle = Object.assign({ color: roles.ink, type: 'dashed', width: 1.5 },
          mark.lineStyle);
      }
    }
  });
};

/// Labels of a category axis wrapped into their place, or slanted where a word has none. Returns
/// the lines of the longest label.
minerva.completeCategories = function (axis, horizontal, plotWidth, roles) {
  const names = (axis.data || []).map((name) =>
    String(name !== null && typeof name === 'object' ? name.value : name));
  const label = { interval: 0, lineHeight: 15 };  // for the tallest of the fonts that may stand in
  let place = Math.floor(plotWidth * 0.42);
  if (horizontal) place = Math.floor(plotWidth / (names.length || 1)) - 8;
  const width = (text) => minerva.textWidth(text, roles.font);
  const longest = (texts) => Math.max(0, ...texts.map(width));
  const wrapped = names.map((name) => minerva.wrapped(name, place, width));
  if (!horizontal || longest(names.flatMap((name) => name.split(/[ \n]/))) <= place) {
    label.formatter = (value, index) => wrapped[index];
  } else if (names.length <= 16) {
    label.rotate = 40;
  } else {
    label.interval = 'auto';
  }
  const given = axis.axisLabel || {};
  if (given.formatter) delete label.formatter;
  axis.axisLabel = Object.assign(label, given);
  return label.formatter ? Math.max(1, ...wrapped.map((name) => name.split('\n').length)) : 1;
};

/// Words in lines of at most `place` pixels; a word that is longer has a line to itself.
minerva.wrapped = function (text, place, width) {
  return text.split('\n').map((line) => {
    const lines = [];
    for (const word of line.split(' ')) {
      const last = lines.length - 1;
      if (last >= 0 && width(lines[last] + ' ' + word) <= place) {
        lines[last] += ' ' + word;
      } else {
        lines.push(word);
      }
    }
    return lines.join('\n');
  }).join('\n');
};

minerva.isDecade = (value) =>
  typeof value !== 'number' || Math.abs(Math.log10(value) % 1) < 1e-9;

minerva.completeAxes = function (option, plotWidth, roles) {
  const narrow = plotWidth < 480;
  const line = { lineStyle: { color: roles.soft } };
  for (const side of ['xAxis', 'yAxis']) {
    option[side] = minerva.asArray(option[side]);
    const horizontal = side === 'xAxis';
    for (const axis of option[side]) {
      if (axis.type === 'category') {
        const lines = minerva.completeCategories(axis, horizontal, plotWidth, roles);
        axis.labelLines = lines;  // for the heights below
        if (!horizontal && axis.inverse === undefined) axis.inverse = true;  // first at the top
      } else {
        axis.axisLabel = Object.assign({ formatter: minerva.tickText }, axis.axisLabel);
        if (narrow && horizontal && axis.splitNumber === undefined) axis.splitNumber = 3;
        if (narrow && horizontal && axis.type === 'log') {
          // An end between two decades would stand close to the tick beside it.
          axis.axisLabel = Object.assign({ showMinLabel: minerva.isDecade(axis.min),
            showMaxLabel: minerva.isDecade(axis.max) }, axis.axisLabel);
        }
        axis.splitLine = Object.assign({ lineStyle: { color: roles.line } }, axis.splitLine);
      }
      // ECharts draws labels in the font of the figure, but keeps room for them in its own default.
      axis.axisLabel = Object.assign(
        { color: roles.ink, fontSize: 12, fontFamily: roles.font }, axis.axisLabel);
      axis.axisLine = Object.assign({ show: true, onZero: false }, line, axis.axisLine);
      axis.axisTick = Object.assign({ show: true }, line, axis.axisTick);
      const right = !horizontal && axis.position === 'right';
      const placed = horizontal
        ? { nameLocation: 'middle', nameGap: 30 }
        : { nameLocation: axis.inverse ? 'start' : 'end', nameGap: 10 };
      for (const [key, value] of Object.entries(placed)) {
        if (axis[key] === undefined) axis[key] = value;
      }
      axis.nameTextStyle = Object.assign({ color: roles.ink, fontSize: 12 },
        horizontal ? {} : { align: right ? 'right' : 'left' }, axis.nameTextStyle);
    }
  }
};

/// Rows that the legend takes, as ECharts breaks them: a sign of 25 pixels, 5 to the text, 12 to
/// the next.
minerva.legendRows = function (names, width, roles) {
  let rows = 1;
  let used = 0;
  for (const name of names) {
    const item = 30 + minerva.textWidth(name, roles.font);
    if (used > 0 && used + 12 + item > width - 18) {
      ++rows;
      used = 0;
    }
    used += (used > 0 ? 12 : 0) + item;
  }
  return rows;
};

/// The height that a figure needs at a width: its own, with room for a legend of several rows and
/// for the lines of names beside bars.
minerva.heightAt = function (figure, width, roles) {
  const option = { series: minerva.asArray(figure.option.series),
    yAxis: minerva.asArray(figure.option.yAxis) };
  const names = minerva.legendNames(option);
  let extra = names.length > 1 ? (minerva.legendRows(names, width, roles) - 1) * 24 : 0;
  for (const axis of option.yAxis) {
    if (axis.type !== 'category') continue;
    const lines = minerva.completeCategories(Object.assign({}, axis), false, width - 90, roles);
    const grids = minerva.asArray(figure.option.grid).length || 1;
    const rows = (axis.data || []).length * (lines * 14 + 6);
    extra += Math.max(0, rows - (figure.height - 80) / grids);
  }
  return Math.ceil(figure.height + extra);
};

/// Places legend and grids. ECharts keeps ticks within a grid, names we make room for.
minerva.layOut = function (option, width, height, roles, top) {
  const names = minerva.legendNames(option);
  let below = top;
  if (names.length > 1) {
    option.legend = Object.assign({ type: 'plain', data: names, top, left: 4, right: 4,
      itemGap: 12, textStyle: { color: roles.ink, fontSize: 12 }, inactiveColor: roles.line },
    option.legend);
    below += minerva.legendRows(names, width, roles) * 24 + 4;
  } else {
    option.legend = { show: false };
  }
  const grids = Array.isArray(option.grid) ? option.grid : [option.grid || {}];
  const share = (height - below) / grids.length;
  option.grid = grids.map((grid, i) => {
    const of = (axis) => (axis.gridIndex || 0) === i;
    const xName = option.xAxis.some((axis) => of(axis) && axis.name);
    const yNames = option.yAxis.filter((axis) => of(axis) && axis.name);
    let head = yNames.length > 0 ? 28 : 10;
    const nameWidth = yNames.reduce((sum, axis) =>
      sum + minerva.textWidth(axis.name, roles.font), 0);
    if (yNames.length > 1 && nameWidth > width - 110) {  // the right one goes a line higher
      head += 16;
      yNames[1].nameTextStyle.padding = [0, 0, 16, 0];
    }
    // ECharts keeps room for the first line of a label.
    const lines = Math.max(1, ...option.xAxis.filter(of).map((axis) => axis.labelLines || 1));
    const foot = (xName ? 30 : 8) + (lines - 1) * 14;
    return Object.assign({ left: 8, right: 20, top: below + i * share + head,
      height: Math.max(40, share - head - foot), containLabel: true }, grid);
  });
};

/// Grids above each other begin and end at the same places, so that their first axes are one.
minerva.alignGrids = function (chart, option, width) {
  if (option.grid.length < 2) return;
  const rects = option.grid.map((grid, i) =>
    chart.getModel().getComponent('grid', i).coordinateSystem.getRect());
  const left = Math.max(...rects.map((rect) => rect.x));
  const right = Math.min(...rects.map((rect) => rect.x + rect.width));
  chart.setOption({ grid: rects.map((rect) => ({ containLabel: false, left,
    right: width - right, top: rect.y, height: rect.height })) });
};

/// The option that ECharts draws in `width` by `height` CSS pixels.
minerva.completed = function (figure, width, height, roles, selected, title) {
  const option = minerva.resolved(figure.option, roles);
  option.series = minerva.asArray(option.series);
  option.animation = false;
  option.color = option.color || [1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => roles[i]);
  option.backgroundColor = roles.paper;
  option.textStyle = { fontFamily: roles.font, fontSize: 12, color: roles.ink };
  // The text for screen readers is the drawing's own (figure.js); bars differ by pattern, too.
  option.aria = Object.assign({ enabled: true, label: { enabled: false },
    decal: { show: option.series.filter((series) => series.type === 'bar').length > 1 } },
  option.aria);
  option.tooltip = Object.assign({ trigger: 'item', confine: true, transitionDuration: 0,
    backgroundColor: roles.paper, borderColor: roles.soft, borderWidth: 1, padding: 8,
    textStyle: { color: roles.ink, fontSize: 12, fontFamily: roles.font },
    axisPointer: { type: 'shadow', label: { show: false } },
    formatter: minerva.tooltipText(figure) }, option.tooltip);
  if (title) {
    option.title = { text: title, left: 4, top: 4,
      textStyle: { color: roles.ink, fontSize: 15, fontFamily: roles.font } };
  }
  minerva.completeSeries(option, roles);
  minerva.completeAxes(option, width - 90, roles);
  minerva.layOut(option, width, height, roles, title ? 34 : 2);
  if (selected) option.legend.selected = selected;
  return option;
};

/// Draws a figure into a chart of `width` by `height`.
minerva.drawInto = function (chart, figure, width, height, roles, selected, title) {
  const option = minerva.completed(figure, width, height, roles, selected, title);
  chart.setOption(option, true);
  minerva.alignGrids(chart, option, width);
};
