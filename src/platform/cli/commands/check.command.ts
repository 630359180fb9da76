import { checkCommand } from '../check-invariants/check.cli';
import type { OpsCommand } from '../command';

export const check: OpsCommand = {
  name: 'check',
  summary: 'asks the database whether everything adds up across the modules',
  run: async (_, { modules, invariants, env, print }) => (await checkCommand(modules, invariants, env, print)) === 0,
};
