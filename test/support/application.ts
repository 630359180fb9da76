import type request from 'supertest';
import type { Environment } from '../../src/platform/config/env-reader';
import type { DescribedAnswers } from './described-answers';
import type { Steering } from './steer';
import type { TestGround } from './test-ground';
import { topologyOfThisRun } from './topologies';

/** One process of an application. */
export interface TestProcess {
  /** Where its API is, which answers for all modules. */
  readonly url: string;
  /** The modules it hosts. */
  readonly modules: readonly string[];
}

/** The whole application on databases and ports of its own, in whatever topology. */
export interface TestApplication {
  /** Where the public API is, at one of the processes. */
  readonly url: string;
  readonly processes: readonly TestProcess[];
  /** The operator's API of each process; where several host the same modules, of one of them. */
  readonly opsUrls: readonly string[];
  readonly database: TestGround;
  /** The time that business rules and deadlines see. */
  readonly clock: { moveMinutes(minutes: number): Promise<void> };
  /** Has the simulated payment provider behave otherwise from now on. */
  provider(behaviour: Steering['provider']): Promise<void>;
  /** Every route that the application really answers, as `get /orders/{orderId}`, sorted. */
  routes(): Promise<string[]>;
  /** Asks the public API, at one process after the other. */
  api(): request.Agent;
  /** Asks the operator's API, of all modules; with its token, where the environment names one. */
  ops(): request.Agent;
  /** What `api()` was answered; compared with the OpenAPI document when the application ends. */
  readonly answers: DescribedAnswers;
  /** The same of `ops()`. */
  readonly opsAnswers: DescribedAnswers;
  /**
   * Ends it as a polite signal ends each process; the databases stay. Throws where an answer was not as the
   * OpenAPI document says.
   */
  stop(): Promise<void>;
  /** Ends it and removes everything. */
  close(): Promise<void>;
}

/**
 * Starts the application in the topology that the run is about, with more settings if you like; on the ground
 * of one that was stopped, or on a new one.
 */
export async function startTestApplication(
  environment: Environment = {},
  existing?: TestGround,
): Promise<TestApplication> {
  const topology = topologyOfThisRun();
  // Loading the whole application takes seconds, and only one process that is this one needs it here.
  if (topology.name === 'one-process')
    return (await import('./application-in-this-process.ts')).startInThisProcess(environment, existing);
  return (await import('./application-in-processes.ts')).startInProcesses(topology, environment, existing);
}
