import 'reflect-metadata';
import { AppModule } from './app.module';
import { invariants } from './invariants/invariants';
import { opsCommand } from './platform/cli/programs/ops.cli';

void opsCommand({ root: AppModule, invariants, argv: process.argv.slice(2), env: process.env }).then((code) =>
  process.exit(code),
);
