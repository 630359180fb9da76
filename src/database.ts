import { databaseCommand } from './platform/cli/programs/database.cli';

void databaseCommand({ argv: process.argv.slice(2), env: process.env }).then((code) => process.exit(code));
