/** The tools at the top of every page: light or dark, and the JSON document as a file. */
import { html } from './dom.js';

/** Puts the tools into their place; `json` is the text of the document that the page is about. */
export function addTools(place: Element, json: string, name: string): void {
  place.append(themeChoice(), downloadButton(json, name));
}

function themeChoice(): HTMLElement {
  const choices = [
    ['', 'as the system'],
    ['light', 'light'],
    ['dark', 'dark'],
  ] as const;
  const select = html('select', { id: 'theme' }, ...choices.map(([value, text]) => html('option', { value }, text)));
  select.addEventListener('change', () => {
    if (select.value === '') document.documentElement.removeAttribute('data-theme');
    else document.documentElement.setAttribute('data-theme', select.value);
  });
  return html('label', {}, 'Colours ', select);
}

function downloadButton(json: string, name: string): HTMLElement {
  const button = html('button', { type: 'button' }, 'Save JSON');
  button.addEventListener('click', () => {
    const address = URL.createObjectURL(new Blob([json], { type: 'application/json' }));
    html('a', { href: address, download: name }).click();
    URL.revokeObjectURL(address);
  });
  return button;
}
