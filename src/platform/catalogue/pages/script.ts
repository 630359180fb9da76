/**
 * Filters the list of everything while a word is typed, and moves through it with the arrow keys. Without it,
 * the server filters when the form is sent.
 */
export const SCRIPT = `'use strict';
const field = document.getElementById('search');
const section = document.querySelector('[data-search]');
const items = section ? [...section.querySelectorAll('li')] : [];
function filter() {
  const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const item of items) {
    item.hidden = !words.every((word) => item.dataset.text.includes(word));
    if (!item.hidden) shown += 1;
  }
  section.querySelector('[data-count]').textContent = shown + ' of ' + items.length;
  for (const whole of document.querySelectorAll('[data-whole]')) whole.hidden = words.length > 0;
  history.replaceState(null, '', words.length > 0 ? '?q=' + encodeURIComponent(field.value) : location.pathname);
}
function move(by) {
  const links = items.filter((item) => !item.hidden).map((item) => item.querySelector('a'));
  const next = links.indexOf(document.activeElement) + by;
  if (next < 0) field.focus();
  else if (links[next]) links[next].focus();
}
if (section) {
  field.addEventListener('input', filter);
  if (field.value) filter();
  field.form.addEventListener('submit', (event) => {
    event.preventDefault();
    filter();
    move(1);
  });
}
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const inField = document.activeElement === field;
  if (event.key === '/' && !inField) {
    event.preventDefault();
    field.focus();
    field.select();
  } else if (section && (inField || section.contains(document.activeElement))) {
    if (event.key === 'ArrowDown') { event.preventDefault(); move(1); }
    if (event.key === 'ArrowUp') { event.preventDefault(); move(-1); }
  }
});
`;
