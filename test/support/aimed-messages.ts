import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { MsgHdrs, NatsConnection } from '@nats-io/transport-node';

/**
 * Has the server send a message of a login's own stream to any subject, as the answer to the question for the
 * next message: no server checks where an answer goes. `own` is a subject that the login may publish to, in a
 * stream that is there.
 */
export async function aimMessage(
  login: NatsConnection,
  own: string,
  target: string,
  data: string | Uint8Array,
  headers?: MsgHdrs,
): Promise<void> {
  const { stream, seq } = await jetstream(login).publish(own, data, { headers });
  const { consumers } = await jetstreamManager(login, { checkAPI: false });
  const name = `aim-${seq}`;
  await consumers.add(stream, {
    name,
    ack_policy: 'none',
    deliver_policy: 'by_start_sequence',
    opt_start_seq: seq,
  });
  login.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`, JSON.stringify({ batch: 1 }), {
    reply: target,
  });
  await login.flush();
}
