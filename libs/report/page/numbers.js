'use strict';
// Everything of the page hangs on this object.
const minerva = {};

/// Thousands grouped by commas.
minerva.grouped = function (digits) {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
};

/// A number for people: whole ones with every digit, others with three significant digits (and all
/// digits before the point), no exponent between 1e-3 and 1e9. As readable_number of the program.
minerva.numberText = function (value) {
  const size = Math.abs(value);
  if (size >= 1e9 || (size > 0 && size < 1e-3)) {
    return value.toExponential(2).replace('e+', 'e');
  }
  const sign = value < 0 ? '-' : '';
  if (Number.isInteger(value)) return sign + minerva.grouped(String(size));
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(size)));
  const [whole, fraction] = size.toFixed(decimals).split('.');
  return sign + minerva.grouped(whole) + (fraction ? '.' + fraction : '');
};

/// A tick: as short as it can be said.
minerva.tickText = function (value) {
  const size = Math.abs(value);
  const rounded = Number(value.toPrecision(6));
  if (size >= 1e6 || (size > 0 && size < 1e-3)) {
    return String(rounded.toExponential()).replace('e+', 'e');
  }
  const [whole, fraction] = String(Math.abs(rounded)).split('.');
  return (value < 0 ? '-' : '') + minerva.grouped(whole) + (fraction ? '.' + fraction : '');
};

/// "power, mW" is the dimension power in mW.
minerva.dimension = function (name) {
  const comma = name.lastIndexOf(', ');
  if (comma < 0) return { label: name, unit: '' };
  return { label: name.slice(0, comma), unit: name.slice(comma + 2) };
};

/// A cell of a row for people, with its unit; empty for what is not there.
minerva.cellText = function (value, unit) {
  if (value === null || value === undefined || value === '') return '';
  const text = typeof value === 'number' ? minerva.numberText(value) : String(value);
  return unit && typeof value === 'number' ? text + ' ' + unit : text;
};

minerva.escaped = function (text) {
  const safe = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return String(text).replace(/[&<>"']/g, (letter) => safe[letter]);
};

/// Rows of a CSV text (RFC 4180), the names first.
minerva.csvRows = function (text) {
  const rows = [[]];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; ++i) {
    const c = text[i];
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') {
        cell += c;
        ++i;
      } else if (c === '"') {
        quoted = false;
      } else {
        cell += c;
      }
    } else if (c === '"') {
      quoted = true;
    } else if (c === ',' || c === '\n') {
      rows[rows.length - 1].push(cell);
      cell = '';
      if (c === '\n') rows.push([]);
    } else {
      cell += c;
    }
  }
  if (cell !== '' || rows[rows.length - 1].length > 0) rows[rows.length - 1].push(cell);
  return rows.filter((row) => row.length > 0);
};

/// An element with attributes and children, which are elements or text.
minerva.element = function (tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
};

/// The same of a drawing.
minerva.svgElement = function (tag, attributes, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};
