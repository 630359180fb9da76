import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  armFailpoint,
  failpoint,
  FailpointError,
  FAILPOINTS,
  MOVE_END_FAILPOINTS,
  MOVE_FAILPOINTS,
  parseFailpoint,
} from './failpoints';

const SOURCES = join(__dirname, '../..');

const called = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .flatMap((file) =>
    [...readFileSync(join(SOURCES, file), 'utf8').matchAll(/\bfailpoint\((?:'([^']*)'|[^)]*)\)/g)].map(
      ([call, name]) => name ?? call,
    ),
  );

describe('failpoints', () => {
  it('are each called once, by a name that is listed', () => {
    expect(called.sort()).toEqual(
      Object.keys({ ...FAILPOINTS, ...MOVE_FAILPOINTS, ...MOVE_END_FAILPOINTS }).sort(),
    );
  });

  it('do nothing until one is armed, which then kills the process at the chosen hit and at no other', () => {
    const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
    failpoint('tick.before');
    armFailpoint({ name: 'tick.after', hit: 2, fate: 'die' });
    failpoint('tick.before');
    failpoint('tick.after');
    expect(kill).not.toHaveBeenCalled();
    failpoint('tick.after');
    failpoint('tick.after');
    expect(kill.mock.calls).toEqual([[process.pid, 'SIGKILL']]);
    kill.mockRestore();
  });

  it('throw at the chosen hit, and go on at the next', () => {
    armFailpoint({ name: 'move.opened', hit: 2, fate: 'throw' });
    failpoint('move.opened');
    expect(() => failpoint('move.opened')).toThrow(FailpointError);
    failpoint('move.opened');
  });

  it.each([
    ['tick.after', { name: 'tick.after', hit: 1, fate: 'die' }],
    ['tick.after:12', { name: 'tick.after', hit: 12, fate: 'die' }],
    ['tick.after:12:freeze', { name: 'tick.after', hit: 12, fate: 'freeze' }],
    ['move.opened:1:throw', { name: 'move.opened', hit: 1, fate: 'throw' }],
    ['tick.after:12:sleep', null],
    ['tick.after:0', null],
    ['tick.after:', null],
    ['tick.afterwards', null],
    ['toString', null],
    ['', null],
  ])('are read from %j', (text, expected) => {
    expect(parseFailpoint(text)).toEqual(expected);
  });
});
