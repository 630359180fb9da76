import { type Content, html, type Html } from './html';

export const ROOT = '/catalogue';

/** Where a thing of the catalogue has its page. */
export const pathOf = (kind: 'modules' | 'messages' | 'subscriptions' | 'jobs', name: string): string =>
  `${ROOT}/${kind}/${encodeURIComponent(name)}`;

/** A whole page. `query` is what stands in the search field. */
export function layout(
  { application, title, query = '' }: { application: string; title: string; query?: string },
  content: Content,
): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · ${application}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${ROOT}/assets/catalogue.css" />
        <script src="${ROOT}/assets/catalogue.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <nav aria-label="Catalogue">
            <a class="home" href="${ROOT}">${application}: the catalogue</a>
          </nav>
          <form role="search" action="${ROOT}" method="get">
            <label for="search">Search</label>
            <input
              id="search"
              type="search"
              name="q"
              value="${query}"
              maxlength="100"
              placeholder="order placed, stock, fulfilment …"
              aria-keyshortcuts="/"
              autocomplete="off"
            />
          </form>
        </header>
        <main id="content">${content}</main>
        <footer>
          Made from the running code. <a href="${ROOT}/activity">What was seen lately</a> ·
          <a href="/catalogue.json">As JSON</a> · <a href="/docs">The HTTP API</a>
        </footer>
      </body>
    </html>`.text;
}

/** A comment of the code, with its `names` as code. */
export const prose = (text: string | null): Html =>
  html`${text?.split('`').map((part, place) => (place % 2 === 1 ? html`<code>${part}</code>` : part))}`;

/** Rows of a name and what is said of it; those that say nothing are left out. */
export const facts = (rows: readonly (readonly [string, Content])[]): Html =>
  html`<dl>
    ${rows
      .filter(([, said]) => said !== null && said !== '' && !(Array.isArray(said) && said.length === 0))
      .map(
        ([name, said]) =>
          html`<dt>${name}</dt>
            <dd>${said}</dd>`,
      )}
  </dl>`;

/** A table that scrolls by itself where the screen is narrow. */
export const table = (head: readonly string[], rows: readonly (readonly Content[])[]): Html =>
  html`<div class="table" tabindex="0" role="group" aria-label="Table">
    <table>
      <thead>
        <tr>
          ${head.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
