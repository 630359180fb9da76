/** Text that is HTML already: made by `html`, or a part of this layer's own. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a page. Nothing is shown of `null`, `undefined` and `false`. */
export type Content = Html | string | number | null | undefined | false | readonly Content[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes everything that is put into it, in texts and in quoted attributes; only `Html` stands as it is. */
export const html = (strings: TemplateStringsArray, ...values: readonly Content[]): Html =>
  new Html(strings.reduce((text, string, place) => `${text}${textOf(values[place - 1])}${string}`));

function textOf(content: Content): string {
  if (content instanceof Html) return content.text;
  if (content === null || content === undefined || content === false) return '';
  if (typeof content === 'object') return content.map(textOf).join('');
  return String(content).replace(/[&<>"']/g, (letter) => ESCAPES[letter]);
}
