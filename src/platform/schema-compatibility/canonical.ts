/** JSON with sorted keys: equal values have equal texts. Takes values of any depth. */
export function canonical(root: unknown): string {
  const text: string[] = [];
  const waiting: ({ text: string } | { value: unknown })[] = [{ value: root }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if ('text' in next) {
      text.push(next.text);
      continue;
    }
    const { value } = next;
    if (typeof value !== 'object' || value === null) {
      text.push(JSON.stringify(value) ?? 'null');
      continue;
    }
    const isList = Array.isArray(value);
    const entries: [string, unknown][] = isList
      ? value.map((item: unknown) => ['', item])
      : Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    waiting.push({ text: isList ? ']' : '}' });
    for (let i = entries.length - 1; i >= 0; i -= 1) {
      const [key, item] = entries[i];
      waiting.push(
        { value: item },
        { text: `${i > 0 ? ',' : ''}${isList ? '' : `${JSON.stringify(key)}:`}` },
      );
    }
    text.push(isList ? '[' : '{');
  }
  return text.join('');
}
