import request from 'supertest';
import type { Environment } from '../../src/platform/config/env-reader';

/** Asks the operator's API of a process, with the token that its environment names, if any. */
export function operatorOf(opsUrl: string, { OPS_TOKEN }: Environment): request.Agent {
  const agent = request.agent(`${opsUrl}/ops/api`);
  return OPS_TOKEN === undefined ? agent : agent.auth(OPS_TOKEN, { type: 'bearer' });
}
