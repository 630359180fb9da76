import { EventEmitter } from 'node:events';
import type { Request, Response } from 'express';
import type { Settings } from '../config/settings';
import { HEARTBEAT_MS } from './event-stream';
import { EventStreams } from './event-streams';

/** As far as streams know an answer. */
class Answer extends EventEmitter {
  closed = false;
  readonly written: number[] = [];

  writeHead(status: number): this {
    this.written.push(status);
    return this;
  }

  readonly texts: string[] = [];

  write(text: string): boolean {
    return this.texts.push(text) > 0;
  }

  end(): this {
    this.closed = true;
    this.emit('close');
    return this;
  }
}

describe('the streams of a process', () => {
  const streams = new EventStreams({ http: { streamsPerClient: 2 } } as Settings);
  const begin = (client: string, answer = new Answer(), method = 'GET'): boolean =>
    streams.begin(
      { method, headers: {}, socket: { remoteAddress: client } } as Request,
      answer as unknown as Response,
    );
  const refusalOf = (client: string): unknown => {
    try {
      return begin(client);
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };

  it('are so many in all, whoever asks for them, and each one that is closed makes room', () => {
    const answers = Array.from({ length: 500 }, () => new Answer());
    for (const [index, answer] of answers.entries()) expect(begin(`client ${index}`, answer)).toBe(true);
    expect(refusalOf('another')).toBe('service.too-many-streams');
    // What is only asked about begins none, and needs no room.
    expect(begin('another', new Answer(), 'HEAD')).toBe(false);
    answers[0].end();
    expect(refusalOf('another')).toBe(true);
    expect(refusalOf('another')).toBe('service.too-many-streams');
    for (const answer of answers.slice(1)) answer.end();
  });

  it('are not begun, nor counted, for a client that is gone', () => {
    const gone = new Answer().end();
    for (let times = 0; times < 3; times += 1) expect(begin('gone', gone)).toBe(false);
    expect(gone.written).toEqual([]);
    expect([refusalOf('gone'), refusalOf('gone'), refusalOf('gone')]).toEqual([
      true,
      true,
      'request.too-many-streams',
    ]);
  });

  it('say that they are still there until they are closed', () => {
    jest.useFakeTimers();
    try {
      const answer = new Answer();
      begin('quiet', answer);
      jest.advanceTimersByTime(2 * HEARTBEAT_MS);
      expect(answer.texts).toEqual([': still here\n\n', ': still here\n\n']);
      answer.end();
      jest.advanceTimersByTime(2 * HEARTBEAT_MS);
      expect(answer.texts).toHaveLength(2);
    } finally {
      jest.useRealTimers();
    }
  });
});
