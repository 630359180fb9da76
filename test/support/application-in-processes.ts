import request from 'supertest';
import type { Environment } from '../../src/platform/config/env-reader';
import type { TestApplication } from './application';
import type { ApiDocument } from './described-api';
import { DescribedAnswers } from './described-answers';
import { HostProcess } from './host-process';
import { operatorOf } from './operator';
import { type OperatedProcess, OpsFront } from './ops-front';
import { PATIENT } from './patient';
import type { Steering, SteeringAnswer } from './steer';
import { type TestGround, TopologyGround } from './test-ground';
import type { Topology } from './topologies';

const TEST_ENVIRONMENT = {
  MESSAGING_POLL_INTERVAL_MS: '50',
  ...PATIENT,
};

const READY_WITHIN_MS = 150_000;

interface Part {
  readonly process: HostProcess;
  readonly modules: readonly string[];
}

/** Starts the built application as a topology says, each of its processes as `npm start` does. */
export async function startInProcesses(
  topology: Topology,
  environment: Environment,
  existing?: TestGround,
): Promise<TestApplication> {
  if (existing && !(existing instanceof TopologyGround))
    throw new Error('Only the ground of a stopped application can be gone on with.');
  const ground = existing ?? (await TopologyGround.open(topology));
  const parts = await Promise.all(topology.processes.map((modules) => prepare(ground, modules, environment)));
  const operated = eachModuleOnce(parts);
  const front = await OpsFront.before(operated);
  const documents = {} as Record<'api' | 'ops', Promise<ApiDocument>>;
  const answers = new DescribedAnswers(() => documents.api);
  const opsAnswers = new DescribedAnswers(() => documents.ops);
  const stop = async (): Promise<void> => {
    front.close();
    await Promise.all(parts.map(({ process }) => process.terminate()));
    await answers.check();
    await opsAnswers.check();
    const failed = parts.filter(({ process }) => process.exitCode !== 0);
    if (failed.length > 0)
      throw new Error(
        `A process did not end in order:\n${failed.map(({ process }) => process.lastWords).join('\n')}`,
      );
  };
  const steerAll = (steer: Partial<Steering>): Promise<SteeringAnswer[]> =>
    Promise.all(parts.map(({ process }) => process.ask<SteeringAnswer>({ steer })));
  try {
    await Promise.all(parts.map(({ process }) => process.start()));
    await ground.connect();
  } catch (error) {
    front.close();
    await Promise.all(parts.map(({ process }) => process.kill()));
    await ground.close();
    throw error;
  }
  const urls = parts.map(({ process }) => process.url);
  // Asked for now, since answers are compared with them when the processes have ended.
  documents.api = documentAt(`${urls[0]}/openapi.json`);
  documents.ops = documentAt(`${operated[0].opsUrl}/ops/api/openapi.json`, environment.OPS_TOKEN);
  let next = 0;
  return {
    url: urls[0],
    processes: parts.map(({ process, modules }) => ({ url: process.url, modules })),
    opsUrls: operated.map(({ opsUrl }) => opsUrl),
    database: ground,
    clock: { moveMinutes: async (moveMinutes) => void (await steerAll({ clock: { moveMinutes } })) },
    provider: async (provider) => void (await steerAll({ provider })),
    routes: async () => [...new Set((await steerAll({ routes: {} })).flatMap(({ routes }) => routes))].sort(),
    // As a load balancer would: every process answers for all modules.
    api: () => answers.noting(request(urls[next++ % urls.length])),
    ops: () => opsAnswers.noting(operatorOf(front.url, environment)),
    answers,
    opsAnswers,
    stop,
    close: async () => {
      await stop().finally(() => ground.close());
    },
  };
}

/** An error is thrown where the document is used. */
function documentAt(url: string, token?: string): Promise<ApiDocument> {
  const load = async (): Promise<ApiDocument> => {
    const response = await fetch(url, {
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(`${url} was answered with ${response.status}.`);
    return (await response.json()) as ApiDocument;
  };
  const loading = load();
  loading.catch(() => undefined);
  return loading;
}

async function prepare(
  ground: TopologyGround,
  modules: readonly string[],
  environment: Environment,
): Promise<Part> {
  const settings = {
    ...TEST_ENVIRONMENT,
    MODULES: modules.join(','),
    ...ground.settingsFor(modules),
    ...(environment as Record<string, string>),
  };
  const process = await HostProcess.in({
    settings,
    preload: ['test/support/steer.ts'],
    withChannel: true,
    readyWithinMs: READY_WITHIN_MS,
  });
  return { process, modules };
}

/** Where several processes host the same modules, any of them can tell about them. */
function eachModuleOnce(parts: readonly Part[]): OperatedProcess[] {
  const asked: OperatedProcess[] = [];
  for (const { process, modules } of parts) {
    const seen = asked.flatMap((earlier) => earlier.modules);
    if (!modules.every((module) => seen.includes(module))) asked.push({ opsUrl: process.opsUrl, modules });
  }
  return asked;
}
