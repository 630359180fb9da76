import type { Mutant } from '../mutant.ts';

const RULE = 'src/platform/extraction/whereabouts/whereabouts.ts';
const DECIDE = 'src/platform/extraction/whereabouts/decide.ts';
const MOVE = 'src/platform/extraction/move-module.ts';
const ROLL_BACK = 'src/platform/extraction/roll-back.ts';
const CLI = 'src/platform/extraction/move.cli.ts';
const RULE_SPECS = ['src/platform/extraction/whereabouts/whereabouts.unit.spec.ts'];
const INTERRUPTED = ['test/extraction/interrupted.int.spec.ts'];
const DRIFT = ['test/extraction/schema-drift.int.spec.ts'];

/** A module lives in one place, and its move loses nothing. */
export const extraction: readonly Mutant[] = [
  {
    name: 'old-note-goes-on',
    breaks: 'A move that is open in its new place is over, whatever the old place has noted.',
    file: RULE,
    find: `if (arrived?.state === 'done') return { state: 'unnoted', ...open };`,
    put: '',
    specs: RULE_SPECS,
  },
  {
    name: 'two-places-are-one',
    breaks: 'Where both places say that the module lives there, nothing is done.',
    file: RULE,
    find: 'if (holders.length === 2)',
    put: 'if (holders.length === 3)',
    specs: RULE_SPECS,
  },
  {
    name: 'given-up-to-strangers',
    breaks: 'A database that knows nothing of a move is not opened for it.',
    file: RULE,
    find: `if (arrived?.state === 'running' || (isRecord(other)`,
    put: 'if (arrived === undefined || (isRecord(other)',
    specs: RULE_SPECS,
  },
  {
    name: 'forgotten-move-goes-on',
    breaks: 'A move does not go on into a place that was given to another one.',
    file: DECIDE,
    find: `if (isThisWay && !(found.state === 'leaving' && found.lost))`,
    put: 'if (isThisWay)',
    specs: RULE_SPECS,
  },
  {
    name: 'silence-is-consent',
    breaks: 'A module is not moved while the other place cannot be asked.',
    file: DECIDE,
    find: 'if (found.unasked) return refuse(found, way);',
    put: '',
    specs: RULE_SPECS,
  },
  {
    name: 'empty-place-takes-over',
    breaks: 'An empty schema that says that the module lives there is not moved over the data.',
    file: DECIDE,
    find: 'if (found.in === way.source) return',
    put: 'if (found.in === way.source || found.alsoEmpty === way.source) return',
    specs: RULE_SPECS,
  },
  {
    name: 'finish-without-the-rule',
    breaks: 'A copy is dropped only where the module lives in the other place.',
    file: DECIDE,
    find: `found.state === 'lives' && found.in === way.target && !found.unasked && found.alsoEmpty === undefined`,
    put: `found.state !== 'unknown'`,
    specs: INTERRUPTED,
  },
  {
    name: 'made-place-stays-open',
    breaks: 'A place that was only made says after a rollback that the module lives in the old one.',
    file: ROLL_BACK,
    find: `if (placement.state === 'active' && !last`,
    put: `if (placement.state === 'moved' && !last`,
    specs: INTERRUPTED,
  },
  {
    name: 'failure-without-whereabouts',
    breaks: 'After an error the command says where that has left the module.',
    file: CLI,
    find: 'if (!(error as Error).message.includes(where)) note(where);',
    put: '',
    specs: INTERRUPTED,
  },
  {
    name: 'drift-while-moving',
    breaks: 'What is made in a schema while it moves stops the move.',
    file: MOVE,
    find: 'requireNothingMade(session, inventory)',
    put: 'Promise.resolve()',
    specs: DRIFT,
  },
  {
    name: 'changed-counts-as-made',
    breaks: 'What is changed by hand is told like what is made by hand.',
    file: 'src/platform/extraction/plan/schema-drift.ts',
    find: 'calledBy(one) === calledBy(other) && one.definition === other.definition',
    put: 'calledBy(one) === calledBy(other)',
    specs: DRIFT,
  },
];
