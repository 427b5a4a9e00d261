import { expect, test } from 'vitest';
import { metricsCsv, metricsJson } from '../../../src/record/exports.ts';
import { RunRecord } from '../../../src/record/run-record.ts';
import { readLog } from '../../../src/ui/runs/files.ts';
import { savedRun } from './saved.ts';

const told = /^These are the metrics of a run.* export “Whole run \(\.pfppo\)” and bring that file\.$/;

test('metrics that were exported here are known for what they are, and the file to bring is named', async () => {
  const record = RunRecord.decode((await savedRun('x', 0, 2)).record, 'head');
  await expect(readLog(new File([metricsJson(record)], 'metrics.json'))).rejects.toThrow(told);
  await expect(readLog(new File([metricsCsv(record)], 'metrics.csv'))).rejects.toThrow(told);
  await expect(readLog(new File(['{"entries": []}'], 'other.json'))).rejects.toThrow(/^It is no UNIPO log/);
});
