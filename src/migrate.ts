import 'reflect-metadata';
import { AppModule } from './app.module';
import { migrateCommand } from './platform/cli/programs/migrate.cli';
import { boundedContextsOf } from './platform/application';

void migrateCommand(
  boundedContextsOf(AppModule).map(({ name }) => name),
  process.env,
).then((code) => process.exit(code));
