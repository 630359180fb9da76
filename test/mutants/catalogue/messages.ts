import type { Mutant } from '../mutant.ts';

const READ = 'src/platform/messages/read-message.ts';
const UPCAST = 'src/platform/messages/upcast.ts';
const READ_SPECS = ['src/platform/messages/read-message.unit.spec.ts'];
const VERSIONS_SPECS = ['src/platform/subscriptions/versions.int.spec.ts'];

/** A message of any version is read by a process of any other, or waits for one that can. */
export const messages: readonly Mutant[] = [
  {
    name: 'upcaster-skipped-on-redrive',
    breaks: 'A message of an older version that was set aside is upcast when it is handled after all.',
    file: 'src/platform/subscriptions/deferred-messages.ts',
    find: 'envelope: envelopeFrom(envelope) };',
    put: 'envelope: envelopeFrom({ ...envelope, version: this.known.get(envelope.type)?.version ?? envelope.version }) };',
    specs: VERSIONS_SPECS,
  },
  {
    name: 'upcaster-applied-twice',
    breaks: 'Each upcaster runs once.',
    file: UPCAST,
    find: 'current = step.type.upcast(current as never);',
    put: 'current = step.type.upcast(step.type.upcast(current as never) as never);',
    specs: [...READ_SPECS, ...VERSIONS_SPECS],
  },
  {
    name: 'upcast-data-set-aside',
    breaks: 'What is set aside stays as it was written, so that nothing is upcast again.',
    file: 'src/platform/subscriptions/retry-queue.ts',
    find: 'await this.messages.defer(this.work.manager, message, failure);',
    put: `await this.messages.defer(this.work.manager, { ...message, data: { ...require('../messages/read-message').readMessage(message, this.consumer.contracts.get(message.type)!) } }, failure);`,
    specs: VERSIONS_SPECS,
  },
  {
    name: 'upcast-message-believed',
    breaks: 'An upcast message is checked, whatever rules it was checked by in its own version.',
    file: READ,
    find: 'return parseMessage(upcast(data, version, contract), contract);',
    put: 'return parseMessage(upcast(data, version, contract), contract, rules);',
    specs: READ_SPECS,
  },
  {
    name: 'page-changed-by-upcaster',
    breaks: 'An upcaster cannot change what other consumers read.',
    file: UPCAST,
    find: 'structuredClone(data)',
    put: 'data',
    specs: READ_SPECS,
  },
  {
    name: 'newer-version-handled',
    breaks: 'A newer message is read by an older reader only where its sender says that it can.',
    file: READ,
    find: 'if (readableSince <= contract.version)',
    put: 'if (readableSince > 0)',
    specs: READ_SPECS,
  },
  {
    name: 'newer-message-waits-for-operator',
    breaks: 'What a process was too old for is handled once one that knows it takes over.',
    file: 'src/platform/subscriptions/retry-queue.ts',
    find: '...(error instanceof UnknownVersion && { wantsVersion: error.readableSince }),',
    put: '',
    specs: VERSIONS_SPECS,
  },
];
