import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { projectFolder } from '../../src/demo/project-folder';
import { eventually } from './eventually';
import { leftOut } from './left-out';

const INSTALLED = join(projectFolder(), '.data/chromium');

/** `CHROMIUM`, what `npm run chromium:install` brought, or `chromium` on the PATH; undefined without any. */
function chromium(): string | undefined {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  if (existsSync(join(INSTALLED, 'complete'))) return join(INSTALLED, 'chromium');
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'chromium'))
    .find((file) => existsSync(file));
}

/** `describe` where there is a browser; elsewhere its tests are left out, and the end of the run says so. */
export const describeWithBrowser: jest.Describe =
  chromium() !== undefined || !globalThis.describe
    ? globalThis.describe
    : leftOut('no Chromium. Bring one with: npm run chromium:install');

interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
}

/**
 * One tab of a browser, driven by the DevTools protocol over Node's own WebSocket: no package is needed for
 * what these tests do.
 */
export class Tab {
  /** Where the browser asked for something, in order. */
  readonly requests: string[] = [];
  /** Errors of scripts, and what the page's policy refused. */
  readonly complaints: string[] = [];
  private readonly waiting = new Map<number, (message: Message) => void>();
  private last = 0;
  private loads = 0;

  constructor(private readonly socket: WebSocket) {
    socket.addEventListener('message', ({ data }) => this.take(JSON.parse(String(data)) as Message));
  }

  async send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = (this.last += 1);
    const answer = new Promise<Message>((resolve) => this.waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }

  /** Resolves when the page is loaded with all that it asks for. */
  async open(url: string): Promise<void> {
    await this.loading(() => this.send('Page.navigate', { url }));
  }

  /** Resolves when what `act` does has led to another page. */
  async loading(act: () => Promise<unknown>): Promise<void> {
    const before = this.loads;
    await act();
    await eventually(() => expect(this.loads).toBeGreaterThan(before));
  }

  /** What an expression is in the page. */
  async value<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return (result as { value: T }).value;
  }

  async press(key: string): Promise<void> {
    const text = key === 'Enter' ? '\r' : key.length === 1 ? key : undefined;
    const windowsVirtualKeyCode = { Enter: 13, ArrowDown: 40, ArrowUp: 38, Tab: 9 }[key];
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text, windowsVirtualKeyCode });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key, windowsVirtualKeyCode });
  }

  async type(text: string): Promise<void> {
    for (const letter of text) await this.press(letter);
  }

  private take({ id, method, params, ...rest }: Message): void {
    if (id !== undefined) {
      this.waiting.get(id)?.(rest);
      this.waiting.delete(id);
    }
    if (method === 'Page.loadEventFired') this.loads += 1;
    if (method === 'Network.requestWillBeSent')
      this.requests.push((params as { request: { url: string } }).request.url);
    if (method === 'Runtime.exceptionThrown') this.complaints.push(JSON.stringify(params));
    if (method === 'Log.entryAdded') {
      const { level, text } = (params as { entry: { level: string; text: string } }).entry;
      if (level === 'error') this.complaints.push(text);
    }
  }
}

/** A browser with one tab. Nothing of it is left when it is closed. */
export interface Browser {
  readonly tab: Tab;
  close(): Promise<void>;
}

export async function startBrowser(): Promise<Browser> {
  const folder = await mkdtemp(join(tmpdir(), 'seamline-browser-'));
  const child = spawn(
    chromium()!,
    [
      '--headless=new',
      '--remote-debugging-port=0',
      `--user-data-dir=${folder}`,
      // It shows pages of these tests only, and its sandbox needs rights that root in a container lacks.
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const port = new URL(await addressOf(child)).port;
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
      type: string;
      webSocketDebuggerUrl: string;
    }[];
    const socket = new WebSocket(targets.find(({ type }) => type === 'page')!.webSocketDebuggerUrl);
    await once(socket, 'open');
    const tab = new Tab(socket);
    for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await tab.send(`${domain}.enable`);
    return {
      tab,
      close: async () => {
        socket.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** It says on its error output where it listens. */
async function addressOf(child: ChildProcess): Promise<string> {
  let said = '';
  for await (const chunk of child.stderr!) {
    said += String(chunk);
    const [, address] = /DevTools listening on (\S+)/.exec(said) ?? [];
    if (address !== undefined) {
      // Else it would wait for a reader some day.
      child.stderr!.resume();
      return address;
    }
  }
  throw new Error(`The browser did not start: ${said}`);
}
