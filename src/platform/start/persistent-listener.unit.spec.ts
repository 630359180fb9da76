import { once } from 'node:events';
import { Agent, type IncomingMessage, request as httpRequest, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Controller, Get, Module, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Response } from 'express';
import { eventually } from '../../../test/support/eventually';
import { FORWARDED } from '../http/forwarding/forwarded';
import { PersistentListener } from './persistent-listener';
import { PersistentListenerAdapter } from './persistent-listener-adapter';

const answering =
  (name: string): RequestListener =>
  (_request, response) =>
    response.end(name);

describe('a port that outlives its applications', () => {
  let listener: PersistentListener;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  const open = async (longestWaitMs?: number): Promise<void> => {
    listener = new PersistentListener(longestWaitMs);
    listener.open(0, '127.0.0.1', () => undefined);
    await once(listener.server, 'listening');
  };
  afterEach(async () => {
    listener.server.closeAllConnections();
    await listener.close();
  });
  afterAll(() => agent.destroy());

  const ask = (
    path = '/',
  ): Promise<{ status?: number; body: string; reused: boolean; connection?: string }> =>
    new Promise((resolve, reject) => {
      const asked = httpRequest(
        { port: (listener.server.address() as AddressInfo).port, path, agent },
        (answer: IncomingMessage) => {
          text(answer).then(
            (body) =>
              resolve({
                status: answer.statusCode,
                body,
                reused: asked.reusedSocket,
                connection: answer.headers.connection,
              }),
            reject,
          );
        },
      );
      asked.on('error', reject).end();
    });

  const [first, second] = [answering('first'), answering('second')];

  it('lets requests wait while there is no application, and keeps the connections of its clients', async () => {
    await open();
    listener.attach(first);
    expect(await ask()).toMatchObject({ body: 'first' });
    listener.detach(second);
    expect(await ask()).toMatchObject({ body: 'first' });
    listener.detach(first);
    const waiting = ask();
    await eventually(() => expect(listener.waitingRequests).toBe(1));
    listener.attach(second);
    expect(await waiting).toMatchObject({ body: 'second', reused: true });
  });

  it('sends away who has waited for too long, and says that it may be tried again', async () => {
    await open(10);
    const { status, body } = await ask();
    expect({ status, ...JSON.parse(body) }).toMatchObject({ status: 503, code: 'process.rehosting' });
  });

  it('forgets who does not wait any more, and sends away who does when it closes', async () => {
    await open();
    const gone = httpRequest({ port: (listener.server.address() as AddressInfo).port }).on(
      'error',
      () => undefined,
    );
    gone.end();
    await once(listener.server, 'request');
    gone.destroy();
    await eventually(() => expect(listener.waitingRequests).toBe(0));
    const waiting = ask();
    await once(listener.server, 'request');
    const closing = listener.close();
    expect((await waiting).status).toBe(503);
    agent.destroy();
    await closing;
  });

  it('has an application that ends finish what it has begun with, while the next one answers', async () => {
    await open();
    let finish: (answer: string) => void = () => undefined;

    @Controller()
    class First {
      @Get('long')
      long(): Promise<string> {
        return new Promise((resolve) => (finish = resolve));
      }
    }
    @Module({ controllers: [First] })
    class FirstModule {}

    const adapter = new PersistentListenerAdapter(listener);
    const app = await NestFactory.create(FirstModule, adapter, { logger: false });
    await app.listen((listener.server.address() as AddressInfo).port, '127.0.0.1');
    const long = fetch(`http://127.0.0.1:${(listener.server.address() as AddressInfo).port}/long`);
    await once(listener.server, 'request');
    let closed = false;
    const closing = app.close().then(() => (closed = true));
    await adapter.quiesced;
    const asked = ask();
    await eventually(() => expect(listener.waitingRequests).toBe(1));
    listener.attach(answering('next'));
    expect(await asked).toMatchObject({ body: 'next' });
    expect(closed).toBe(false);
    finish('the old one');
    expect(await (await long).text()).toBe('the old one');
    await closing;
    await adapter.drained;
    expect(listener.server.listening).toBe(true);
  });

  it('has an application that ends be done when what it still answers was passed on to another process', async () => {
    await open();
    const answers: Response[] = [];

    @Controller()
    class First {
      @Get('own')
      own(@Res() response: Response): void {
        answers.push(response);
      }
      @Get('passed-on')
      passedOn(@Res() response: Response): void {
        answers.push(response);
        response.emit(FORWARDED);
      }
    }
    @Module({ controllers: [First] })
    class FirstModule {}

    const adapter = new PersistentListenerAdapter(listener);
    const app = await NestFactory.create(FirstModule, adapter, { logger: false });
    const { port } = listener.server.address() as AddressInfo;
    await app.listen(port, '127.0.0.1');
    const asked = ['own', 'passed-on'].map((path) => fetch(`http://127.0.0.1:${port}/${path}`));
    await eventually(() => expect(answers).toHaveLength(2));
    const ends: string[] = [];
    void adapter.drained.then(() => ends.push('done'));
    const closing = app.close().then(() => ends.push('closed'));
    await adapter.quiesced;
    expect(ends).toEqual([]);
    answers.find(({ req }) => req.path === '/own')?.end();
    await adapter.drained;
    expect(ends).toEqual(['done']);
    answers.find(({ req }) => req.path === '/passed-on')?.end();
    await Promise.all([...asked, closing]);
    expect(ends).toEqual(['done', 'closed']);
  });
});
