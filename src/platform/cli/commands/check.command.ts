import { checkCommand } from '../check-invariants/check.cli';
import type { OpsCommand } from '../command';

export const check: OpsCommand = {
  name: 'check',
  summary: 'asks the database whether everything adds up across the modules',
  run: async (_, { root, invariants, env, print }) =>
    (await checkCommand(root, invariants, env, print)) === 0,
};
