import type { Topology } from '../../topology/topology';
import type { CallsCounted } from '../../cli/topology/ask-processes';
import type { CallFigures } from '../../cli/topology/call-figures';

/** The synchronous calls that cross processes after an extraction, in both directions. */
export interface CallsAcross {
  refusals: string[];
  warnings: string[];
}

export interface CallsAcrossOptions {
  /** The counts of running processes, or why none could be asked. */
  counted: CallsCounted | Error;
  /** Contracts whose calls may go over the network all the same. */
  accepted: readonly string[];
}

/** A call that clients wait for so often is in a hot path. */
const HOT_PER_MINUTE = 1;

/**
 * A caller that waits for an answer waits for the network and the other process, too. Where clients wait
 * along, every one of them would: that is refused, unless the operator accepts it. What message handlers wait
 * for only makes them slower, and is retried.
 */
export function callsAcross(
  module: string,
  { calls }: Pick<Topology, 'calls'>,
  { counted, accepted }: CallsAcrossOptions,
): CallsAcross {
  const across: CallsAcross = { refusals: [], warnings: [] };
  for (const { module: from, contract } of callsOf(module, calls)) {
    const waits = `${from} waits for the answer of ${contract.module} to ${contract.name}`;
    if (counted instanceof Error) {
      across.warnings.push(`${waits}: over the network then`);
      continue;
    }
    const [hot] = figuresOf(counted, from, contract.name).filter(isHot);
    if (hot && !accepted.includes(contract.name))
      across.refusals.push(refusalOf(hot, contract.module, counted));
    else
      across.warnings.push(
        `${waits}: over the network then. ${howOften(figuresOf(counted, from, contract.name), counted)}`,
      );
  }
  if (counted instanceof Error && across.warnings.length > 0)
    across.warnings.push(
      `whether clients wait for them often is not known: ${counted.message}. --metrics names the running processes`,
    );
  return across;
}

/** The contracts whose calls would cross, which is what may be accepted. */
export const contractsAcross = (module: string, { calls }: Pick<Topology, 'calls'>): string[] => [
  ...new Set(callsOf(module, calls).map(({ contract }) => contract.name)),
];

const callsOf = (module: string, calls: Topology['calls']): Topology['calls'] =>
  calls.filter((call) => (call.module === module) !== (call.contract.module === module));

const figuresOf = ({ figures }: CallsCounted, from: string, contract: string): CallFigures[] =>
  figures.filter((call) => call.from === from && call.contract === contract);

/** Those that go over the network already do not change. */
const isHot = ({ over, causedBy, perMinute }: CallFigures): boolean =>
  over === 'process' && causedBy === 'request' && perMinute >= HOT_PER_MINUTE;

const refusalOf = (call: CallFigures, owner: string, counted: CallsCounted): string =>
  `Clients wait while ${call.from} asks ${owner} for ${call.contract}, ${rateOf(call.perMinute)} since ${timeOf(counted)}, 95 of 100 within ${call.p95Ms ?? 'more than 10,000'} ms. ` +
  `Over the network each of them waits longer, and is refused while ${owner} cannot be reached. ` +
  `Let ${call.from} keep a copy by a subscription, or accept it: --accept-calls ${call.contract}`;

function howOften(calls: readonly CallFigures[], counted: CallsCounted): string {
  const perMinute = calls.reduce((sum, call) => sum + call.perMinute, 0);
  return `It asked ${perMinute === 0 ? 'not once' : rateOf(perMinute)} since ${timeOf(counted)}`;
}

const rateOf = (perMinute: number): string =>
  `${perMinute < 1 ? perMinute.toPrecision(1) : Math.round(perMinute)} times a minute`;
const timeOf = ({ since }: CallsCounted): string => new Date(since).toISOString();
