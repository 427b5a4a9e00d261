import { strToU8, zipSync, type AsyncZippableFile } from 'fflate';
import type { ExportFile } from './files.ts';

/** What POSIX calls rwxr-xr-x and rw-r--r--, where a zip keeps them. */
const [RUNNABLE, PLAIN] = [0o100755 << 16, 0o100644 << 16];
const UNIX = 3;

/** One zip, in which all files are in a folder of this name. */
export function zipOf(folder: string, files: readonly ExportFile[]): Uint8Array<ArrayBuffer> {
  const entries = files.map(({ path, content }): [string, AsyncZippableFile] => [
    `${folder}/${path}`,
    [
      typeof content === 'string' ? strToU8(content) : content,
      // What is compressed already is only stored.
      { os: UNIX, attrs: path.endsWith('.sh') ? RUNNABLE : PLAIN, level: path.endsWith('.parquet') ? 0 : 6 },
    ],
  ]);
  return zipSync(Object.fromEntries(entries));
}
