/**
 * The sources of an application of one module that stands on the platform's package: files by their paths.
 */
export const GUEST_BOOK: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'guest-book', version: '1.0.0', private: true }),

  'tsconfig.json': JSON.stringify({
    extends: '@seamline/platform/tsconfig.json',
    compilerOptions: { rootDir: '.', outDir: 'dist', types: ['node'] },
    include: ['src', 'migrations'],
  }),

  'tsconfig.build.json': JSON.stringify({ extends: './tsconfig.json' }),

  'src/main.ts': `
import 'reflect-metadata';
import { runProcess } from '@seamline/platform/programs/process';

void runProcess(async () => (await import('./app.module.ts')).AppModule);
`,

  'src/ops.ts': `
import 'reflect-metadata';
import { type Invariant, inEverySchema, logHasNoGaps, nothingIsParked } from '@seamline/platform/invariants';
import { opsCommand } from '@seamline/platform/programs/ops';
import { AppModule } from './app.module';

const guestsWereGreeted: Invariant = {
  sentence: 'every guest was greeted',
  sql: (modules) =>
    inEverySchema(modules, (schema) => \`select name as id, case when not greeted then 'not greeted' end as problem from \${schema}.guests\`),
};
const invariants = [guestsWereGreeted, logHasNoGaps, nothingIsParked];

void opsCommand({ root: AppModule, invariants, argv: process.argv.slice(2), env: process.env }).then((code) => process.exit(code));
`,

  'src/app.module.ts': `
import { Module } from '@nestjs/common';
import { ApiInfo, ApplicationFolder } from '@seamline/platform/application';
import { GuestsModule } from './modules/guests/guests.module';

@ApplicationFolder(__dirname)
@ApiInfo({ title: 'Guest book', version: '1.0.0', description: 'Who was here.' })
@Module({ imports: [GuestsModule] })
export class AppModule {}
`,

  'src/modules/guests/guests.module.ts': `
import { Module } from '@nestjs/common';
import { BoundedContext } from '@seamline/platform';
import { GuestRepository } from './guest.repository';
import { GuestSchema } from './guest.schema';
import { GuestsController } from './guests.controller';
import { GreetWhenGuestArrives } from './reactions/greet-when-guest-arrives';

@BoundedContext({ name: 'guests', entities: [GuestSchema] })
@Module({ controllers: [GuestsController], providers: [GuestRepository, GreetWhenGuestArrives] })
export class GuestsModule {}
`,

  'src/modules/guests/contracts/guest-arrived.event.ts': `
import { EventContract, EventMessage } from '@seamline/platform/contracts';
import { IsString } from 'class-validator';

@EventContract('guests.guest-arrived', { version: 1 })
export class GuestArrived extends EventMessage<GuestArrived> {
  @IsString()
  readonly name!: string;
}
`,

  'src/modules/guests/domain/guest.ts': `
import { Aggregate } from '@seamline/platform/domain';
import { GuestArrived } from '../contracts/guest-arrived.event';

export class Guest extends Aggregate {
  name!: string;

  static arrive(name: string): Guest {
    const guest = new Guest();
    guest.name = name;
    guest.record(new GuestArrived({ name }));
    return guest;
  }

  protected get aggregateId(): string {
    return this.name;
  }

  protected get aggregateType(): string {
    return 'guest';
  }
}
`,

  'src/modules/guests/guest.schema.ts': `
import { EntitySchema } from 'typeorm';
import { Guest } from './domain/guest';

export const GuestSchema = new EntitySchema<Guest>({
  name: 'guest',
  target: Guest,
  tableName: 'guests',
  columns: { name: { type: 'text', primary: true }, version: { type: 'int' } },
});
`,

  'src/modules/guests/guest.repository.ts': `
import { Injectable } from '@nestjs/common';
import { AggregateRepository, UnitOfWork } from '@seamline/platform';
import { Guest } from './domain/guest';

@Injectable()
export class GuestRepository extends AggregateRepository<Guest> {
  constructor(work: UnitOfWork) {
    super(work, Guest, 'name');
  }
}
`,

  'src/modules/guests/guests.controller.ts': `
import { Controller, Get, Param, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty } from '@nestjs/swagger';
import { UnitOfWork } from '@seamline/platform';
import { Refusal } from '@seamline/platform/domain';
import { SafeToRepeat } from '@seamline/platform/http';
import { Matches } from 'class-validator';
import { Guest } from './domain/guest';
import { GuestRepository } from './guest.repository';

class GuestPath {
  @ApiProperty()
  @Matches(/^[a-z]{1,40}$/)
  readonly name!: string;
}

class GuestView {
  @ApiProperty()
  readonly name!: string;

  @ApiProperty()
  readonly greeted!: boolean;
}

@Controller('guests')
export class GuestsController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly guests: GuestRepository,
  ) {}

  @Put(':name')
  @SafeToRepeat('a guest arrives once')
  @ApiOperation({ operationId: 'arrive', summary: 'Notes that a guest arrives' })
  @ApiOkResponse()
  async arrive(@Param() { name }: GuestPath): Promise<void> {
    await this.work.run('guests', async () => {
      await this.guests.addUnlessThere(Guest.arrive(name));
    });
  }

  @Get(':name')
  @ApiOperation({ operationId: 'showGuest', summary: 'Shows a guest' })
  @ApiOkResponse({ type: GuestView })
  async show(@Param() { name }: GuestPath): Promise<GuestView> {
    const [guest] = await this.work.read('guests', () =>
      this.work.manager.query<GuestView[]>('select name, greeted from guests where name = $1', [name]),
    );
    if (!guest) throw new Refusal('unknown', 'guests.guest-unknown', \`There is no guest \${name}.\`);
    return guest;
  }
}
`,

  'src/modules/guests/reactions/greet-when-guest-arrives.ts': `
import { EventsHandler } from '@nestjs/cqrs';
import { type Envelope, type Reacts, Subscription, UnitOfWork } from '@seamline/platform';
import { GuestArrived } from '../contracts/guest-arrived.event';

@Subscription('guests.greet')
@EventsHandler(GuestArrived)
export class GreetWhenGuestArrives implements Reacts<GuestArrived> {
  constructor(private readonly work: UnitOfWork) {}

  async handle({ name }: GuestArrived, _envelope: Envelope): Promise<void> {
    await this.work.manager.query('update guests set greeted = true where name = $1', [name]);
  }
}
`,

  'migrations/guests/0001-create-guests.ts': `
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateGuests implements MigrationInterface {
  name = 'CreateGuests0000000001001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table guests (name text primary key, version int not null, greeted boolean not null default false)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table guests');
  }
}
`,
};
