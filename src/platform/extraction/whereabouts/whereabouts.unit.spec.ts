import { decideDropSourceCopy, decideMove, decideRollBack } from './decide';
import { describeWhereabouts } from './describe';
import { type MoveNote, type PlacementRecord, type Inspection, whereabouts } from './whereabouts';

/**
 * Two places and how a move writes to them, one commit after the other. What it decides and how it is judged
 * is the code itself.
 */
interface World {
  places: Record<Name, Kept>;
  /** How often the module was written to. */
  written: number;
  moves: number;
}
type Name = 'home' | 'away';
interface Kept {
  made: boolean;
  state: 'active' | 'leaving' | 'fenced' | 'moved';
  elsewhere: string | null;
  /** The state of the data: how often it was written to when it was copied or written. */
  data: number;
  notes: MoveNote[];
}
type Write = (world: World) => void;

const BEGINNING: World = {
  places: {
    home: { made: true, state: 'active', elsewhere: null, data: 1, notes: [] },
    away: { made: false, state: 'active', elsewhere: null, data: 0, notes: [] },
  },
  written: 1,
  moves: 0,
};
const OTHER: Record<Name, Name> = { home: 'away', away: 'home' };
const COMMANDS = (['extract', 'absorb'] as const).flatMap((direction) =>
  (['move', 'rollback', 'finish'] as const).map((kind) => ({ direction, kind })),
);
type Command = (typeof COMMANDS)[number];
const endsOf = ({ direction }: Command): { source: Name; target: Name } =>
  direction === 'extract' ? { source: 'home', target: 'away' } : { source: 'away', target: 'home' };

const recordOf = ({ places }: World, name: Name): PlacementRecord => {
  const { made, state, elsewhere, data, notes } = places[name];
  if (!made) return { name, pristine: false, notes: [] };
  return {
    name,
    placement: { state, elsewhere },
    pristine: state === 'active' && data === 0 && notes.length === 0,
    notes,
  };
};
const seen = (world: World, name: Name, unreachable?: Name): Inspection =>
  name === unreachable ? { name, unreachable: 'no answer' } : recordOf(world, name);
const noteIn = (world: World, place: Name, move: string): MoveNote =>
  world.places[place].notes.find((note) => note.move === move)!;
const setState = (world: World, place: Name, move: string, state: MoveNote['state']): void => {
  const { notes } = world.places[place];
  notes.splice(
    notes.findIndex((note) => note.move === move),
    1,
    { ...noteIn(world, place, move), state },
  );
};

/**
 * The commits that a command would make from here on, or why it makes none. The other place may be out of
 * reach from the start.
 */
function commitsOf(
  world: World,
  command: Command,
  unreachable?: Name,
): { writes: Write[]; refused?: string } {
  const { source, target } = endsOf(command);
  if (source === unreachable || !world.places[source].made)
    return { writes: [], refused: 'cannot be reached' };
  const found = whereabouts(seen(world, source), seen(world, target, unreachable));
  const way = { module: 'shipping', source, target };
  const noting: Write[] =
    found.state === 'lives'
      ? found.unnoted.map(
          ({ move, place }) =>
            (at) =>
              setState(at, place as Name, move, 'done'),
        )
      : [];
  if (command.kind === 'move') {
    const decision = decideMove(found, way);
    if (decision.do === 'refuse') return { writes: noting, refused: decision.because };
    if (decision.do === 'report') return { writes: noting };
    if (target === unreachable) return { writes: noting, refused: 'cannot be reached' };
    return {
      writes: [
        ...noting,
        ...moveOf(world, source, target, decision.do === 'resume' ? decision.move : undefined),
      ],
    };
  }
  if (command.kind === 'rollback') {
    const decision = decideRollBack(found, way);
    if (decision.do === 'refuse') return { writes: noting, refused: decision.because };
    const last = world.places[source].notes.findLast(({ side }) => side === 'source');
    if (decision.do === 'tidy' && last?.state !== 'undone')
      return { writes: noting, refused: 'no move to roll back' };
    return {
      writes: [
        ...noting,
        ...undoingOf(decision.do === 'undo' ? decision.move : last!.move, source, target, unreachable),
      ],
    };
  }
  const decision = decideDropSourceCopy(found, way);
  if (decision.do === 'refuse' || world.places[source].state !== 'moved')
    return { writes: noting, refused: 'nothing to finish' };
  return { writes: [...noting, (at) => void (at.places[source].data = 0)] };
}

