import 'reflect-metadata';
import { AppModule } from './app.module';
import { brokerAccessOf } from './platform/hosting/remote-dependencies';
import { topologyOf } from './platform/hosting/topology';
import { natsConfigCommand } from './platform/transport/nats-config.cli';

const topology = topologyOf(AppModule);
process.exitCode = natsConfigCommand(topology.modules, (modules) => brokerAccessOf(modules, topology), process.argv.slice(2), process.env);
