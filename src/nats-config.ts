import 'reflect-metadata';
import { AppModule } from './app.module';
import { boundedContextsOf } from './platform/start/bounded-contexts';
import { natsConfigCommand } from './platform/transport/nats-config.cli';

process.exitCode = natsConfigCommand(
  boundedContextsOf(AppModule).map(({ name }) => name),
  process.argv.slice(2),
  process.env,
);
