import type { Envelope } from '../messages/envelope';

/** A message as JSON keeps it, in the table of deferred messages. */
export type StoredEnvelope = Omit<Envelope, 'position' | 'time'> & {
  position: { generation: number; tick: string; seq: string };
  time: string;
};

/** The message that was stored. */
export const envelopeFrom = ({ position, time, ...rest }: StoredEnvelope): Envelope => ({
  ...rest,
  time: new Date(time),
  position: { generation: position.generation, tick: BigInt(position.tick), seq: BigInt(position.seq) },
});
