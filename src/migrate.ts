import 'reflect-metadata';
import { AppModule } from './app.module';
import { migrateCommand } from './platform/cli/programs/migrate.cli';

void migrateCommand(AppModule, process.argv.slice(2), process.env).then((code) => process.exit(code));
