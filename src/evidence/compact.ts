/** Results as the page gets them: in four digits, without seconds, and in columns, which a server packs better than rows. */
import * as v from 'valibot';
import type { Results } from './results.ts';

/** Significant ones, of what is measured: tables show three. Counts stay as they are. */
const digits = 4;
const short = (value: number) => Number(value.toPrecision(digits));

const column = v.array(v.nullable(v.number()));
const columns = v.record(v.string(), column);
export const compactSchema = v.looseObject({
  form: v.literal('columns'),
  runs: v.array(
    v.looseObject({ evaluations: columns, predictors: v.object({ update: column, values: columns }) }),
  ),
});
type Columns = v.InferOutput<typeof columns>;

/** Costs, which never fall, fall no more when they are rounded. */
export function compacted({ suite, command, arms, runs }: Results): object {
  return {
    ...{ form: 'columns', suite, command, arms },
    runs: runs.map(({ arm, seed, evaluations, predictors }) => ({
      ...{ arm, seed },
      evaluations: columnsOf(
        evaluations.map(({ update, drawn, trained, steps, seconds: _, ...measured }) => {
          return { ...{ update, drawn, trained, steps }, ...mapped(measured, short) };
        }),
      ),
      predictors: {
        update: predictors.map(({ update }) => update),
        values: columnsOf(
          predictors.map(({ values }) => mapped(values, (value) => (value === null ? null : short(value)))),
        ),
      },
    })),
  };
}

/** The rows again; whether they are results is for their own schema to say. */
export function expanded({ form: _, runs, ...rest }: v.InferOutput<typeof compactSchema>): object {
  return {
    ...rest,
    runs: runs.map(({ predictors: { update, values }, evaluations, ...run }) => ({
      ...run,
      evaluations: rowsOf(evaluations, evaluations.update?.length ?? 0),
      predictors: rowsOf(values, update.length).map((row, i) => ({ update: update[i], values: row })),
    })),
  };
}

function mapped<From, To>(
  row: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, change(value)]));
}

/** Null where a row lacks the name. */
function columnsOf(rows: readonly Readonly<Record<string, number | null>>[]): Columns {
  const names = [...new Set(rows.flatMap(Object.keys))];
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name] ?? null)]));
}

function rowsOf(from: Columns, count: number): Record<string, number | null>[] {
  return Array.from({ length: count }, (_, i) => mapped(from, (values) => values[i]));
}
