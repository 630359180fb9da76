import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, CommandHandler, CqrsModule, type ICommandHandler } from '@nestjs/cqrs';
import { EntitySchema } from 'typeorm';
import { v7 as uuidv7, validate } from 'uuid';

class Greet {
  constructor(readonly name: string) {}
}

@Injectable()
class Greeter {
  readonly greeting = 'Hello';
}

@CommandHandler(Greet)
class GreetHandler implements ICommandHandler<Greet> {
  constructor(private readonly greeter: Greeter) {}

  execute(command: Greet): Promise<string> {
    return Promise.resolve(`${this.greeter.greeting}, ${command.name}`);
  }
}

@Module({ imports: [CqrsModule.forRoot()], providers: [Greeter, GreetHandler] })
class GreetingModule {}

describe('The tool chain', () => {
  it('loads the ESM-only packages, and injects by type', async () => {
    const context = await NestFactory.createApplicationContext(GreetingModule, { logger: false });
    await context.init();
    await expect(context.get(CommandBus).execute(new Greet('World'))).resolves.toBe('Hello, World');
    await context.close();
  });

  it('runs on Node 22 or newer', () => {
    expect(Number(process.versions.node.split('.')[0])).toBeGreaterThanOrEqual(22);
    expect(validate(uuidv7())).toBe(true);
    expect(new EntitySchema({ name: 'x', columns: {} })).toBeDefined();
  });
});
