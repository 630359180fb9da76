import 'reflect-metadata';
import { runProcess } from './platform/start/run-process';

void runProcess(async () => (await import('./app.module.ts')).AppModule);
