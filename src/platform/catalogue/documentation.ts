import { readFileSync } from 'node:fs';

/** A comment at the beginning of a line, and what follows up to the class: decorators at most. */
const COMMENT = /^\/\*\*([\s\S]*?)\*\//gm;
const DECLARATION = /^(?:export )?(?:abstract )?(?:const|function|class|let|var|async function)\b/m;

/**
 * The comment above a class, as one line; undefined where it has none. It is read from the file that the
 * class was loaded from: compilers leave comments in what they make.
 */
export function documentationOf(file: string, className: string): string | undefined {
  const text = readFileSync(file, 'utf8');
  const place = new RegExp(`^(?:export (?:abstract )?class|let) ${className}\\b`, 'm').exec(text)?.index;
  if (place === undefined) return undefined;
  const last = [...text.slice(0, place).matchAll(COMMENT)].at(-1);
  if (!last || DECLARATION.test(text.slice(last.index + last[0].length, place))) return undefined;
  const lines = last[1].split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trim());
  return (
    lines
      .join(' ')
      .replace(/\{@link (\w+)\}/g, '$1')
      .replace(/\s+/g, ' ')
      .trim() || undefined
  );
}

/** Up to the first full stop that ends a sentence. */
export const firstSentenceOf = (text: string): string => /^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
