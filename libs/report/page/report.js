
// The page: theme, figures, printing.

minerva.kThemes = ['', 'light', 'dark'];  // '' follows the system

minerva.keptTheme = function () {
  try {
    return localStorage.getItem('minerva-theme') || '';
  } catch (error) {
    return '';  // a browser may refuse storage to files
  }
};

minerva.setTheme = function (theme) {
  if (theme) {
    document.documentElement.dataset.theme = theme;
  } else {
    delete document.documentElement.dataset.theme;
  }
  document.getElementById('theme').textContent = 'Theme: ' + (theme || 'system');
};

minerva.redraw = function () {
  for (const figure of minerva.figures) figure.draw();
};

minerva.start = function () {
  const button = document.getElementById('theme');
  button.hidden = false;
  minerva.setTheme(minerva.keptTheme());
  const data = JSON.parse(document.getElementById('figures').textContent);
  minerva.figures = data.map((figure) => new minerva.Figure(figure));
  button.addEventListener('click', () => {
    const now = document.documentElement.dataset.theme || '';
    const next = minerva.kThemes[(minerva.kThemes.indexOf(now) + 1) % minerva.kThemes.length];
    minerva.setTheme(next);
    try {
      localStorage.setItem('minerva-theme', next);
    } catch (error) {
      // It holds until the page is closed.
    }
    minerva.redraw();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', minerva.redraw);
  minerva.addTerms();
  // Paper is white, and as wide as it is: the style scales what has a view box.
  let shown = '';
  addEventListener('beforeprint', () => {
    shown = document.documentElement.dataset.theme || '';
    minerva.setTheme('light');
    minerva.redraw();
    for (const figure of minerva.figures) {
      figure.drawing.querySelector('svg')
        .setAttribute('viewBox', `0 0 ${figure.width} ${figure.height}`);
    }
  });
  addEventListener('afterprint', () => {
    minerva.setTheme(shown);
    minerva.redraw();
  });
};

minerva.start();