function moveOf(world: World, source: Name, target: Name, begun: string | undefined): Write[] {
  const move = begun ?? `move ${world.moves + 1}`;
  const running = begun === undefined || noteIn(world, source, move).state === 'running';
  const isPrepared = begun !== undefined && noteIn(world, source, move).prepared;
  const note = { move, source, target, state: 'running', prepared: false } as const;
  const shut = (at: World): void =>
    void Object.assign(at.places[target], { state: 'moved', elsewhere: source });
  return [
    ...(begun === undefined
      ? [
          (at: World): void => {
            at.moves += 1;
            at.places[source].notes.push({ ...note, side: 'source' });
          },
        ]
      : []),
    ...(running && !isPrepared
      ? [
          ...(world.places[target].made
            ? [shut]
            : [
                (at: World): void =>
                  void Object.assign(at.places[target], { made: true, state: 'active', data: 0 }),
              ]),
          (at: World): void => {
            const to = at.places[target];
            shut(at);
            to.data = 0;
            to.notes = to.notes.map((other) =>
              other.side === 'target' && other.state === 'running' && other.move !== move
                ? { ...other, state: 'undone' }
                : other,
            );
            if (!to.notes.some((other) => other.move === move)) to.notes.push({ ...note, side: 'target' });
          },
          (at: World): void => {
            const { notes } = at.places[source];
            const index = notes.findIndex((other) => other.move === move);
            notes[index] = { ...notes[index], prepared: true };
          },
        ]
      : []),
    ...(running
      ? [
          (at: World): void => void Object.assign(at.places[source], { state: 'leaving', elsewhere: target }),
          (at: World): void => void Object.assign(at.places[source], { state: 'fenced', elsewhere: target }),
          (at: World): void => void (at.places[target].data = at.places[source].data),
          (at: World): void => {
            at.places[source].state = 'moved';
            setState(at, source, move, 'switched');
          },
        ]
      : []),
    (at: World): void => {
      if (noteIn(at, target, move).state === 'done') return;
      Object.assign(at.places[target], { state: 'active', elsewhere: null });
      setState(at, target, move, 'done');
    },
    (at: World): void => setState(at, source, move, 'done'),
  ];
}

const undoingOf = (move: string, source: Name, target: Name, unreachable?: Name): Write[] => [
  (at) => {
    Object.assign(at.places[source], { state: 'active', elsewhere: null });
    setState(at, source, move, 'undone');
  },
  ...(target === unreachable
    ? []
    : [
        (at: World): void => {
          const to = at.places[target];
          if (to.made && to.state === 'active' && recordOf(at, target).pristine)
            Object.assign(to, { state: 'moved', elsewhere: source });
          if (
            to.notes.findLast(({ side }) => side === 'target')?.move !== move ||
            noteIn(at, target, move).state === 'undone'
          )
            return;
          to.data = 0;
          setState(at, target, move, 'undone');
        },
      ]),
];

const afterwards = (world: World, writes: readonly Write[]): World => {
  const next = structuredClone(world);
  for (const write of writes) write(next);
  return next;
};
const actives = (world: World): Name[] =>
  (['home', 'away'] as const).filter((name) => {
    const { placement, pristine } = recordOf(world, name);
    return placement?.state === 'active' && !pristine;
  });
/**
 * Two worlds in which the same will happen are the same: what is over counts no more, but for the last of
 * each side.
 */
const keyOf = (world: World): string => {
  const { home, away } = world.places;
  const names = new Map<string, string>();
  const side = ({ notes, data, ...kept }: Kept): unknown => ({
    ...kept,
    data: data === 0 ? 'none' : data === world.written ? 'all' : 'old',
    notes: notes
      .filter(
        (note, index) =>
          ['running', 'switched'].includes(note.state) ||
          notes.findLastIndex((n) => n.side === note.side) === index,
      )
      .map(({ move, ...note }) => {
        if (!names.has(move)) names.set(move, String(names.size));
        return { ...note, move: names.get(move) };
      }),
  });
  return JSON.stringify([side(home), side(away)]);
};

