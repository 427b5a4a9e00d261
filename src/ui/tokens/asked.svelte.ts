import type { TokenNumbers } from '../../protocol/tokens.ts';

/** What the policy is asked of one response's tokens: once, whoever shows the answer. */
export class AskedTokens {
  numbers = $state.raw<TokenNumbers>();
  state = $state.raw<'idle' | 'asked' | { problem: string }>('idle');
  /** They are shown one by one. */
  isOpen = $state(false);
  /** The one that is looked at. */
  at = $state(0);
  readonly #ask: () => Promise<TokenNumbers>;

  constructor(ask: () => Promise<TokenNumbers>) {
    this.#ask = ask;
  }

  /** Asks, but where that was done. */
  want(): void {
    if (!this.numbers && this.state !== 'asked') void this.again();
  }

  async again(): Promise<void> {
    this.state = 'asked';
    try {
      this.numbers = await this.#ask();
      this.state = 'idle';
    } catch (error) {
      this.state = { problem: error instanceof Error ? error.message : String(error) };
    }
  }
}
