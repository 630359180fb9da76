import 'reflect-metadata';
import { AppModule } from './app.module';
import { contractsCommand } from './platform/cli/programs/contracts.cli';

void contractsCommand({ root: AppModule, argv: process.argv.slice(2), env: process.env }).then((code) =>
  process.exit(code),
);