describe('where a module lives, by what two places say', () => {
  /** Every world that some order of commands, cut short after any of their commits, leads to. */
  const worlds = new Map<string, World>();

  beforeAll(() => {
    const left: World[] = [BEGINNING];
    for (let world = left.pop(); world; world = left.pop()) {
      if (worlds.has(keyOf(world))) continue;
      worlds.set(keyOf(world), world);
      for (const command of COMMANDS) {
        for (const unreachable of [undefined, 'home', 'away'] as const) {
          const { writes } = commitsOf(world, command, unreachable);
          for (let commits = 1; commits <= writes.length; commits += 1)
            left.push(afterwards(world, writes.slice(0, commits)));
        }
      }
      const [active] = actives(world);
      if (active)
        left.push(
          afterwards(world, [
            (at) => {
              at.written += 1;
              at.places[active].data = at.written;
            },
          ]),
        );
    }
  });

  const each = (judge: (world: World) => string | undefined): string[] =>
    [...worlds.values()].flatMap((world) => judge(world) ?? []).slice(0, 3);

  it('walks through every order of interruptions', () => {
    expect(worlds.size).toBeGreaterThan(100);
  });

  it('is one place at a time, and that has all that was ever written', () => {
    expect(
      each((world) => {
        const [active, second] = actives(world);
        if (second) return `two: ${keyOf(world)}`;
        return active && world.places[active].data !== world.written ? `lost: ${keyOf(world)}` : undefined;
      }),
    ).toEqual([]);
  });

  it('is told truly, from either side', () => {
    expect(
      each((world) => {
        const found = [
          whereabouts(recordOf(world, 'home'), recordOf(world, 'away')),
          whereabouts(recordOf(world, 'away'), recordOf(world, 'home')),
        ];
        const [active] = actives(world);
        const says = found.map((one) =>
          one.state === 'lives' ? one.in : one.state === 'leaving' ? one.from : one.state,
        );
        const truth =
          active ??
          (['home', 'away'] as const).find((name) =>
            ['leaving', 'fenced'].includes(world.places[name].state),
          ) ??
          'between';
        return says.every((said) => said === truth)
          ? undefined
          : `${says.join(' and ')} is ${truth}: ${keyOf(world)}`;
      }),
    ).toEqual([]);
  });

  it('is never told wrongly while one of them cannot be asked', () => {
    expect(
      each((world) => {
        for (const unreachable of ['home', 'away'] as const) {
          const found = whereabouts(seen(world, 'home', unreachable), seen(world, 'away', unreachable));
          const says =
            found.state === 'lives' ? found.in : found.state === 'leaving' ? found.from : undefined;
          if (says !== undefined && ['moved'].includes(world.places[says as Name].state))
            return `${says}, without ${unreachable}: ${keyOf(world)}`;
          if (found.state === 'between') return `between, without ${unreachable}: ${keyOf(world)}`;
        }
        return undefined;
      }),
    ).toEqual([]);
  });

  it('is neither moved nor said to have been while one of them cannot be asked, but for a move that goes on', () => {
    expect(
      each((world) => {
        for (const command of COMMANDS.filter(({ kind }) => kind === 'move'))
          for (const unreachable of ['home', 'away'] as const) {
            const { source, target } = endsOf(command);
            const found = whereabouts(seen(world, source, unreachable), seen(world, target, unreachable));
            const decision = decideMove(found, { module: 'shipping', source, target });
            if (!['refuse', 'resume'].includes(decision.do))
              return `${decision.do} of ${command.direction}, without ${unreachable}: ${keyOf(world)}`;
          }
        return undefined;
      }),
    ).toEqual([]);
  });

  it('is the target of every move that says that it is well', () => {
    expect(
      each((world) => {
        for (const command of COMMANDS.filter(({ kind }) => kind === 'move')) {
          const { writes, refused } = commitsOf(world, command);
          if (refused === undefined && actives(afterwards(world, writes))[0] !== endsOf(command).target)
            return `${command.direction}: ${keyOf(world)}`;
        }
        return undefined;
      }),
    ).toEqual([]);
  });

  it('can be brought to either place from everywhere: by the same command, or the other one and then it', () => {
    const through = (world: World, commands: readonly Command[]): World =>
      commands.reduce((at, command) => afterwards(at, commitsOf(at, command).writes), world);
    const move = (direction: Command['direction']): Command => ({ direction, kind: 'move' });
    expect(
      each((world) => {
        for (const direction of ['extract', 'absorb'] as const) {
          const wanted = move(direction);
          const opposite = move(direction === 'extract' ? 'absorb' : 'extract');
          const ends = [through(world, [wanted]), through(world, [opposite, wanted])];
          if (!ends.some((end) => actives(end)[0] === endsOf(wanted).target))
            return `no ${direction}: ${keyOf(world)}`;
        }
        return undefined;
      }),
    ).toEqual([]);
  });

  it('can be undone until it is switched, whether or not the new place answers', () => {
    expect(
      each((world) => {
        const found = whereabouts(recordOf(world, 'home'), recordOf(world, 'away'));
        if (found.state !== 'leaving') return undefined;
        const command = {
          direction: found.from === 'home' ? 'extract' : 'absorb',
          kind: 'rollback',
        } as const;
        for (const unreachable of [undefined, OTHER[found.from as Name]]) {
          const end = afterwards(world, commitsOf(world, command, unreachable).writes);
          if (actives(end)[0] !== found.from) return `${String(unreachable)}: ${keyOf(world)}`;
        }
        return undefined;
      }),
    ).toEqual([]);
  });

  describe('and where the databases are not those that were there before', () => {
    const note = (
      side: MoveNote['side'],
      state: MoveNote['state'],
      more: Partial<MoveNote> = {},
    ): MoveNote => ({
      move: 'm',
      source: 'home',
      target: 'away',
      prepared: true,
      ...more,
      side,
      state,
    });
    const place = (
      name: string,
      state: 'active' | 'leaving' | 'fenced' | 'moved',
      notes: MoveNote[] = [],
      more: Partial<PlacementRecord> = {},
    ) => ({
      name,
      placement: { state, elsewhere: state === 'active' ? null : name === 'home' ? 'away' : 'home' },
      pristine: false,
      notes,
      ...more,
    });
    const nothing = (name: string): PlacementRecord => ({ name, pristine: false, notes: [] });

    it.each<[string, Inspection, Inspection, string]>([
      ['two active places', place('home', 'active'), place('away', 'active'), ' say that it lives there.'],
      [
        'a new place that was replaced before it was opened',
        place('home', 'moved', [note('source', 'switched')]),
        nothing('away'),
        'home has given it up to away, which knows nothing of that: it was replaced, or is older than it should be.',
      ],
      [
        'an old place that was put back',
        place('home', 'active', [note('source', 'running')]),
        place('away', 'active', [note('target', 'done')]),
        'home says that the move to away is not over, and that it is: one of them is older than it should be.',
      ],
      [
        'a new place that was replaced by an empty one',
        place('home', 'moved', [note('source', 'done')]),
        place('away', 'active', [], { pristine: true }),
        'home says that it lives in away, which is empty',
      ],
      [
        'two copies',
        place('home', 'moved', [note('source', 'done')]),
        place('away', 'moved', [note('target', 'done')]),
        'one of them was replaced, or is older than it should be.',
      ],
      [
        'a move that is not written down',
        place('home', 'fenced'),
        nothing('away'),
        'home says that it is on its way to away, and knows of no such move.',
      ],
      [
        'no answer at all',
        { name: 'home', unreachable: 'no answer' },
        nothing('away'),
        'home cannot be asked: no answer.',
      ],
      [
        'no answer from where it went',
        place('home', 'moved', [note('source', 'switched')]),
        { name: 'away', unreachable: 'no answer' },
        'home has given it up to away. away cannot be asked: no answer.',
      ],
    ])('says so and does nothing: %s', (_name, one, other, why) => {
      for (const found of [whereabouts(one, other), whereabouts(other, one)]) {
        expect(describeWhereabouts('shipping', found)).toContain(why);
        expect(found.state).toBe('unknown');
        for (const way of [
          { module: 'shipping', source: 'home', target: 'away' },
          { module: 'shipping', source: 'away', target: 'home' },
        ])
          expect([
            decideMove(found, way).do,
            decideRollBack(found, way).do,
            decideDropSourceCopy(found, way).do,
          ]).toEqual(['refuse', 'refuse', 'refuse']);
      }
    });

    it('knows a place by its moves when it has another name than it had', () => {
      const renamed = note('target', 'running', { source: 'home-before', target: 'away-before' });
      const begun = note('source', 'switched', { source: 'home-before', target: 'away-before' });
      expect(whereabouts(place('home', 'moved', [begun]), place('away', 'moved', [renamed]))).toEqual({
        state: 'between',
        move: 'm',
        from: 'home',
        to: 'away',
      });
    });

    it('does not go on into a place that has forgotten the move, and can be undone', () => {
      const found = whereabouts(
        place('home', 'fenced', [note('source', 'running')]),
        place('away', 'moved', [note('target', 'undone')]),
      );
      expect(found).toMatchObject({ state: 'leaving', lost: true });
      const way = { module: 'shipping', source: 'home', target: 'away' };
      expect(decideMove(found, way)).toEqual({
        do: 'refuse',
        because: expect.stringContaining('undo it with --rollback'),
      });
      expect(decideRollBack(found, way)).toEqual({ do: 'undo', move: 'm' });
    });

    it('lives in a third place where a copy says so', () => {
      const copy = place('home', 'moved', [], { placement: { state: 'moved', elsewhere: 'third' } });
      expect(whereabouts(copy, nothing('away'))).toEqual({ state: 'elsewhere', in: 'third' });
    });
  });
});
