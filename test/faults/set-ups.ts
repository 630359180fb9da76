import { moduleNames } from '../support/modules';
import { type Topology, topologyNamed } from '../support/topologies';

/**
 * How the application is put together. The names are those of the acceptance suite's topologies; `-3` means
 * as many broker nodes, `shipping-twice` that two processes host shipping, and
 * `shipping-moving` that shipping is apart at one time and at home at another.
 */
export const SET_UPS = [
  'one-process',
  'two-processes',
  'shipping-apart',
  'shipping-apart-3',
  'shipping-twice',
  'shipping-moving',
  'orders-and-payments-apart',
  'all-apart',
] as const;
export type SetUp = (typeof SET_UPS)[number];

/** Processes, databases and brokers of a set-up. */
export function topologyOf(setUp: SetUp): Topology {
  if (setUp === 'shipping-apart-3') return { ...topologyNamed('shipping-apart'), name: setUp, brokers: 3 };
  if (setUp === 'shipping-moving')
    return { ...topologyNamed('shipping-apart'), name: setUp, processes: [moduleNames, ['shipping']] };
  if (setUp === 'shipping-twice') {
    const { processes, ...topology } = topologyNamed('shipping-apart');
    return { ...topology, name: setUp, processes: [...processes, ['shipping']] };
  }
  return topologyNamed(setUp);
}

/** Whether its modules are in several databases, with a broker between their processes. */
export const isApart = (setUp: SetUp): boolean => topologyOf(setUp).brokers > 0;
