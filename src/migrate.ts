import 'reflect-metadata';
import { AppModule } from './app.module';
import { migrateCommand } from './platform/database/migrate.cli';
import { boundedContextsOf } from './platform/start/bounded-contexts';

void migrateCommand(
  boundedContextsOf(AppModule).map(({ name }) => name),
  process.env,
).then((code) => process.exit(code));
