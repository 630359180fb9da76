import { accessSync, constants } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Application } from './application';
import { ApplicationElsewhere } from './application-elsewhere';
import { readArguments, USAGE } from './arguments';
import { runDemo } from './demo';
import { DemoError } from './demo-error';
import { Interrupted, interruption } from './interruption';
import { readInvoices } from './invoices';
import { type Plan, planOf } from './plan';
import type { PlayedApplication } from './played-application';
import { bundledData } from './project-folder';

/** `npm run demo`: answers the exit code. */
async function main(argv: string[]): Promise<number> {
  let application: PlayedApplication = new Application();
  const interrupted = interruption();
  try {
    const { help, data = bundledData(), report, concurrency, elsewhere } = readArguments(argv);
    if (help) {
      console.log(USAGE);
      return 0;
    }
    if (report !== undefined) checkWritable(report);
    if (elsewhere) application = new ApplicationElsewhere(elsewhere.url, elsewhere.opsUrls);
    const plan = await Promise.race([readPlan(data), interrupted]);
    const addsUp = await Promise.race([
      runDemo(application, plan, concurrency, report),
      application.death,
      interrupted,
    ]);
    return addsUp ? 0 : 1;
  } catch (error) {
    return explain(error, application);
  } finally {
    await application.stop();
  }
}

async function readPlan(file: string): Promise<Plan> {
  const invoices = await readInvoices(file);
  const plan = planOf(invoices);
  const lines = invoices.reduce((count, invoice) => count + invoice.lines.length, 0);
  const [ofInvoices, ofLines, ofCustomers, ofItems] = [
    invoices.length,
    lines,
    plan.customers.length,
    plan.items.length,
  ].map((count) => count.toLocaleString('en-GB'));
  console.error(
    `${file}: ${ofInvoices} invoices with ${ofLines} lines, of ${ofCustomers} customers and ${ofItems} items.`,
  );
  return plan;
}

/** Found out now, and not after everything was played. */
function checkWritable(file: string): void {
  try {
    accessSync(dirname(resolve(file)), constants.W_OK);
  } catch (error) {
    throw new DemoError(
      `The report cannot be written: ${(error as Error).message}. Give --report a file in a folder that exists and may be written to.`,
    );
  }
}

function explain(error: unknown, application: PlayedApplication): number {
  if (error instanceof Interrupted) {
    console.error(`\n${error.message} Cleaning up ...`);
    return error.exitCode;
  }
  if (error instanceof DemoError) {
    console.error(`\n${error.message}`);
    return 1;
  }
  console.error(error);
  if (application.lastWords)
    console.error(`\nThe end of what the application printed:\n${application.lastWords}`);
  return 1;
}

// What is still under way when the demo ends, such as a request to an application that is gone, must not keep
// it alive.
void main(process.argv.slice(2)).then((exitCode) => process.exit(exitCode));
