import { type Html, html } from './html';

/** A box of a drawing, which leads somewhere. */
export interface Box {
  readonly id: string;
  readonly label: string;
  /** How it looks: a class of the stylesheet. */
  readonly kind: string;
  readonly href?: string;
}

/** An arrow; with a number where its text stands below the drawing. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly number?: number;
}

interface Placed extends Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly column: number;
  readonly row: number;
}

const LETTER = 7.3;
const HEIGHT = 28;
const ROW = 46;
const GAP = 110;
const MARGIN = 60;

/**
 * Boxes in columns with arrows between them, as SVG. `label` says to those who do not see it what it shows;
 * that stands beside it as text, too.
 */
export function drawing(label: string, columns: readonly (readonly Box[])[], arrows: readonly Arrow[]): Html {
  const placed = place(columns.filter((column) => column.length > 0));
  const at = new Map(placed.map((box) => [box.id, box]));
  const width = Math.max(...placed.map(({ x, width: own }) => x + own)) + MARGIN;
  const height = Math.max(...placed.map(({ y }) => y)) + HEIGHT + MARGIN / 3;
  const drawn = arrows.flatMap(({ from, to, number }) => {
    const [begin, end] = [at.get(from), at.get(to)];
    return begin && end ? [arrow(begin, end, number)] : [];
  });
  return html`<div class="drawing" tabindex="0" role="group" aria-label="${label}">
    <svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
      <defs>
        <marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">
          <path class="tip" d="M0 0 10 5 0 10z"></path>
        </marker>
      </defs>
      ${drawn.map(({ line }) => line)} ${placed.map(box)} ${drawn.map(({ mark }) => mark)}
    </svg>
  </div>`;
}

function place(columns: readonly (readonly Box[])[]): Placed[] {
  const tallest = Math.max(...columns.map((column) => column.length));
  let x = MARGIN / 3;
  return columns.flatMap((boxes, column) => {
    const width = Math.max(...boxes.map(({ label }) => label.length)) * LETTER + 24;
    const top = ((tallest - boxes.length) * ROW) / 2 + MARGIN / 3;
    const placed = boxes.map((one, row) => ({ ...one, x, y: top + row * ROW, width, column, row }));
    x += width + GAP;
    return placed;
  });
}

function box({ label, kind, href, x, y, width }: Placed): Html {
  const content = html`<rect x="${x}" y="${y}" width="${width}" height="${HEIGHT}" rx="6"></rect
    ><text x="${x + width / 2}" y="${y + HEIGHT / 2 + 4}">${label}</text>`;
  return href === undefined
    ? html`<g class="box ${kind}">${content}</g>`
    : html`<a class="box ${kind}" href="${href}">${content}</a>`;
}

/** To the right, back to the left, straight down to the next box, or around the boxes of the same column. */
function arrow(from: Placed, to: Placed, number: number | undefined): { line: Html; mark: Html } {
  const middle = (one: Placed): number => one.y + HEIGHT / 2;
  const [y1, y2] = [middle(from), middle(to)];
  const right = (one: Placed): number => one.x + one.width;
  const curve = (x1: number, x2: number, bend: number): { d: string; x: number; y: number } => ({
    d: `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 + (x1 === x2 ? bend : -bend)} ${y2} ${x2} ${y2}`,
    x: x1 === x2 ? x1 + bend * 0.75 : (x1 + x2) / 2,
    y: (y1 + y2) / 2,
  });
  let path: { d: string; x: number; y: number };
  if (from.column < to.column) path = curve(right(from), to.x, GAP / 2);
  else if (from.column > to.column) path = curve(from.x, right(to), -GAP / 2);
  else if (to.row === from.row + 1) {
    const x = from.x + from.width / 2;
    path = { d: `M${x} ${from.y + HEIGHT} L${x} ${to.y}`, x, y: (from.y + HEIGHT + to.y) / 2 };
  } else path = curve(right(from), right(to), 20 + 9 * Math.min(6, Math.abs(to.row - from.row)));
  const back = from.column > to.column || (from.column === to.column && to.row <= from.row);
  return {
    line: html`<path class="arrow${back && ' back'}" d="${path.d}" marker-end="url(#tip)"></path>`,
    mark: html`${
      number !== undefined &&
      html`<g class="number"
        ><circle cx="${path.x}" cy="${path.y}" r="9"></circle
        ><text x="${path.x}" y="${path.y + 4}">${number}</text></g
      >`
    }`,
  };
}
