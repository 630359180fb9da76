import { styleText } from 'node:util';
import type { Difference } from './differences';
import { formatPence } from './pence';
import type { Report } from './report';

/** How long each part took, in seconds. */
export interface Times {
  starting: number;
  settingUp: number;
  playing: number;
  settling: number;
}

type Row = [field: string, label: string, figure: string];

const LABEL_WIDTH = 34;
const FIGURE_WIDTH = 14;

/** What a person reads at the end: every figure, ticked where it is as the file says it must be. */
export function summaryOf(report: Report, differences: Difference[], times: Times): string {
  const wrong = new Map(differences.map((difference) => [difference.field, difference]));
  const sections = sectionsOf(report).map(([title, rows]) =>
    [styleText('bold', title), ...rows.map((row) => rowOf(row, wrong.get(row[0])))].join('\n'),
  );
  return `\n${[...sections, timesOf(report, times), verdictOf(differences)].join('\n\n')}\n`;
}

function sectionsOf({
  orders,
  returns,
  adjustments,
  money,
  stock,
  credit,
  shipments,
  messages,
}: Report): [string, Row[]][] {
  return [
    [
      'Orders',
      [
        ['orders.submitted', 'submitted', count(orders.submitted)],
        ['orders.refused.price', 'refused: a line without a price', count(orders.refused.price)],
        ['orders.rejected.credit', 'rejected: over the credit limit', count(orders.rejected.credit)],
        ['orders.cancelled.payment', 'cancelled: payment declined', count(orders.cancelled.payment)],
        ['orders.completed', 'completed', count(orders.completed)],
        ['shipments', 'shipments delivered', count(shipments)],
      ],
    ],
    [
      'Returns and corrections',
      [
        ['returns.accepted', 'returns accepted', count(returns.accepted)],
        ['returns.unmatched', 'returns without a matching order', count(returns.unmatched)],
        ['adjustments', 'stock adjustments', count(adjustments)],
      ],
    ],
    [
      'Money',
      [
        ['money.captured', 'captured', formatPence(money.captured)],
        ['money.refunded', 'refunded', formatPence(money.refunded)],
        ['credit.held', 'still held of credit', formatPence(credit.held)],
      ],
    ],
    [
      'Stock, in units',
      [
        ['stock.received', 'received', count(stock.received)],
        ['stock.adjusted', 'adjusted', count(stock.adjusted)],
        ['stock.dispatched', 'dispatched', count(stock.dispatched)],
        ['stock.returned', 'returned', count(stock.returned)],
        ['stock.onHand', 'on hand', count(stock.onHand)],
        ['stock.reserved', 'still reserved', count(stock.reserved)],
      ],
    ],
    [
      'Messages',
      [
        ['messages.published', 'published', count(messages.published)],
        ['messages.parked', 'parked', count(messages.parked)],
      ],
    ],
  ];
}

/** The one figure that the file does not determine. */
const UNDETERMINED = 'messages.published';

function rowOf([field, label, figure]: Row, difference: Difference | undefined): string {
  const line = `${label.padEnd(LABEL_WIDTH)}${figure.padStart(FIGURE_WIDTH)}`;
  if (field === UNDETERMINED) return `  · ${line}`;
  if (!difference) return `  ${styleText('green', '✓')} ${line}`;
  return styleText(
    'red',
    `  ✗ ${line}   expected ${field.startsWith('money.') ? formatPence(difference.expected) : count(difference.expected)}`,
  );
}

function timesOf({ ordersPerSecond }: Report, { starting, settingUp, playing, settling }: Times): string {
  return [
    styleText('bold', 'Time'),
    ...(
      [
        ['starting, with an empty database', starting],
        ['setting up', settingUp],
        ['playing', playing],
        ['coming to rest', settling],
      ] as const
    ).map(
      ([label, seconds]) =>
        `  · ${label.padEnd(LABEL_WIDTH)}${`${seconds.toFixed(1)} s`.padStart(FIGURE_WIDTH)}`,
    ),
    `  · ${'orders brought to an end'.padEnd(LABEL_WIDTH)}${`${count(ordersPerSecond)} /s`.padStart(FIGURE_WIDTH)}`,
  ].join('\n');
}

function verdictOf(differences: Difference[]): string {
  if (differences.length === 0) return styleText(['green', 'bold'], '✓ Everything adds up.');
  const list = differences.map(
    ({ field, expected, found }) => `    ${field}: expected ${expected}, found ${found ?? 'nothing'}`,
  );
  const title =
    differences.length === 1
      ? '✗ One figure does not add up:'
      : `✗ ${differences.length} figures do not add up:`;
  return [styleText(['red', 'bold'], title), ...list].join('\n');
}

function count(figure: number): string {
  return figure.toLocaleString('en-GB');
}
