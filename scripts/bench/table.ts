/** One measured thing, by column. */
export type Row = Record<string, string | number>;
export interface Section {
  title: string;
  rows: Row[];
}

export const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** To three digits. */
export const rounded = (value: number) => Number(value.toPrecision(3));

/** A section as a Markdown table; columns in the order in which rows name them. */
export function tableOf({ title, rows }: Section): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [
    `${title}\n`,
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((column) => row[column] ?? ''))),
    '',
  ].join('\n');
}

/** Milliseconds of `work`, the median of `times`, after some that warm up. */
export async function timed(work: () => Promise<unknown>, times: number, warmUp = 2): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < times + warmUp; i++) {
    const begun = performance.now();
    await work();
    took.push(performance.now() - begun);
  }
  return median(took.slice(warmUp));
}
