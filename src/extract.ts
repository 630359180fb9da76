import 'reflect-metadata';
import { AppModule } from './app.module';
import { moveCommand } from './platform/extraction/move.cli';

void moveCommand({
  direction: 'extract',
  root: AppModule,
  argv: process.argv.slice(2),
  env: process.env,
}).then((code) => process.exit(code));
