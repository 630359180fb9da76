import { FAILPOINTS } from '../../src/platform/failpoints';
import type { Fault, SetUp } from './fault';

export const PROFILES = ['quick', 'ci', 'nightly'] as const;
export type Profile = (typeof PROFILES)[number];

/** Trials of a fault in each of its set-ups; `else` for those that are not named. */
type Counts = Readonly<Record<string, number>> & { readonly else: number };

/** Where one trial goes round one failpoint, one round takes as many trials as there are failpoints. */
const FAILPOINT_COUNT = Object.keys(FAILPOINTS).length;

/** A fault that has several forms or both set-ups reaches the number that was asked for with all of them together. */
const TRIALS: Readonly<Record<Profile, Counts>> = {
  quick: { else: 1, 'kill-9': 3 },
  ci: { else: 5, 'kill-9': 10, failpoint: FAILPOINT_COUNT },
  nightly: {
    'kill-9': 500,
    failpoint: FAILPOINT_COUNT * 10,
    'database-stopped': 34,
    'postmaster-killed': 33,
    'backends-terminated': 33,
    'connections-black-holed': 50,
    'connections-half-open': 50,
    'connections-reset': 50,
    'process-frozen': 50,
    'process-frozen-in-batch': 100,
    'commits-disturbed': 100, // 500 messages each
    'messages-poisoned': 20, // 300 messages each
    else: 20,
  },
};

/** The quick profile leaves out what needs long waits, and plays the rest in one set-up only. */
const QUICK = new Map<string, SetUp>([
  ['kill-9', 'two-processes'],
  ['database-stopped', 'one-process'],
  ['connections-reset', 'one-process'],
  ['commits-unanswered', 'two-processes'],
  ['process-frozen', 'two-processes'],
  ['answers-lost', 'one-process'],
]);

export const trialsOf = (profile: Profile, { name }: Pick<Fault, 'name'>): number => TRIALS[profile][name] ?? TRIALS[profile].else;

export function setUpsOf(profile: Profile, { name, setUps }: Pick<Fault, 'name' | 'setUps'>): readonly SetUp[] {
  const quick = QUICK.get(name);
  if (profile === 'quick') return quick ? [quick] : [];
  return setUps;
}
