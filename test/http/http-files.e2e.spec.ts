import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestApplication, type TestApplication } from '../support/application';
import { eventually } from '../support/eventually';
import { type Answers, type FileRequest, filledIn, type HttpFile, readHttpFile, usedOf } from './http-file';

const FOLDER = join(__dirname, '../../docs/http');
/** Answers that are no part of the API: the front page and the page of operators. */
const PAGES = ['get /', 'get /ops/api'];

const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.http'))
  .map((name) => {
    const text = readFileSync(join(FOLDER, name), 'utf8');
    return { name, text, file: readHttpFile(text) };
  });

describe('The requests of docs/http', () => {
  let application: TestApplication;

  beforeAll(async () => {
    application = await startTestApplication();
  });

  afterAll(() => application?.close());

  const variablesOf = (file: HttpFile): Map<string, string> =>
    new Map([...file.variables, ['host', application.url], ['ops', application.opsUrls[0]]]);

  async function send(request: FileRequest, variables: ReadonlyMap<string, string>, answers: Answers) {
    const fill = (text: string): string => filledIn(text, variables, answers);
    const response = await fetch(fill(request.url), {
      method: request.method,
      headers: Object.entries(request.headers).map(([name, value]): [string, string] => [name, fill(value)]),
      body: request.body === undefined ? undefined : fill(request.body),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? (JSON.parse(text) as unknown) : text,
    };
  }

  it.each(files)('$name are answered as it says, one after another', async ({ text, file }) => {
    const variables = variablesOf(file);
    const answers = new Map<string, Awaited<ReturnType<typeof send>>>();
    const untilUsable = async (request: FileRequest): Promise<void> => {
      const answer = await send(request, variables, answers);
      const said = answer.status === request.status ? undefined : answer.body;
      expect({ line: request.line, status: answer.status, said }).toEqual({
        line: request.line,
        status: request.status,
        said: undefined,
      });
      if (request.name === undefined) return;
      answers.set(request.name, answer);
      for (const part of usedOf(request.name, text)) filledIn(`{{${part}}}`, variables, answers);
    };
    for (const request of file.requests) {
      // As a reader does: what changes nothing is sent again until it shows what the next request needs.
      if (request.method === 'GET') await eventually(() => untilUsable(request));
      else await untilUsable(request);
    }
  });

  it('are of every route of the API', async () => {
    const sent = files.flatMap(({ file }) =>
      file.requests.map(({ method, url }) => `${method.toLowerCase()} ${pathOf(url)}`),
    );
    const missing = (await application.routes()).filter(
      (route) => !PAGES.includes(route) && !sent.some((one) => fits(one, route)),
    );
    expect(missing).toEqual([]);
  });
});

const pathOf = (url: string): string => url.replace(/^\{\{\w+\}\}/, '').replace(/\?.*/, '');

/** Whether a request is one of a route: a variable stands where the route has a parameter. */
const fits = (sent: string, route: string): boolean =>
  new RegExp(`^${route.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '\\{\\{.+\\}\\}')}$`).test(
    sent,
  );
