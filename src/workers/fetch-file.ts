import { REMEDY } from '../model/checkpoint.ts';
import type { FetchFile } from '../model/manifest.ts';

/** Reads files under `<baseUrl>models/`; errors name the file and say what to do. */
export function fetchUnder(baseUrl: string): FetchFile {
  return async (path, onProgress) => {
    const fail = (problem: string): never => {
      throw new Error(`models/${path} ${problem}. ${REMEDY}`);
    };
    const response = await fetch(`${baseUrl}models/${path}`).catch((cause: unknown) =>
      fail(`could not be fetched (${words(cause)})`),
    );
    if (!response.ok) fail(`is missing (HTTP ${response.status})`);
    if (!response.body) return new Uint8Array(await response.arrayBuffer());
    const chunks: Uint8Array[] = [];
    let received = 0;
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader
        .read()
        .catch((cause: unknown) => fail(`broke off (${words(cause)})`));
      if (done) break;
      chunks.push(value);
      received += value.length;
      onProgress?.(received);
    }
    const bytes = new Uint8Array(received);
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  };
}

/** A browser's words for what went wrong, to stand in brackets inside a sentence. */
function words(cause: unknown): string {
  return String(cause).replace(/[.\s]+$/, '');
}
