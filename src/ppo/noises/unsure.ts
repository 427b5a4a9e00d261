import { normal } from '../random.ts';
import { shareText, spreadText, verdict, type Noise } from './definition.ts';

/** s = v·1[u ≥ share] + spread·z, v = ±1 the truth, u uniform, z standard normal: the paper's unreliable middle, by construction. */
export const unsure: Noise = {
  name: 'unsure',
  reads: ['share', 'spread'],
  standard: { share: 0.8, spread: 0.3 },
  score(testScore, { share, spread }, random) {
    const noise = spread * normal(random);
    const isUnsure = random.uniform() < share;
    return (isUnsure ? 0 : verdict(testScore)) + noise;
  },
  says(config) {
    const { share } = config;
    const sure = shareText(1 - share, /* @wc-include */ 'responses', 'is judged surely', 'are judged surely');
    const rest = share === 0 ? '' : share === 1 ? '; all score 0' : '; the rest scores 0';
    return `${sure}${rest}${spreadText(config, /* @wc-include */ 'noise', ' on all')}`;
  },
  words: {
    title: 'Unsure',
    text: 'For a share of the responses the judge knows nothing and says 0; for the others it says +1 or −1 and is right. A little noise blurs the three. High and low scores can be trusted, those in the middle cannot.',
  },
};
