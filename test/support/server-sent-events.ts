export interface ServerSentEvent {
  id: string;
  event: string;
  data: unknown;
}

/** An open stream of events. */
export interface EventReader {
  /** The next so many; then hangs up. */
  take(count: number): Promise<ServerSentEvent[]>;
  /** Everything until the server ends the stream. */
  all(): Promise<ServerSentEvent[]>;
}

/** Opens a stream as a browser's `EventSource` does. Resolves when it is open. */
export async function readEvents(url: string, lastEventId?: string): Promise<EventReader> {
  const response = await fetch(url, {
    headers: {
      Accept: 'text/event-stream',
      ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }),
    },
  });
  if (response.status !== 200 || !response.body)
    throw new Error(`${url} was answered with ${response.status} ${await response.text()}`);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const events = parse(response.body.pipeThrough(new TextDecoderStream()));
  return { take: (count) => collect(events, count), all: () => collect(events, Infinity) };
}

async function collect(events: AsyncGenerator<ServerSentEvent>, count: number): Promise<ServerSentEvent[]> {
  const seen: ServerSentEvent[] = [];
  for await (const event of events) {
    seen.push(event);
    if (seen.length === count) break;
  }
  return seen;
}

async function* parse(text: ReadableStream<string>): AsyncGenerator<ServerSentEvent> {
  let buffer = '';
  for await (const chunk of text) {
    buffer += chunk;
    const blocks = buffer.split('\n\n');
    buffer = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = Object.fromEntries(
        block
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      if ('data' in fields) yield { id: fields.id, event: fields.event, data: JSON.parse(fields.data) };
    }
  }
}
