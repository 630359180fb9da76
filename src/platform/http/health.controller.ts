import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, HttpStatus, Optional, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { DatabaseClocks } from '../database/database-clocks';
import { ModuleDatabases } from '../database/module-databases';
import { probe } from '../database/probe';
import { Hosting } from '../hosting/hosting';
import { Draining } from './draining';
import { LogHealth } from '../log/log-health';

/** A database that takes longer counts as down. */
const DEADLINE_MS = 2_000;

export interface Readiness {
  status: 'ready' | 'not-ready' | 'draining';
  /** Each hosted module's database. */
  databases: Record<string, 'up' | 'down'>;
  /**
   * The modules that the process was asked to host and that live elsewhere, and where; absent when there are
   * none.
   */
  standsBy?: Record<string, string>;
  /**
   * Logs that wait for an operator, by their module: what is wrong, and the way out; absent when there are
   * none.
   */
  logs?: Record<string, string>;
  /**
   * Seconds by which the process's clock is ahead of that of a module's database (behind, when negative),
   * where they are more than five apart; absent when there are none. The process is ready all the same: what
   * is decided by time goes by the databases.
   */
  clockDifferences?: Record<string, number>;
}

const LIVE = {
  type: 'object',
  required: ['status'],
  properties: { status: { type: 'string', enum: ['live'] } },
};

const byModule = (description: string, value: object) => ({
  type: 'object',
  description,
  additionalProperties: value,
});
const READINESS = {
  type: 'object',
  required: ['status', 'databases'],
  properties: {
    status: { type: 'string', enum: ['ready', 'not-ready', 'draining'] },
    databases: byModule("Each hosted module's database.", { type: 'string', enum: ['up', 'down'] }),
    standsBy: byModule('Modules that were asked for and live elsewhere, and where.', { type: 'string' }),
    logs: byModule('Logs that wait for an operator: what is wrong, and the way out.', { type: 'string' }),
    clockDifferences: byModule("Seconds by which the process's clock is ahead of the database's.", {
      type: 'number',
    }),
  },
};

@ApiTags('observability')
@Controller('health')
export class HealthController {
  private readonly asked = new Map<string, Promise<boolean>>();

  constructor(
    private readonly databases: ModuleDatabases,
    private readonly draining: Draining,
    private readonly hosting: Hosting,
    private readonly logs: LogHealth,
    @Optional() private readonly clocks?: DatabaseClocks,
  ) {}

  @Get('live')
  @ApiOperation({ operationId: 'checkLiveness', summary: 'Whether the process runs; if not, restart it' })
  @ApiOkResponse({ schema: LIVE })
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  @ApiOperation({
    operationId: 'checkReadiness',
    summary: 'Whether the process can take requests; if not (503), send them elsewhere',
  })
  @ApiOkResponse({ schema: READINESS })
  @ApiServiceUnavailableResponse({ description: 'Not ready, or on its way out.', schema: READINESS })
  async ready(@Res({ passthrough: true }) response: Response): Promise<Readiness> {
    const answers = await Promise.all(
      this.databases.modules.map(
        async (module) => [module, (await this.isUp(module)) ? 'up' : 'down'] as const,
      ),
    );
    const up = answers.every(([, state]) => state === 'up');
    const { problems } = this.logs;
    const status = this.draining.closesConnections
      ? 'draining'
      : up && problems.length === 0
        ? 'ready'
        : 'not-ready';
    response
      .status(status === 'ready' ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
      .set('Cache-Control', 'no-store');
    const clocks = [...(this.clocks?.differences ?? [])];
    const standBys = this.hosting.standbys.map(({ module, where }) => [module, where] as const);
    return {
      status,
      databases: Object.fromEntries(answers),
      ...(standBys.length > 0 && { standsBy: Object.fromEntries(standBys) }),
      ...(clocks.length > 0 && { clockDifferences: Object.fromEntries(clocks) }),
      ...(problems.length > 0 && {
        logs: Object.fromEntries(problems.map(({ log, problem }) => [log, problem])),
      }),
    };
  }

  private async isUp(module: string): Promise<boolean> {
    const deadline = new AbortController();
    try {
      return await Promise.race([
        this.ask(module),
        sleep(DEADLINE_MS, false, { signal: deadline.signal, ref: false }),
      ]);
    } finally {
      deadline.abort();
    }
  }

  /**
   * One question at a time to each database: probes of one that does not answer must not use up its
   * connections.
   */
  private ask(module: string): Promise<boolean> {
    let answer = this.asked.get(module);
    if (!answer) {
      answer = probe(this.databases.of(module))
        .then(
          () => true,
          () => false,
        )
        .finally(() => this.asked.delete(module));
      this.asked.set(module, answer);
    }
    return answer;
  }
}
