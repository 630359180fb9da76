import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../src/demo/api-client';
import { type Played, playDemo } from '../../src/demo/demo';
import type { Plan } from '../../src/demo/plan';
import type { ShowProgress } from '../../src/demo/progress';
import type { CopyMethod } from '../../src/platform/extraction/copy/copy-method';
import type { Verdict } from '../../src/platform/cli/check-invariants/check-invariants';
import type { Mover } from '../../test/support/mover';
import type { Bench } from '../harness/scenario';
import { addRows } from './many-rows';
import { move, type Move } from './move';
import { Probe } from './probe';
import { type CountedRequest, kindOf, SeenRequests, type Span, spanOf } from './seen-requests';
import { TwoPlaces } from './two-places';

/** The demo's own default. */
const CONCURRENCY = 16;
const LOOK_MS = 50;
const TELL_EVERY_MS = 500;
/**
 * What is asked every so often at the process where shipping is at home, and at the one that it leaves for.
 */
export const PROBES = [
  'GET /shipments?limit=1 at its old process',
  'GET /shipments?limit=1 at its new process',
];
/** What begins with each order of the demo, and is answered when it has come to its end. */
const ORDER = kindOf({ method: 'POST', path: '/orders', waitSeconds: 1 });

export interface PlayRequest {
  /** Names its databases. */
  readonly name: string;
  readonly plan: Plan;
  /** That shipping has before the first order. */
  readonly rows: number;
  /** How the rows are copied, for each time that shipping leaves and comes back. */
  readonly copies: readonly CopyMethod[];
  /** The superuser's login to the server that shipping leaves for. */
  readonly otherServer: string;
}

/** The demo, played while shipping left and came back. */
export interface PlayedWhileMoving {
  readonly played: Played;
  /** While orders were placed and carried out. */
  readonly playing: Span;
  /** Those that ended while the demo played. */
  readonly moves: readonly Move[];
  /** Those that were sent while it played. */
  readonly requests: readonly CountedRequest[];
  readonly verdicts: readonly Verdict[];
  /** How many were to be made. */
  readonly planned: number;
  readonly brokerVersion: string;
}

/** Plays the demo through both processes, while shipping leaves and comes back at even distances. */
export async function playWhileMoving(
  bench: Bench,
  { name, plan, rows, copies, otherServer }: PlayRequest,
): Promise<PlayedWhileMoving> {
  const tell = (line: string): void => bench.progress(`${name}: ${line}`);
  tell('starting two processes and a broker');
  const places = await TwoPlaces.open(bench, name, otherServer);
  if (rows > 0) await addRows(places.homeUrl, rows, tell);

  const requests = new SeenRequests();
  const api = new ApiClient(places.urls, (seen) => requests.see(seen));
  const probes = places.urls.map((url, index) => new Probe(url, requests, PROBES[index]));
  bench.defer(async () => [api, ...probes].forEach((each) => each.close()));

  let [isOver, step] = [false, ''];
  const show: ShowProgress = async (title, standing, work) => {
    const timer = setInterval(
      () => tell(`${title.trim().toLowerCase()}, ${standing().done} of ${standing().total}${step}`),
      TELL_EVERY_MS,
    );
    return work().finally(() => clearInterval(timer));
  };
  const demo = playDemo(places.application, plan, { concurrency: CONCURRENCY, api, show }).finally(
    () => (isOver = true),
  );
  const orders = ordersIn(plan);
  const share = (): number => (isOver ? 1 : requests.countOf(ORDER) / orders);
  const moving = moveInTurn(places.mover, copies, share, (line) => (step = line && `; ${line}`));
  const [played, moves] = await Promise.race([Promise.all([demo, moving]), places.death]).catch(
    (error: Error) => places.explain(error),
  );
  await Promise.all(probes.map((probe) => probe.end()));

  tell('asking whether everything adds up');
  const verdicts = await places.check();
  await places.close();
  const playing = spanOf(requests.all.filter(({ kind }) => kind === ORDER));
  return {
    played,
    playing,
    requests: requests.within(playing),
    verdicts,
    planned: 2 * copies.length,
    brokerVersion: places.brokerVersion,
    moves: moves.filter(({ endedAt }) => endedAt <= playing.endedAt),
  };
}

const ordersIn = ({ customers }: Plan): number =>
  customers.flatMap(({ steps }) => steps).filter(({ kind }) => kind === 'order').length;

/**
 * Away and back for each way to copy, when so much of the demo was played that all come at even distances.
 * One that comes too late is left out.
 */
async function moveInTurn(
  mover: Mover,
  copies: readonly CopyMethod[],
  share: () => number,
  tell: (line: string) => void,
): Promise<Move[]> {
  const planned = copies.flatMap((copy) =>
    (['extract', 'absorb'] as const).map((direction) => ({ copy, direction })),
  );
  const moves: Move[] = [];
  for (const [index, { copy, direction }] of planned.entries()) {
    while (share() < (index + 1) / (planned.length + 1)) await sleep(LOOK_MS);
    // What has left comes back in any case.
    if (direction === 'extract' && share() === 1) break;
    moves.push(await move(mover, direction, copy, (line) => tell(`${direction}: ${line.trim()}`)));
    tell('');
  }
  return moves;
}
