import { noneName } from '../../ppo/filter.ts';
import { defaultKnobs } from '../../ppo/knobs.ts';
import { checkScoreCode, namesTests, tryOwnScore, type ScoreFacts } from '../../ppo/own/own-score.ts';
import { scoreExamples } from '../../ppo/own/score-examples.ts';
import type { Batch } from '../../protocol/batch.ts';
import type { Knobs } from '../../protocol/config.ts';
import { highScore } from '../responses/rows.ts';
import { scoredBy } from '../noise-view.ts';
import type { JudgedBatch } from '../run/run-model.ts';
import { study } from '../study.ts';
import { tryFilter } from '../tried.ts';
import { OwnCode, type Bench, type Shown } from './own-code.svelte.ts';

/** What it makes of the responses that are shown, where there are any. */
export interface SoundScore {
  of?: number;
  /** Their scores that are beyond what a score may be, and are cut off. */
  cutCount?: number;
  /** How far it tells the truth about them, in words; undefined until they are judged. */
  r2?: string;
  /** How many it scores highest, and how many of those do not pass; undefined until they are judged. */
  high?: { count: number; wrong: number };
}

const isScoredBy = ({ teacher, teacherCode }: Pick<Batch, 'teacher' | 'teacherCode'>, code: string) =>
  teacher === 'own-score' && teacherCode === code;

/** The score that the visitor writes. */
export class OwnScore extends OwnCode<SoundScore> {
  /** The batch that it was tried on last, and the same as it scores it. */
  #tried = $state.raw<{ on: JudgedBatch; as: JudgedBatch }>();

  constructor(bench: Bench) {
    super(bench, 'score', scoreExamples[0].code);
  }

  protected check(code: string): string | undefined {
    return checkScoreCode(code);
  }

  protected using(teacherCode: string): Partial<Knobs> {
    return { teacher: 'own-score', teacherCode };
  }

  codeIn({ teacher, teacherCode }: Knobs): string | undefined {
    return teacher === 'own-score' ? teacherCode : undefined;
  }

  nameIn(knobs: Knobs): string {
    return knobs.teacher === 'own-score' ? 'yours as it was' : scoredBy(knobs);
  }

  /** The run's teacher was another: now its code is what is written, or the editor closes. */
  follow(before: Knobs, after: Knobs): void {
    const [was, is] = [before, after].map((knobs) => this.codeIn(knobs));
    if (before.teacher === after.teacher && was === is) return;
    if (is === undefined) this.close();
    else this.open(is);
  }

  /** What is to be shown in place of a batch: the same responses with the scores of this code, where it can train. */
  rescored(judged: JudgedBatch): JudgedBatch {
    const isShown = this.isOpen && this.shownCode !== undefined && this.#tried?.on === judged;
    return isShown ? this.#tried!.as : judged;
  }

  protected async run(code: string, shown: Shown, isStale: () => boolean): Promise<SoundScore> {
    const { judged, seed, knobs } = shown;
    const tried = await tryOwnScore(
      this.bench.call,
      code,
      judged && (await this.#factsOf(code, judged.batch)),
    );
    if (isStale() || !judged || !tried) return {};
    const { scores, cutCount } = tried;
    const { testScores } = judged;
    const as: JudgedBatch = {
      ...{ testScores, isRescored: true },
      batch: rescoredBatch(judged.batch, scores, code),
    };
    await study(as, knobs.filter, true, seed, knobs);
    if (isStale()) return {};
    this.#tried = isScoredBy(judged.batch, code) ? undefined : { on: judged, as };
    const r2 = tryFilter(as, knobs.filter, true, seed, knobs).reliability?.r2;
    const least = highScore(Array.from(scores, (score) => ({ score })));
    const high = Array.from(scores.keys()).filter((row) => scores[row] >= least);
    return {
      ...{ of: scores.length, cutCount },
      r2: r2 && ('r2' in r2 ? r2.r2.toFixed(2) : `undefined: ${r2.why}`),
      high: testScores && { count: high.length, wrong: high.filter((row) => testScores[row] < 1).length },
    };
  }

  async #factsOf(code: string, batch: Batch): Promise<ScoreFacts> {
    const { programs, ended, taskIds, groupSize } = batch;
    return {
      ...{ programs, ended, tokens: this.lengthsOf(batch) },
      statements: programs.map((_, row) => this.bench.task(taskIds[Math.floor(row / groupSize)]).statement),
      passes: namesTests(code) ? await this.bench.testsOf(batch) : undefined,
    };
  }
}

/** Nothing of it was kept or learned from: all of it is there to be chosen from. */
function rescoredBatch(batch: Batch, scores: Float32Array, teacherCode: string): Batch {
  return {
    ...{ ...batch, scores, teacher: 'own-score', teacherCode, noise: defaultKnobs.noise },
    filter: { ...batch.filter, name: noneName, mode: 'select' },
    weights: new Float32Array(scores.length).fill(1 / batch.groupSize),
    kept: Array.from(scores.keys()),
  };
}
