import type { Break, BreakCode, Direction } from './result';

/** What is refused, and by which reader. */
export function why(direction: Direction, { code, detail }: Break): string {
  const [reader, messages] =
    direction === 'backward'
      ? ['the newer schema', 'older messages']
      : ['the older schema', 'newer messages'];
  return `${direction}: ${reader} ${REFUSES[code](detail)} that ${messages} may hold`.replace(
    / that (older|newer) messages may hold$/,
    (end) => (SENTENCES.has(code) ? '' : end),
  );
}

const SENTENCES: ReadonlySet<BreakCode> = new Set(['required-added', 'retired-name', 'too-large']);

const refuses = (detail: string): string => `refuses ${detail}`;

const REFUSES: Readonly<Record<BreakCode, (detail: string) => string>> = {
  'additional-items-narrowed': refuses,
  'additional-properties-narrowed': refuses,
  'bound-narrowed': refuses,
  'condition-changed': refuses,
  'contains-narrowed': refuses,
  'count-narrowed': refuses,
  'dependency-added': refuses,
  'format-changed': refuses,
  'item-added': refuses,
  'item-removed': refuses,
  'multiple-of-narrowed': refuses,
  'not-extended': refuses,
  'nothing-fits': () => 'accepts nothing here and refuses what',
  'pattern-changed': refuses,
  'property-added': (name) => `refuses other values of "${name}"`,
  'property-not-covered': (name) => `refuses values of "${name}"`,
  'property-removed': (name) => `has no "${name}" in a closed content model and refuses it in what`,
  'property-names-narrowed': (detail) => `refuses ${detail}`,
  'required-added': (name) => `requires "${name}", which messages of the other may lack`,
  'retired-name': (name) =>
    `gives the retired name "${name}" a new meaning, and messages may hold it in the old one`,
  'too-large': () => 'was not compared to the end, as the schemas are too large or too entangled',
  'type-narrowed': refuses,
  'union-ambiguous': refuses,
  'union-narrowed': refuses,
  'unique-items-added': refuses,
  'values-narrowed': (detail) => `refuses the values ${detail}`,
};

const NEW_VERSION = 'or publish a new version of the contract beside this one, with an upcaster';

/** What to do about a break. */
export function wayOut({ code, detail }: Break, direction: Direction): string {
  if (direction === 'forward') return forwardWayOut(code, detail);
  switch (code) {
    case 'required-added':
      return `leave "${detail}" optional or give it a default, ${NEW_VERSION}`;
    case 'retired-name':
      return `choose a name that the contract never had, ${NEW_VERSION}`;
    case 'property-removed':
      return `keep the property "${detail}" (optional), or open the content model, ${NEW_VERSION}`;
    case 'property-added':
    case 'property-not-covered':
      return `choose a schema that takes what was allowed before, or another name, ${NEW_VERSION}`;
    case 'additional-properties-narrowed':
      return `leave the content model as open as it was, ${NEW_VERSION}`;
    case 'item-added':
    case 'additional-items-narrowed':
      return `let the list take the items that it took before, ${NEW_VERSION}`;
    case 'item-removed':
      return `keep the item in the tuple, or let other items follow, ${NEW_VERSION}`;
    case 'values-narrowed':
    case 'union-narrowed':
    case 'type-narrowed':
      return `keep accepting what was accepted, ${NEW_VERSION}`;
    case 'union-ambiguous':
      return `use anyOf, or make the alternatives exclude one another, ${NEW_VERSION}`;
    case 'too-large':
      return 'split the schema, or compare its parts';
    case 'bound-narrowed':
    case 'condition-changed':
    case 'contains-narrowed':
    case 'count-narrowed':
    case 'dependency-added':
    case 'format-changed':
    case 'multiple-of-narrowed':
    case 'not-extended':
    case 'nothing-fits':
    case 'pattern-changed':
    case 'property-names-narrowed':
    case 'unique-items-added':
      return `keep the condition as wide as it was, ${NEW_VERSION}`;
  }
}

function forwardWayOut(code: BreakCode, detail: string): string {
  if (code === 'too-large') return 'split the schema, or compare its parts';
  if (code === 'required-added')
    return `keep "${detail}" required, so that older readers find it, ${NEW_VERSION}`;
  if (code === 'property-removed')
    return `older readers refuse the new property "${detail}": open the content model first, ${NEW_VERSION}`;
  return `let messages hold no more than older readers accept, ${NEW_VERSION}`;
}
