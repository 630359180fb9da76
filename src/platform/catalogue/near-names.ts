/** How many names are worth showing. */
const MOST = 5;

/** The names that are nearest to one that does not exist, the nearest first; none that is far from it. */
export function nearNames(wanted: string, names: readonly string[]): string[] {
  const spelt = wanted.toLowerCase();
  const withoutModule = (name: string): string => name.slice(name.indexOf('.') + 1);
  return names
    .map((name) => {
      const distance = Math.min(editDistance(spelt, name), editDistance(spelt, withoutModule(name)));
      const holds =
        spelt.length > 2 &&
        (name.includes(spelt) ||
          spelt.includes(withoutModule(name)) ||
          stems(name).has(stem(withoutModule(spelt))));
      return { name, distance: holds ? Math.min(distance, 1) : distance };
    })
    .filter(({ name, distance }) => distance <= Math.max(2, Math.min(spelt.length, name.length) / 3))
    .sort((one, other) => one.distance - other.distance || one.name.localeCompare(other.name, 'en'))
    .slice(0, MOST)
    .map(({ name }) => name);
}

/** The words in any order, by their beginnings: an order placed and an order to place are near. */
const stem = (name: string): string =>
  name
    .split('-')
    .map((word) => word.slice(0, 5))
    .sort()
    .join('-');
const stems = (name: string): Set<string> => new Set([stem(name), stem(name.slice(name.indexOf('.') + 1))]);

/** Levenshtein's distance: letters to change, add and leave out. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (let place = 1; place <= other.length; place += 1)
      next.push(
        Math.min(next[place - 1] + 1, row[place] + 1, row[place - 1] + (letter === other[place - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[other.length];
}
