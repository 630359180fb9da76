import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { armFailpoint, failpoint, FAILPOINTS, MOVE_FAILPOINTS, parseFailpoint } from './failpoints';

const SOURCES = join(__dirname, '..');

const called = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .flatMap((file) =>
    [...readFileSync(join(SOURCES, file), 'utf8').matchAll(/\bfailpoint\((?:'([^']*)'|[^)]*)\)/g)].map(([call, name]) => name ?? call),
  );

describe('failpoints', () => {
  it('are each called once, by a name that is listed', () => {
    expect(called.sort()).toEqual(Object.keys({ ...FAILPOINTS, ...MOVE_FAILPOINTS }).sort());
  });

  it('do nothing until one is armed, which then kills the process at the chosen hit and at no other', () => {
    const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
    failpoint('tick.before');
    armFailpoint({ name: 'tick.after', hit: 2, signal: 'SIGKILL' });
    failpoint('tick.before');
    failpoint('tick.after');
    expect(kill).not.toHaveBeenCalled();
    failpoint('tick.after');
    failpoint('tick.after');
    expect(kill.mock.calls).toEqual([[process.pid, 'SIGKILL']]);
    kill.mockRestore();
  });

  it.each([
    ['tick.after', { name: 'tick.after', hit: 1, signal: 'SIGKILL' }],
    ['tick.after:12', { name: 'tick.after', hit: 12, signal: 'SIGKILL' }],
    ['tick.after:12:freeze', { name: 'tick.after', hit: 12, signal: 'SIGSTOP' }],
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
