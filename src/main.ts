import 'reflect-metadata';
import { AppModule } from './app.module';
import { runProcess } from './platform/start/run-process';

void runProcess(AppModule);
