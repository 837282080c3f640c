
// Keys on a figure: left and right go through the points of a series, up and down through the
// series, Enter does what a click does, Escape closes. They begin at the series that the figure names
// as its first, else at the one that is drawn first.

/// Order of a series' points along the first axis that has numbers.
minerva.pointOrder = function (series) {
  const order = series.data.map((item, i) => i);
  const along = order.map((i) => minerva.rowOf(series.data[i])[0]);
  if (along.every((value) => typeof value === 'number')) {
    order.sort((a, b) => along[a] - along[b] || a - b);
  }
  return order;
};

minerva.addKeyboard = function (figure) {
  const reachable = () => minerva.asArray(figure.option.series).map((series, i) => i)
    .filter((i) => !figure.series(i).silent && figure.series(i).data.length > 0 &&
      figure.selected[figure.series(i).name] !== false);

  const show = (seriesIndex, dataIndex) => {
    const series = figure.series(seriesIndex);
    const order = minerva.pointOrder(series);
    figure.at = { seriesIndex, dataIndex };
    figure.mark();
    figure.showTip(seriesIndex, dataIndex);
    minerva.announce(series.name + ', ' + (order.indexOf(dataIndex) + 1) + ' of ' + order.length +
      ': ' + minerva.facts(figure.data, series, dataIndex)
        .map(([name, text]) => name + ' ' + text).join(', '));
  };

  const along = (steps) => {
    const { seriesIndex, dataIndex } = figure.at;
    const order = minerva.pointOrder(figure.series(seriesIndex));
    const next = order.indexOf(dataIndex) + steps;
    show(seriesIndex, order[Math.max(0, Math.min(order.length - 1, next))]);
  };

  /// The point of the next series that lies nearest along the first axis.
  const across = (steps) => {
    const all = reachable();
    const next = all[(all.indexOf(figure.at.seriesIndex) + steps + all.length) % all.length];
    const here = minerva.rowOf(figure.series(figure.at.seriesIndex).data[figure.at.dataIndex])[0];
    let nearest = 0;
    let least = Infinity;
    figure.series(next).data.forEach((item, i) => {
      const there = minerva.rowOf(item)[0];
      const away = typeof there === 'number' && typeof here === 'number'
        ? Math.abs(there - here) : there === here ? 0 : 1;
      if (away < least) {
        least = away;
        nearest = i;
      }
    });
    show(next, nearest);
  };

  figure.drawing.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Escape') {
      figure.chart.dispatchAction({ type: 'hideTip' });
      figure.closeBreakdown();
      figure.at = null;
      figure.mark();
      return;
    }
    const steps = { ArrowRight: 1, ArrowLeft: -1, PageDown: 10, PageUp: -10,
      End: Infinity, Home: -Infinity }[event.key];
    const turns = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (steps === undefined && turns === undefined && event.key !== 'Enter') return;
    const all = reachable();
    if (all.length === 0) return;
    event.preventDefault();
    if (!figure.at || !all.includes(figure.at.seriesIndex)) {
      const named = all.find((i) => figure.series(i).name === figure.data.first);
      const begin = named === undefined ? all[0] : named;
      show(begin, minerva.pointOrder(figure.series(begin))[0]);
      if (event.key === 'Enter') figure.choose(figure.at.seriesIndex, figure.at.dataIndex);
    } else if (event.key === 'Enter') {
      figure.choose(figure.at.seriesIndex, figure.at.dataIndex);
    } else if (steps !== undefined) {
      along(steps);
    } else {
      across(turns);
    }
  });
  figure.drawing.addEventListener('blur', () => {
    figure.chart.dispatchAction({ type: 'hideTip' });
    figure.chart.dispatchAction({ type: 'downplay' });
  });
  if (figure.panel) {
    figure.panel.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') figure.closeBreakdown();
    });
  }
};
