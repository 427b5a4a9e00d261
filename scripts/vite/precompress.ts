import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

/** Smaller ones fit into a packet or two as they are. */
const leastBytes = 1000;
/** What a variant may have of the file's bytes at most, to be worth another file. */
const largestShare = 0.95;

const variants: Record<string, (bytes: Buffer) => Promise<Buffer>> = {
  '.gz': (bytes) => promisify(gzip)(bytes, { level: 9 }),
  '.br': (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        // The best, 11, saves another hundredth and takes two and a half times as long.
        [constants.BROTLI_PARAM_QUALITY]: 10,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
};

/** Writes a .br and a .gz beside each file of a folder that becomes smaller by it. */
export async function compressFolder(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  await Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(file);
      if (bytes.length < leastBytes) return;
      for (const [ending, compress] of Object.entries(variants)) {
        const compressed = await compress(bytes);
        if (compressed.length <= largestShare * bytes.length) await writeFile(file + ending, compressed);
      }
    }),
  );
}

/** Leaves compressed variants beside what a build writes; a host that knows nothing of them serves the files themselves. */
export function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    async writeBundle({ dir }) {
      if (dir !== undefined) await compressFolder(dir);
    },
  };
}
