import { parquetWriteBuffer } from 'hyparquet-writer';
import type { TaskRow } from './task-rows.ts';

type SchemaElement = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']>[number];

const text = (name: string): SchemaElement => ({
  ...{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
});
const group = (name: string, fields: SchemaElement[]): SchemaElement[] => [
  { name, num_children: fields.length, repetition_type: 'REQUIRED' },
  ...fields,
];

/** Groups and lists as Arrow reads them: `prompt` a list of {role, content}, `reward_model` and `extra_info` structs. */
const schema: SchemaElement[] = [
  { name: 'schema', num_children: 5 },
  text('data_source'),
  { name: 'prompt', num_children: 1, converted_type: 'LIST', repetition_type: 'REQUIRED' },
  { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
  ...group('element', [text('role'), text('content')]),
  text('ability'),
  ...group('reward_model', [text('style'), text('ground_truth')]),
  ...group('extra_info', [
    text('split'),
    { name: 'index', type: 'INT64', repetition_type: 'REQUIRED' },
    text('task'),
    text('signature'),
  ]),
];
const columns = ['data_source', 'prompt', 'ability', 'reward_model', 'extra_info'] as const;

/** A parquet file of tasks, in verl's columns. */
export function parquetOf(rows: readonly TaskRow[]): Uint8Array<ArrayBuffer> {
  const stored = rows.map((row) => ({
    ...row,
    extra_info: { ...row.extra_info, index: BigInt(row.extra_info.index) },
  }));
  const columnData = columns.map((name) => ({ name, data: stored.map((row) => row[name]) }));
  return new Uint8Array(parquetWriteBuffer({ columnData, schema }));
}
