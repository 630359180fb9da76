/**
 * Puts text between `<!-- <what> -->` and `<!-- end -->` of a page. Throws where the page has no such place.
 */
export function withPart(page: string, what: string, text: string): string {
  const begin = `<!-- ${what} -->\n`;
  const from = page.indexOf(begin);
  const to = page.indexOf('<!-- end -->', from);
  if (from < 0 || to < 0)
    throw new Error(
      `The page has no place for it: write "<!-- ${what} -->" and "<!-- end -->", each on a line of its own.`,
    );
  return `${page.slice(0, from + begin.length)}${text}${page.slice(to)}`;
}

/** The files that a page shows, as its `<!-- file: <path> -->` name them. */
export const filesShownIn = (page: string): string[] =>
  [...page.matchAll(/^<!-- file: (.+) -->$/gm)].map(([, file]) => file);
