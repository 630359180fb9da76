import 'reflect-metadata';
import { AppModule } from './app.module';
import { brokerAccessOf, topologyOf } from './platform/application';
import { natsConfigCommand } from './platform/cli/programs/nats-config.cli';

const topology = topologyOf(AppModule);
process.exitCode = natsConfigCommand(
  topology.modules,
  (modules) => brokerAccessOf(modules, topology),
  process.argv.slice(2),
  process.env,
);
