import type { TopLevelSpec } from 'vega-lite';
import type { Column, Plot, Row, Table } from '../harness/outcome';
import { median } from '../harness/statistics';

const OURS = 'seamline';
const OUR_COLOUR = '#1f6feb';
const THEIR_COLOUR = '#9aa7b4';
const WIDTH = 520;
const LINE_HEIGHT = 220;
/** White behind it, or it cannot be read on a dark page. */
const FRAME = {
  background: 'white',
  padding: 8,
  width: WIDTH,
  config: { font: 'sans-serif', view: { stroke: null } },
} as const;

/** One mark: the median of a row's rounds with the least and the most, or one round. */
interface Point {
  label: string;
  variant: string;
  contestant: string;
  round: number;
  value: number;
  least: number;
  most: number;
}

/** Draws a table as SVG; undefined where it asks for no plot. */
export async function drawTable({ plot, columns, rows }: Table): Promise<string | undefined> {
  const column = columns.find(({ key }) => key === plot?.column);
  if (!plot || !column) return undefined;
  // Modules that `require` cannot load, because one of them awaits something while it is loaded.
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const { spec } = compile(specOf(plot, column, rows));
  return new View(parse(spec), { renderer: 'none' }).toSVG();
}

function specOf({ kind }: Plot, column: Column, rows: readonly Row[]): TopLevelSpec {
  const title = column.unit ? `${column.title} (${column.unit})` : column.title;
  switch (kind) {
    case 'bars':
      return bars(pointsOf(rows, column.key), title);
    case 'spans':
      return spans(pointsOf(rows, column.key), title);
    case 'lines-over-variants':
      return lines(pointsOf(rows, column.key), title, 'variant');
    case 'lines-over-rounds':
      return lines(roundsOf(rows, column.key), title, 'round');
  }
}

const pointsOf = (rows: readonly Row[], key: string): Point[] =>
  rows.map(({ contestant, variant, figures }) => {
    const values = figures[key] ?? [];
    const spread =
      values.length === 0 ? { least: 0, most: 0 } : { least: Math.min(...values), most: Math.max(...values) };
    const label = [contestant, variant].filter(Boolean).join(', ');
    return { label, variant, contestant, round: 0, value: median(values), ...spread };
  });

const roundsOf = (rows: readonly Row[], key: string): Point[] =>
  rows.flatMap(({ contestant, variant, figures }) =>
    (figures[key] ?? []).map((value, index) => ({
      label: contestant,
      variant,
      contestant: [contestant, variant].filter(Boolean).join(', '),
      round: index + 1,
      value,
      least: value,
      most: value,
    })),
  );

const LABELS = {
  field: 'label',
  type: 'nominal',
  sort: null,
  title: null,
  axis: { labelLimit: 400, ticks: false, domain: false },
} as const;
const COLOURS = {
  condition: { test: `indexof(datum.contestant, '${OURS}') === 0`, value: OUR_COLOUR },
  value: THEIR_COLOUR,
};

function bars(values: Point[], title: string): TopLevelSpec {
  return {
    ...FRAME,
    data: { values },
    layer: [
      {
        mark: { type: 'bar', height: { band: 0.7 } },
        encoding: {
          y: LABELS,
          x: { field: 'value', type: 'quantitative', title, axis: { format: ',~r', tickCount: 6 } },
          color: COLOURS,
        },
      },
      // What lies between the least and the most of the rounds.
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { y: LABELS, x: { field: 'least', type: 'quantitative' }, x2: { field: 'most' } },
      },
    ],
  };
}

/** For what lies orders of magnitude apart: a bar from nothing would have no beginning on this scale. */
function spans(values: Point[], title: string): TopLevelSpec {
  const scale = { type: 'log', nice: true } as const;
  return {
    ...FRAME,
    data: { values },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: {
          y: LABELS,
          x: { field: 'least', type: 'quantitative', scale, title, axis: { format: ',~r', tickCount: 6 } },
          x2: { field: 'most' },
          color: COLOURS,
        },
      },
      {
        mark: { type: 'point', filled: true, size: 90, opacity: 1 },
        encoding: { y: LABELS, x: { field: 'value', type: 'quantitative', scale }, color: COLOURS },
      },
    ],
  };
}

function lines(values: Point[], title: string, over: 'variant' | 'round'): TopLevelSpec {
  const several = new Set(values.map(({ contestant }) => contestant)).size > 1;
  return {
    ...FRAME,
    height: LINE_HEIGHT,
    data: { values },
    mark: { type: 'line', point: true },
    encoding: {
      x:
        over === 'round'
          ? { field: 'round', type: 'ordinal', title: 'round', axis: { labelAngle: 0 } }
          : {
              field: 'variant',
              type: 'nominal',
              sort: null,
              title: null,
              axis: { labelAngle: -30, labelLimit: 220 },
            },
      y: { field: 'value', type: 'quantitative', title, axis: { format: ',~r' }, scale: { zero: true } },
      color: several
        ? { field: 'contestant', type: 'nominal', title: null, sort: null }
        : { value: OUR_COLOUR },
    },
  };
}
