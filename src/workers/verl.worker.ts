/** The thread that makes a run's folder for verl, as a zip: all tasks with their tests are made on the way. */
import { exportFiles } from '../export/files.ts';
import { sourceOf } from '../export/measured.ts';
import { zipOf } from '../export/zip.ts';
import type { VerlReply, VerlRequest } from '../protocol/verl.ts';
import { RunRecord } from '../record/run-record.ts';

self.onmessage = ({ data: { name, folder, record, knobs } }: MessageEvent<VerlRequest>) => {
  let reply: VerlReply;
  try {
    const source = sourceOf(name, RunRecord.decode(record), knobs);
    reply = { zip: zipOf(folder, exportFiles(source)) };
  } catch (error) {
    reply = { problem: (error as Error).message };
  }
  self.postMessage(reply, 'zip' in reply ? [reply.zip.buffer] : []);
};
