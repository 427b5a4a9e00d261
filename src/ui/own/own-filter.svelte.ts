import { checkFilterCode, filterKey, ownExamples, ownName, runsCode } from '../../ppo/filter.ts';
import { namesPolicyFacts, tryOwnFilter, type Facts } from '../../ppo/own/own-filter.ts';
import type { Batch } from '../../protocol/batch.ts';
import type { FilterConfig, Knobs } from '../../protocol/config.ts';
import { keptBy, rememberChances } from '../batch-view.ts';
import { study } from '../study.ts';
import { OwnCode, type Bench, type Shown } from './own-code.svelte.ts';

/** Of so many responses that are shown it would keep so many, where it could be run on them. */
interface Sound {
  kept?: number;
  of?: number;
  why?: string;
}

/** The filter that the visitor writes. */
export class OwnFilter extends OwnCode<Sound> {
  constructor(bench: Bench) {
    super(bench, 'filter', ownExamples[0].code);
  }

  protected check(code: string): string | undefined {
    return checkFilterCode(code);
  }

  protected using(code: string, { filter }: Knobs): Partial<Knobs> {
    return { filter: { ...filter, name: ownName, code } };
  }

  codeIn({ filter }: Knobs): string | undefined {
    return runsCode(filter) ? filter.code : undefined;
  }

  nameIn({ filter }: Knobs): string {
    return runsCode(filter) ? 'yours as it was' : filter.name;
  }

  /** The run's filter was another: now its code is what is written, or the editor closes. Other options of the same change nothing. */
  follow(before: Knobs, after: Knobs): void {
    if (filterKey(before.filter) === filterKey(after.filter)) return;
    if (runsCode(after.filter)) this.open(after.filter.code);
    else this.close();
  }

  /** What is to be shown on a batch: this filter, where it can train, in place of the run's. */
  wanted(filter: FilterConfig): FilterConfig {
    if (!this.isOpen || this.shownCode === undefined) return filter;
    return { ...filter, name: ownName, code: this.shownCode };
  }

  protected async run(code: string, { judged, seed, knobs }: Shown, isStale: () => boolean): Promise<Sound> {
    const { facts, why } = await this.#factsOf(code, judged?.batch);
    const chances = await tryOwnFilter(this.bench.call, code, facts);
    if (isStale() || !judged || !chances) return { why };
    const filter = { ...knobs.filter, name: ownName, code };
    rememberChances(judged.batch, code, chances);
    const kept = keptBy(judged.batch, judged.testScores, filter, seed).length;
    await study(judged, filter, true, seed, knobs);
    return { why, kept, of: chances.length };
  }

  /** What the code is told of a batch; nothing, with the reason, where the policy would have to be asked and is not here. */
  async #factsOf(code: string, batch: Batch | undefined): Promise<{ facts?: Facts; why?: string }> {
    if (!batch) return {};
    const { scores, groupSize, programs, ended } = batch;
    const facts: Facts = { scores, groupSize, programs, ended, lengths: this.lengthsOf(batch) };
    if (!namesPolicyFacts(code)) return { facts };
    try {
      return { facts: { ...facts, ...(await this.bench.policyFacts(batch)) } };
    } catch (error) {
      return { why: (error as Error).message };
    }
  }
}
