// Draws the figures of a page without a browser, under Node.js: `node SCRIPT INPUT`, where SCRIPT is
// kScripts (the chart library and the scripts of the page that make its options) with this behind it.
// INPUT is {"style": the page's CSS, "figures": [..]}; printed is [{"id": .., "svg": ..}, ..]. The chart
// library draws into the few parts of a document that are here.
const fs = require('fs');
const vm = require('vm');

const kSvg = 'http://www.w3.org/2000/svg';
const kWidth = 960;
const kFont = "Arial, 'Liberation Sans', Helvetica, sans-serif";
const kRoom = 1.08;  // for a font that stands in for these

const escaped = (text) => String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;')
  .replace(/>/g, '&gt;').replace(/"/g, '&quot;');

// Widths of letters in thousandths of their size, of the fonts above, which are alike (Adobe Font
// Metrics of Helvetica); of letters that are not listed about the mean of capitals and of the others.
const kWidths = { ' ': 278, i: 222, j: 222, l: 222, I: 278, '.': 278, ',': 278, ':': 278, ';': 278,
  f: 278, t: 278, r: 333, '(': 333, ')': 333, '-': 333, '/': 278, '|': 260, m: 833, w: 722, M: 833,
  W: 944, '%': 889, c: 500, k: 500, s: 500, v: 500, x: 500, y: 500, z: 500, '+': 584, '<': 584,
  '>': 584, '=': 584, '\u00b5': 576, '\u00b2': 333 };
const textWidth = (text, size) => {
  let sum = 0;
  for (const letter of text) {
    sum += kWidths[letter] || (letter >= 'A' && letter <= 'Z' ? 680 : 556);
  }
  return (kRoom * sum * size) / 1000;
};
const sizeOf = (font) => Number((/(\d+(?:\.\d+)?)px/.exec(font || '') || [])[1]) || 12;

class Style {
  constructor() { this.cssText = ''; }
}

class Element {
  constructor(name) {
    this.nodeName = name;
    this.tagName = name;
    this.childNodes = [];
    this.attributes = new Map();
    this.style = new Style();
    this.parentNode = null;
    this.nodeType = 1;
  }
  get firstChild() { return this.childNodes[0] || null; }
  get nextSibling() {
    const all = this.parentNode ? this.parentNode.childNodes : [];
    return all[all.indexOf(this) + 1] || null;
  }
  get children() { return this.childNodes.filter((child) => child.nodeType === 1); }
  setAttribute(name, value) { this.attributes.set(name, String(value)); }
  setAttributeNS(space, name, value) { this.attributes.set(name, String(value)); }
  getAttribute(name) { return this.attributes.has(name) ? this.attributes.get(name) : null; }
  removeAttribute(name) { this.attributes.delete(name); }
  removeAttributeNS(space, name) { this.attributes.delete(name); }
  appendChild(child) { return this.insertBefore(child, null); }
  removeChild(child) {
    const at = this.childNodes.indexOf(child);
    if (at >= 0) this.childNodes.splice(at, 1);
    child.parentNode = null;
    return child;
  }
  insertBefore(child, before) {
    if (child.parentNode) child.parentNode.removeChild(child);
    const at = before ? this.childNodes.indexOf(before) : -1;
    if (at < 0) this.childNodes.push(child); else this.childNodes.splice(at, 0, child);
    child.parentNode = this;
    return child;
  }
  getElementsByTagName(name) {
    return this.children.flatMap((child) =>
      (child.nodeName === name ? [child] : []).concat(child.getElementsByTagName(name)));
  }
  addEventListener() {}
  removeEventListener() {}
  set textContent(text) { this.childNodes = [{ nodeType: 3, text, parentNode: this }]; }
  set innerHTML(text) { this.childNodes = text ? [{ nodeType: 3, text, parentNode: this }] : []; }
  getBoundingClientRect() {
    // The library asks it of texts alone.
    const text = this.childNodes.map((child) => child.text || '').join('');
    const size = sizeOf(this.style.font || this.style.fontSize);
    return { width: textWidth(text, size), height: size };
  }
  get clientWidth() { return kWidth; }
  get clientHeight() { return 400; }
  markup() {
    let text = '<' + this.nodeName;
    for (const [name, value] of this.attributes) text += ` ${name}="${escaped(value)}"`;
    const style = Object.entries(this.style).filter(([name, value]) => name !== 'cssText' && value)
      .map(([name, value]) => name.replace(/[A-Z]/g, (c) => '-' + c.toLowerCase()) + ':' + value)
      .join(';');
    if (style) text += ` style="${escaped(style)}"`;
    const inside = this.childNodes.map((child) =>
      (child.nodeType === 3 ? escaped(child.text) : child.markup())).join('');
    return inside ? `${text}>${inside}</${this.nodeName}>` : text + '/>';
  }
}

const canvas = () => Object.assign(new Element('canvas'), {
  getContext: () => ({ font: '', measureText(text) {
    return { width: textWidth(text, sizeOf(this.font)) };
  } }) });
const document = {
  documentElement: new Element('html'),
  body: new Element('body'),
  createElement: (name) => (name === 'canvas' ? canvas() : new Element(name)),
  createElementNS: (space, name) => new Element(name),
  createTextNode: (text) => ({ nodeType: 3, text, parentNode: null }),
  getElementById: () => null,
};

const input = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const kColours = Object.fromEntries([.../:root \{([^}]*)\}/.exec(input.style)[1]
  .matchAll(/(--[\w-]+):\s*([^;]+);/g)].map((found) => [found[1], found[2].trim()]));
kColours['--font'] = kFont;
const context = vm.createContext({ document, console, setTimeout, clearTimeout, name: '',
  devicePixelRatio: 1, SVGElement: Element, HTMLImageElement: class {}, HTMLCanvasElement: class {},
  getComputedStyle: () => ({ getPropertyValue: (role) => kColours[role] || '' }) });
context.global = context;
context.window = context;
for (const script of kScripts) vm.runInContext(script, context);
context.input = input;
context.kWidth = kWidth;
context.newHost = () => new Element('div');
const drawn = vm.runInContext(`
  input.figures.map((figure) => {
    const roles = Object.assign(minerva.roles(), { paper: '#ffffff' });
    const height = minerva.heightAt(figure, kWidth, roles) + 40;
    const host = newHost();
    const chart = echarts.init(host, null, { renderer: 'svg', width: kWidth, height });
    minerva.drawInto(chart, figure, kWidth, height, roles, {}, figure.title);
    chart.getZr().flush();
    return { id: figure.id, height, host };
  })`, context);
process.stdout.write(JSON.stringify(drawn.map(({ id, height, host }) => {
  const svg = host.getElementsByTagName('svg')[0];
  svg.setAttribute('font-family', kFont);
  svg.setAttribute('xmlns', kSvg);
  svg.setAttribute('viewBox', `0 0 ${kWidth} ${height}`);
  return { id, svg: '<?xml version="1.0" encoding="UTF-8"?>\n' + svg.markup() + '\n' };
})));
