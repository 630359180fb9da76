import 'reflect-metadata';
import { AppModule } from './app.module';
import contracts from './contracts.json';
import { topologyCommand } from './platform/cli/programs/topology.cli';

void topologyCommand({
  root: AppModule,
  published: Object.keys(contracts),
  argv: process.argv.slice(2),
  env: process.env,
}).then((code) => process.exit(code));
