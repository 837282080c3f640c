
// Terms of the glossary: pointer, focus or a tap shows what one means. The meanings stand in the
// list at the end of the page, to which the buttons refer.

minerva.addTerms = function () {
  const note = minerva.element('div', { id: 'term-note', role: 'tooltip', hidden: '' });
  document.body.append(note);
  const hide = () => { note.hidden = true; };
  const show = (term) => {
    const meaning = document.getElementById(term.getAttribute('aria-describedby'));
    note.textContent = meaning.textContent;
    note.hidden = false;
    const at = term.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(at.left, width - note.offsetWidth - 8));
    const below = at.bottom + 6 + note.offsetHeight <= innerHeight;
    note.style.left = left + 'px';
    note.style.top = (below ? at.bottom + 6 : at.top - 6 - note.offsetHeight) + 'px';
  };
  for (const term of document.querySelectorAll('.term')) {
    term.addEventListener('pointerenter', () => show(term));
    term.addEventListener('pointerleave', () => {
      if (document.activeElement !== term) hide();
    });
    term.addEventListener('focus', () => show(term));
    term.addEventListener('blur', hide);
    term.addEventListener('click', () => show(term));
    term.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') hide();
    });
  }
  addEventListener('scroll', hide, { passive: true });
};
