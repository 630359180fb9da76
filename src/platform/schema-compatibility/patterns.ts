const compiled = new Map<string, RegExp | undefined>();

function regexOf(pattern: string): RegExp | undefined {
  if (!compiled.has(pattern)) {
    if (compiled.size > 1000) compiled.clear();
    compiled.set(pattern, compile(pattern));
  }
  return compiled.get(pattern);
}

function compile(pattern: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // Of another dialect of regular expressions.
    }
  }
  return undefined;
}

/** Whether a pattern finds something in a text; one that JavaScript cannot read is taken to. */
export const matches = (pattern: string, text: string): boolean => regexOf(pattern)?.test(text) ?? true;

/** Patterns that every text fits. */
export const isUniversal = (pattern: string): boolean =>
  ['', '^', '$', '.*', '^.*', '.*$', '[\\s\\S]*', '^[\\s\\S]*$'].includes(pattern) || pattern === '^.*$';

/** Whether two patterns can have a name in common, as far as their beginnings tell. */
export function mayOverlap(one: string, other: string): boolean {
  const [a, b] = [beginning(one), beginning(other)];
  if (a === undefined || b === undefined) return true;
  return a.startsWith(b) || b.startsWith(a);
}

/** The literal text that whatever fits an anchored pattern begins with. */
function beginning(pattern: string): string | undefined {
  if (/[|]/.test(pattern)) return undefined;
  const literal = /^\^([A-Za-z0-9_\-:/ ]*)(.?)/u.exec(pattern);
  if (!literal) return undefined;
  // A quantifier makes the last character optional.
  return /[?*{]/.test(literal[2]) ? literal[1].slice(0, -1) : literal[1];
}
