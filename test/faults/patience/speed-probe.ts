// A thread of the rig: measures again and again how long the machine takes for a little of what a trial is
// made of.
import { createHash } from 'node:crypto';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';

/** About 8 ms of a core that does nothing else. */
const ROUNDS = 6_000;
const COMMITS = 5;
const PAGE = Buffer.alloc(8_192);
const PAUSE_MS = 2_000;

const folder = mkdtempSync(join(tmpdir(), 'seamline-speed-'));
const file = openSync(join(folder, 'commits'), 'w');
let goesOn = true;
parentPort?.once('message', () => (goesOn = false));
// What was just compiled is slower than what runs.
work();
void probe();

async function probe(): Promise<void> {
  while (goesOn) {
    const begun = performance.now();
    work();
    parentPort?.postMessage(performance.now() - begun);
    await sleep(PAUSE_MS);
  }
  closeSync(file);
  rmSync(folder, { recursive: true, force: true });
  parentPort?.close();
}

function work(): void {
  let text = '';
  for (let round = 0; round < ROUNDS; round += 1)
    text = (
      JSON.parse(JSON.stringify({ text: createHash('sha256').update(text).digest('hex'), round })) as {
        text: string;
      }
    ).text;
  for (let commit = 0; commit < COMMITS; commit += 1) {
    writeSync(file, PAGE, 0, PAGE.length, commit * PAGE.length);
    fdatasyncSync(file);
  }
}
