import type { Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { Environment } from '../../src/platform/config/env-reader';
import { readSettings, type Settings } from '../../src/platform/config/settings';
import { PlatformModule } from '../../src/platform/start/platform.module';
import { boundedContextsOf, hostedPartOf, hostingFor } from '../../src/platform/hosting/bounded-contexts';
import type { TestDatabase } from './database';

const QUIET: Environment = { PORT: '0', OPS_PORT: '0', LOG_LEVEL: 'fatal', MESSAGING_POLL_INTERVAL_MS: '50' };

/**
 * What one process of an application would run, by `MODULES`, inside this one: put together and not yet
 * started.
 */
export async function assembleProcess(
  root: Type,
  environment: Environment,
  { databases }: Pick<TestDatabase, 'databases'>,
): Promise<{ app: NestExpressApplication; settings: Settings }> {
  const settings = readSettings({ ...QUIET, ...environment }, boundedContextsOf(root));
  const hosted = hostedPartOf(root, hostingFor(root, settings));
  const testing = await Test.createTestingModule({
    imports: [PlatformModule.forRoot(settings, databases, root), hosted],
  }).compile();
  return {
    app: testing.createNestApplication<NestExpressApplication>({ bodyParser: false, logger: false }),
    settings,
  };
}
