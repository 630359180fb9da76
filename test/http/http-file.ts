/** A request of a `.http` file, with its variables as they are written. */
export interface FileRequest {
  readonly line: number;
  /** What `# @name` calls it, so that later requests can use its response. */
  readonly name: string | undefined;
  /** The status of its comment, such as `# 201`; undefined where it says none. */
  readonly status: number | undefined;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface HttpFile {
  /** From `@name = value`. */
  readonly variables: ReadonlyMap<string, string>;
  readonly requests: readonly FileRequest[];
}

/** What requests were answered, by name, as variables such as `{{order.response.body.$.orderId}}` read it. */
export type Answers = ReadonlyMap<string, { readonly body: unknown; readonly headers: Headers }>;

const REQUEST_LINE = /^(GET|POST|PUT|PATCH|DELETE) (\S+)$/;
const VARIABLE = /^@(\w+)\s*=\s*(.*)$/;

/** Reads the format of the REST Client of VS Code. Throws where a line is none of it. */
export function readHttpFile(text: string): HttpFile {
  const variables = new Map<string, string>();
  const requests: FileRequest[] = [];
  let line = 1;
  for (const block of text.split(/^(?=###)/m)) {
    const request = readBlock(block, line, variables);
    if (request) requests.push(request);
    line += block.split('\n').length - 1;
  }
  return { variables, requests };
}

function readBlock(block: string, line: number, variables: Map<string, string>): FileRequest | undefined {
  const lines = block.split('\n').map((text) => text.trimEnd());
  for (const text of lines) {
    const [, name, value] = VARIABLE.exec(text) ?? [];
    if (name !== undefined) variables.set(name, value);
  }
  const begin = lines.findIndex((text) => REQUEST_LINE.test(text));
  const comments = lines.slice(0, begin < 0 ? lines.length : begin);
  const strange = comments.find((text) => text !== '' && !text.startsWith('#') && !VARIABLE.test(text));
  if (strange !== undefined)
    throw new Error(`"${strange}" in the block of line ${line} is no request, comment or variable.`);
  if (begin < 0) return undefined;
  const [, method, url] = REQUEST_LINE.exec(lines[begin])!;
  const rest = lines.slice(begin + 1).filter((text) => !VARIABLE.test(text));
  const blank = rest.indexOf('');
  const headers = rest
    .slice(0, blank < 0 ? rest.length : blank)
    .map((header) => header.split(/:\s*(.*)/s).slice(0, 2));
  const body = blank < 0 ? '' : rest.slice(blank).join('\n').trim();
  return {
    line: line + begin,
    name: firstOf(comments, /^# @name (\w+)$/),
    status: Number(firstOf(comments, /^# (\d{3})$/)) || undefined,
    method,
    url,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: body === '' ? undefined : body,
  };
}

const firstOf = (lines: readonly string[], pattern: RegExp): string | undefined =>
  lines.map((text) => pattern.exec(text)?.[1]).find((found) => found !== undefined);

/**
 * Puts values in the place of `{{...}}`: variables of the file, parts of earlier answers and `$randomInt`.
 * Throws where one has no value.
 */
export function filledIn(text: string, variables: ReadonlyMap<string, string>, answers: Answers): string {
  return text.replace(/\{\{(.+?)\}\}/g, (_, expression: string) => {
    const value = variables.get(expression);
    if (value !== undefined) return filledIn(value, variables, answers);
    const [, from, to] = /^\$randomInt (\d+) (\d+)$/.exec(expression) ?? [];
    if (from !== undefined)
      return String(Number(from) + Math.floor(Math.random() * (Number(to) - Number(from))));
    const found = partOfAnswer(expression, answers);
    if (typeof found !== 'string' && typeof found !== 'number')
      throw new Error(`{{${expression}}} has no value.`);
    return String(found);
  });
}

function partOfAnswer(expression: string, answers: Answers): unknown {
  const [, name, part, path] = /^(\w+)\.response\.(body|headers)\.(.+)$/.exec(expression) ?? [];
  const answer = answers.get(name);
  if (!answer) return undefined;
  if (part === 'headers') return answer.headers.get(path);
  return path
    .replace(/^\$\.?/, '')
    .split(/[.[\]]+/)
    .filter(Boolean)
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], answer.body);
}

/** The parts of a request's answer that the file uses: other requests need them. */
export const usedOf = (name: string, text: string): string[] =>
  [...text.matchAll(/\{\{(.+?)\}\}/g)]
    .map(([, expression]) => expression)
    .filter((expression) => expression.startsWith(`${name}.`));
