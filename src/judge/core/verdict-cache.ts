import type { Verdict } from '../../protocol/verdict.ts';

/** Bytes of a character, and about as many as an entry, or one of its tests, takes besides its texts. */
const [characterBytes, entryBytes, testBytes] = [2, 200, 100];

function bytesOf(key: string, { tests }: Verdict): number {
  // Expected texts are the suite's own, shared by all verdicts.
  const characters = tests.reduce((sum, { got, message }) => sum + (got ?? message ?? '').length, key.length);
  return entryBytes + tests.length * testBytes + characters * characterBytes;
}

/** Remembers verdicts, within a number of bytes; the oldest are forgotten first. */
export class VerdictCache {
  private readonly limitBytes: number;
  private readonly verdicts = new Map<string, Verdict>();
  /** Estimated, of everything remembered. */
  bytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get(key: string): Verdict | undefined {
    return this.verdicts.get(key);
  }

  /** `key` must be new. */
  add(key: string, verdict: Verdict): void {
    this.verdicts.set(key, verdict);
    this.bytes += bytesOf(key, verdict);
    for (const [oldest, forgotten] of this.verdicts) {
      if (this.bytes <= this.limitBytes) return;
      this.verdicts.delete(oldest);
      this.bytes -= bytesOf(oldest, forgotten);
    }
  }
}
