import 'reflect-metadata';
import { contractsCommand } from './platform/cli/programs/contracts.cli';

void contractsCommand({ argv: process.argv.slice(2), env: process.env }).then((code) => {
  process.exitCode = code;
});
