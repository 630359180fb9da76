import { type ConsumerInfo, jetstream, type PeerInfo } from '@nats-io/jetstream';
import { Logger } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogSource } from '../../src/platform/log/log-source';
import { encodeRecord } from '../../src/platform/transport/log-record';
import { LogStream } from '../../src/platform/transport/log-stream';
import { streamOf } from '../../src/platform/transport/log-subjects';
import { eventually } from '../support/eventually';
import { describeWithNats, NatsServer } from '../support/nats-server';
import { ConformanceRig, LOG, readUntil, someKeys } from './conformance';
import { NatsTransport } from './nats-transport';

describeWithNats('A transport over a cluster of brokers', () => {
  let rig: ConformanceRig;
  let servers: NatsServer[];
  let transport: NatsTransport;
  let connection: NatsConnection;

  beforeAll(async () => {
    rig = await ConformanceRig.start();
    servers = await NatsServer.startCluster();
    transport = await NatsTransport.start(rig, ...servers);
    connection = await transport.connect();
  });

  afterAll(async () => {
    await connection.close();
    await rig.stopAll();
    await transport.close();
    await rig.close();
    for (const server of servers) await server.stop();
  });

  /** The last sequence that a node holds, from its monitor: clients get the leader's. */
  async function endOn({ monitorUrl }: NatsServer): Promise<number | undefined> {
    const answer = await fetch(new URL('/jsz?accounts=true&streams=true', monitorUrl));
    const { account_details } = (await answer.json()) as {
      account_details?: { stream_detail?: { name: string; state: { last_seq: number } }[] }[];
    };
    return account_details
      ?.flatMap(({ stream_detail = [] }) => stream_detail)
      .find(({ name }) => name === streamOf(LOG))?.state.last_seq;
  }

  it('holds the same messages on every node after one was away in the middle of batches', async () => {
    const { source } = await rig.open(transport);
    await rig.subscribe('shipping.node-away', source);
    const keys = someKeys(8);
    const publishing = rig.publishMany(keys, 300, 5);
    for (let kills = 1; kills <= 3; kills += 1) {
      await eventually(
        async () =>
          expect(await rig.countEffects('shipping.node-away', keys)).toBeGreaterThanOrEqual(kills * 300),
        40_000,
      );
      // During an election no node answers.
      const info = await eventually(async () => (await LogStream.of(connection, LOG)).info());
      const follower = servers.find(({ port }) => `test-${port}` !== info?.cluster?.leader)!;
      await follower.kill();
      // Longer than the broker remembers ids.
      await sleep(1_500);
      await follower.restart();
    }
    await publishing;
    await rig.everythingCame('shipping.node-away', keys, 300);
    await eventually(async () => {
      const { sequence } = await (await LogStream.of(connection, LOG)).end();
      expect(await Promise.all(servers.map(endOn))).toEqual([sequence, sequence, sequence]);
    }, 40_000);
  }, 300_000);

  /** The node that serves what a reader reads ahead. */
  const nodeOf = (source: LogSource): string | undefined =>
    (source as unknown as { cursor?: { consumer: ConsumerInfo } }).cursor?.consumer.cluster?.leader;

  it('is read from another node when one stands still and does not know it', async () => {
    const [key] = someKeys(1);
    await rig.publish(key, 1);
    const { source } = await rig.open(transport);
    const isMine = ({ subject }: { subject: string }): boolean => subject === key;
    // A cluster that has just begun may still elect.
    const beginning = await eventually(() => source.beginning());
    const message = (await readUntil(source, beginning, isMine)).find(isMine)!;
    const { subject, data, headers } = encodeRecord(LOG, {
      position: message.position,
      after: message.position,
      through: message.position,
      message,
    });
    const repeat = (msgID: string, lastMsgID?: string): Promise<unknown> =>
      jetstream(connection).publish(subject, data, { headers, msgID, expect: { lastMsgID } });
    const stream = await LogStream.of(connection, LOG);
    const leader = (await eventually(() => stream.info()))?.cluster?.leader;
    const follower = servers.find(({ port }) => `test-${port}` !== leader)!;
    const followerOf = async (): Promise<PeerInfo | undefined> =>
      (await stream.info())?.cluster?.replicas?.find(({ name }) => name === `test-${follower.port}`);
    let sequence = 0;
    const leaveBehind = async (): Promise<void> => {
      await repeat('a');
      ({ sequence } = await stream.end());
      await eventually(async () => expect(await endOn(follower)).toBe(sequence));
      await follower.kill();
      // It will not take that one when it is back, because it remembers no id for so long, and nothing after
      // it.
      try {
        await repeat('b', 'a');
        await sleep(1_500);
      } finally {
        await follower.restart();
      }
      await eventually(async () => {
        const { current, lag = 0 } = (await followerOf())!;
        expect([current, lag]).toEqual([true, 0]);
      });
      await sleep(500);
      // Sometimes it is sent everything that it lacks without judging it.
      expect(await endOn(follower)).toBe(sequence);
    };
    // Otherwise the relay tells, behind each, how far the log goes.
    await transport.pauseOwner(() => eventually(leaveBehind, 60_000));
    const servedByFollower = (): Promise<LogSource> =>
      eventually(async () => {
        const opened = await rig.open(transport);
        const node = await eventually(
          () => nodeOf(opened.source) ?? Promise.reject(new Error('It does not read yet.')),
          10_000,
        );
        expect(node).toBe(`test-${follower.port}`);
        return opened.source;
      }, 60_000);
    const warnings = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    let number = 1;
    await eventually(async () => {
      const source = await servedByFollower();
      const { end } = source;
      await rig.publish(key, (number += 1));
      await eventually(async () => {
        const { messages } = await source.read(end, 10);
        expect(messages.filter(isMine).map(({ keyVersion }) => keyVersion)).toEqual([number]);
      }, 60_000);
      // One that left the node for another reason has shown nothing.
      expect(warnings).toHaveBeenCalledWith(
        expect.stringContaining(`test-${follower.port} has stopped at message`),
      );
    }, 150_000);
    warnings.mockRestore();
    expect(await endOn(follower)).toBe(sequence);
  }, 360_000);
});
