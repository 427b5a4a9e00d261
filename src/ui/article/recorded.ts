import { trust } from '../../course/trust.ts';
import { defaultConfig } from '../../ppo/knobs.ts';
import { loadRecording } from '../run/load-recording.ts';
import { tryFilter, type Tried } from '../tried.ts';

/** The untrained policy's batch of the recorded run, under the filter that is the default. */
export interface Recorded {
  tried: Tried;
  /** How many of the fifths by score pass, in a sentence. */
  fifths: string;
}

/** Of the run that a first visit sees; undefined where the site has none that this page can read. */
export async function loadRecorded(): Promise<Recorded | undefined> {
  const playback = await loadRecording(defaultConfig);
  const shown = playback?.model.shown;
  if (!shown?.testScores) return undefined;
  const { batch, testScores } = shown;
  const { knobs, seed } = playback!.model.config;
  const { scores, groupSize } = batch;
  const numbers = trust.trials[0].read({ known: () => [], batch: { scores, testScores, groupSize } });
  return {
    tried: tryFilter(shown, knobs.filter, true, seed, knobs),
    fifths: trust.find([numbers]).says,
  };
}
