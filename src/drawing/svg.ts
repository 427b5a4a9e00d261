/** Figures as text: the few shapes that they are made of. Lengths are pixels at 900 px of width. */

export const width = 900;
export const ink = '#1d1b16';
export const quiet = '#5c574f';
const faint = '#dcd7cc';

/** Each tells a line apart three ways, so that colour is never the only one. All can be read as text on white. */
export const styles = [
  { colour: ink, dash: '', marker: 'disc' },
  { colour: '#0b62a4', dash: '', marker: 'square' },
  { colour: '#a64b00', dash: '9 4', marker: 'triangle' },
  { colour: '#00705a', dash: '2 4', marker: 'diamond' },
  { colour: '#8f2f8a', dash: '10 3 2 3', marker: 'ring' },
  { colour: '#a8242f', dash: '5 3', marker: 'frame' },
  { colour: '#566000', dash: '14 4', marker: 'cross' },
] as const;
type Marker = (typeof styles)[number]['marker'];

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** Text that XML takes as it stands; what it cannot hold at all is left out. */
function escaped(text: string): string {
  return text.replace(/(?!\s)\p{Cc}/gu, '').replace(/[&<>"]/g, (character) => entities[character]);
}

/** At most so many characters, as a rule half as wide as high. */
export function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** To a tenth of a pixel, so that the same input gives the same bytes everywhere. */
const px = (value: number) => String(Math.round(value * 10) / 10 || 0);

export interface TextStyle {
  anchor?: 'start' | 'middle' | 'end';
  size?: number;
  colour?: string;
  bold?: boolean;
}

export function words(
  x: number,
  y: number,
  text: string,
  { anchor = 'start', size = 13, colour = ink, bold = false }: TextStyle = {},
): string {
  const weight = bold ? ' font-weight="600"' : '';
  return `<text x="${px(x)}" y="${px(y)}" font-size="${size}" text-anchor="${anchor}" fill="${colour}"${weight}>${escaped(text)}</text>`;
}

export type Point = readonly [x: number, y: number];
const joined = (points: readonly Point[]) => points.map(([x, y]) => `${px(x)},${px(y)}`).join(' ');

export function line(points: readonly Point[], colour: string, thickness = 1, dash = ''): string {
  const dashes = dash === '' ? '' : ` stroke-dasharray="${dash}"`;
  return `<polyline points="${joined(points)}" fill="none" stroke="${colour}" stroke-width="${thickness}"${dashes}/>`;
}

export function area(points: readonly Point[], colour: string, opacity = 1): string {
  return `<polygon points="${joined(points)}" fill="${colour}" fill-opacity="${opacity}"/>`;
}

export function circle([x, y]: Point, radius: number, fill: string, stroke: string): string {
  return `<circle cx="${px(x)}" cy="${px(y)}" r="${radius}" fill="${fill}" fill-opacity="0.8" stroke="${stroke}" stroke-width="1.5"/>`;
}

/** A sign of about 8 px. */
export function mark(marker: Marker, [x, y]: Point, colour: string): string {
  const outline = (points: Point[], fill: string) =>
    `<polygon points="${joined(points)}" fill="${fill}" stroke="${colour}" stroke-width="1.5"/>`;
  const box: Point[] = [
    [x - 3.5, y - 3.5],
    [x + 3.5, y - 3.5],
    [x + 3.5, y + 3.5],
    [x - 3.5, y + 3.5],
  ];
  switch (marker) {
    case 'disc':
      return circle([x, y], 3.5, colour, colour);
    case 'ring':
      return circle([x, y], 3.5, '#fff', colour);
    case 'square':
      return outline(box, colour);
    case 'frame':
      return outline(box, '#fff');
    case 'triangle':
      return outline([box[2], box[3], [x, y - 4]], colour);
    case 'diamond':
      return outline([[x, y - 5], [x + 5, y], [x, y + 5], [x - 5, y]], '#fff'); // prettier-ignore
    case 'cross':
      return line([box[0], box[2]], colour, 2) + line([box[1], box[3]], colour, 2);
  }
}

/** A whole file. The title and the description are what a screen reader says. */
export function figure(title: string, description: string, height: number, parts: readonly string[]): string {
  const h = Math.ceil(height);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${h}" width="${width}" height="${h}" role="img" aria-labelledby="title desc" font-family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(description)}</desc>`,
    `<rect width="${width}" height="${h}" fill="#fff"/>`,
    words(16, 26, shortened(title, 110), { size: 16, bold: true }),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/** From a value to a place, and the round values along the way. */
export interface Scale {
  (value: number): number;
  ticks: { value: number; text: string }[];
}

/** Maps [low, high], widened to round values about `count` of which lie in it, to [from, to]. */
export function scaleOf(low: number, high: number, from: number, to: number, count = 5): Scale {
  // Of no extent: one tick either side.
  const [least, most] = high > low ? [low, high] : [low - 0.05, low + 0.05];
  const rough = (most - least) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const start = Math.floor(least / step + 1e-9);
  const end = Math.ceil(most / step - 1e-9);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = Array.from({ length: end - start + 1 }, (_, i) => {
    const value = (start + i) * step;
    return { value, text: (start + i === 0 ? '0' : value.toFixed(digits)).replace('-', '−') };
  });
  const place = (value: number) => from + ((value / step - start) / (end - start)) * (to - from);
  return Object.assign(place, { ticks });
}

/** Lines across at the ticks, and their values below. `y` is where the axis lies, `top` where the lines end. */
export function xAxis(scale: Scale, y: number, top: number): string[] {
  return scale.ticks.flatMap(({ value, text }) => [
    line([[scale(value), y], [scale(value), top]], faint), // prettier-ignore
    words(scale(value), y + 18, text, { anchor: 'middle', size: 12, colour: quiet }),
  ]);
}

export function yAxis(scale: Scale, x: number, right: number): string[] {
  return scale.ticks.flatMap(({ value, text }) => [
    line([[x, scale(value)], [right, scale(value)]], faint), // prettier-ignore
    words(x - 8, scale(value) + 4, text, { anchor: 'end', size: 12, colour: quiet }),
  ]);
}

/** A value and its interval across, where there is one; what of it lies beyond the plot is cut, with an arrow. `y` is where the row lies. */
export function interval(
  { value, low, high }: { value: number; low: number; high: number },
  x: (value: number) => number,
  y: number,
  { left, right }: { left: number; right: number },
  { colour, marker }: { colour: string; marker: Marker },
): string[] {
  const parts: string[] = [];
  if (Number.isFinite(low)) {
    parts.push(line([[Math.max(left, x(low)), y], [Math.min(right, x(high)), y]], colour, 2)); // prettier-ignore
    const arrow = (tip: number, way: number): Point[] => [
      [tip, y],
      [tip - 7 * way, y - 4],
      [tip - 7 * way, y + 4],
    ];
    if (x(low) < left) parts.push(area(arrow(left, -1), colour));
    if (x(high) > right) parts.push(area(arrow(right, 1), colour));
  }
  return [...parts, mark(marker, [x(value), y], colour)];
}
