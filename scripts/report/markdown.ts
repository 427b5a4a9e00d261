/** The report's text: what the tables say and how to read them. */
import { missingShards } from './merge.ts';
import type { Compared } from '../../src/evidence/compare.ts';
import { chance, decimals, shortest, signed, withHalf } from '../../src/evidence/format.ts';
import { type Budget, budgetNames, budgets, outcomeName, smoothed } from '../../src/evidence/outcome.ts';
import { meanInterval } from '../../src/ppo/interval.ts';
import { type Correlation, draws, type Predictor } from '../../src/evidence/predictors.ts';
import type { Arm, Results } from '../../src/evidence/results.ts';
import { mostFilters } from './curves.ts';

export interface Section {
  source: string;
  compared: readonly Compared[];
  /** The learning curves' file. */
  figure: string | undefined;
}

export interface Report {
  results: Results;
  seeds: readonly number[];
  sections: readonly Section[];
  predictors: readonly Predictor[];
  /** Files, with what they show. */
  forest: string | undefined;
  scatters: readonly { file: string; title: string }[];
}

export function markdownOf({ results, seeds, sections, predictors, forest, scatters }: Report): string {
  const names = sections.map(({ source }) => source);
  return [
    `# ${inCell(results.suite)}`,
    `\`${results.command.replace(/[\s`]+/g, ' ')}\``,
    progress(results, seeds.length),
    howToRead,
    ...overview(sections),
    ...sections.flatMap((section) => sourceSection(section, seeds.length)),
    ...(forest === undefined
      ? []
      : ['## Every filter against none', `![Paired differences to none, with intervals](${forest})`]),
    ...tuningSection(results.arms),
    ...(predictors.length === 0 ? [] : predictorSection(predictors, names)),
    ...scatters.map(({ file, title }) => `![${title} against the gain, a panel a source](${file})`),
    '',
  ].join('\n\n').trimEnd().concat('\n'); // prettier-ignore
}

/** Text as it stands in a cell of a Markdown table. */
function inCell(text: string): string {
  return text.replace(/[\\|`*_<>[\]]/g, '\\$&').replace(/\s+/g, ' ');
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

function progress(results: Results, seeds: number): string {
  const { arms, runs } = results;
  const whole = arms.length * seeds;
  const done = `${plural(runs.length, 'run')} of ${plural(arms.length, 'arm')} over ${plural(seeds, 'seed')}`;
  const missing = missingShards(results);
  if (missing.length > 0)
    return `${done}; of ${results.shards!.count} shards ${missing.join(', ')} are missing, so the tables are preliminary.`;
  if (runs.length === whole) return `${done}; no arm lacks any of these seeds.`;
  return `${done}; ${whole - runs.length} of ${whole} are missing, so the tables are preliminary.`;
}

const howToRead = `The outcome is ${outcomeName}. A run's final outcome is the mean of its last ${smoothed} evaluations (of
those after update 0; of fewer if there are fewer), because one alone is noisy; its gain is that less the outcome at
update 0. ± is half of the 95 % t-interval over seeds. "Seeds" counts the arm's runs, out of the seeds that any arm has
by now.

Differences are the filter's outcome less that of the filter none of the same source, paired by seed ("pairs"); where
there are several arms without a filter, that with the most settings (β, lr) in common. At equal responses drawn,
responses trained on, FLOPs and Adam steps: each pair is compared at the largest budget that both of its runs reached,
the end of the run that spent less. The other is read at the budgets of that run's last ${smoothed} evaluations, by
straight lines between its own, and averaged alike. p is of the two-sided paired t-test; after it, adjusted by Holm over
the filters of the source at that budget. It is not adjusted over sources and budgets.`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The final outcomes of every filter under every source, and what the critics explained, where there are several sources. */
function overview(sections: readonly Section[]): string[] {
  if (sections.length < 2) return [];
  const filters = [...new Set(sections.flatMap(({ compared }) => compared.map(({ arm }) => arm.filter)))];
  const tableOf = (what: (one: Compared) => string) =>
    table(
      ['source', ...filters.map(inCell)],
      sections.map(({ source, compared }) => [
        inCell(source),
        // Of several arms with one filter the first.
        ...filters.map((filter) => {
          const found = compared.find(({ arm }) => arm.filter === filter);
          return found ? what(found) : '–';
        }),
      ]),
    );
  const explained = ({ runs }: Compared) =>
    meanInterval([...runs.values()].flatMap((run) => run.explainedVariance ?? []));
  const isKnown = sections.some(({ compared }) => compared.some((one) => explained(one).n > 0));
  return [
    '## At a glance',
    `${outcomeName[0].toUpperCase()}${outcomeName.slice(1)} at the end:`,
    tableOf(({ final }) => withHalf(final, decimals)),
    ...(isKnown
      ? [
          'How much of the returns’ variance the critic explained, the mean over the updates from the second on:',
          tableOf((one) => withHalf(explained(one), decimals)),
        ]
      : []),
  ];
}

function sourceSection({ source, compared, figure }: Section, seeds: number): string[] {
  const head = ['filter', 'seeds', 'β', 'lr', outcomeName, 'gain', 'pairs'];
  const rows = compared.map(({ arm, runs, final, gain, differences }) => [
    inCell(arm.filter),
    `${runs.size} of ${seeds}`,
    shortest(arm.klCoef),
    shortest(arm.learningRate),
    withHalf(final, decimals),
    withHalf(gain, signed),
    differences === undefined ? '–' : String(differences.drawn.n),
    ...budgetNames.map((budget) => {
      const difference = differences?.[budget];
      if (difference === undefined || difference.n === 0) return '–';
      const { p, adjusted } = difference;
      const chances = Number.isNaN(p) ? '' : `; p ${chance(p)}, Holm ${chance(adjusted)}`;
      return withHalf(difference, signed) + chances;
    }),
  ]);
  const hasNone = compared.some(({ arm }) => arm.filter === 'none');
  return [
    `## ${inCell(source)}`,
    ...(hasNone ? [] : ['No arm of this source is without a filter, so there is nothing to compare with.']),
    table([...head, ...budgetNames.map((budget) => `Δ at equal ${budgets[budget]}`)], rows),
    ...(figure === undefined
      ? []
      : [`![Learning curves of none and the ${mostFilters} filters that end highest](${figure})`]),
  ];
}

/** What of the suite fits into a README: outcomes, and differences along two costs. */
export function summaryOf(sections: readonly Section[]): string {
  const head = ['source of reward', 'filter', 'β, learning rate', outcomeName];
  const cell = ({ differences }: Compared, budget: Budget) => {
    const difference = differences?.[budget];
    if (!difference || difference.n === 0) return '';
    return `${withHalf(difference, signed)}${Number.isNaN(difference.p) ? '' : `, p ${chance(difference.p)}`}`;
  };
  const rows = sections.flatMap(({ source, compared }) =>
    compared.map((one, i) => [
      i === 0 ? inCell(source) : '',
      inCell(one.arm.filter),
      `${shortest(one.arm.klCoef)}, ${shortest(one.arm.learningRate)}`,
      withHalf(one.final, decimals),
      cell(one, 'drawn'),
      cell(one, 'flops'),
    ]),
  );
  return `${table([...head, `Δ at equal ${budgets.drawn}`, `Δ at equal ${budgets.flops}`], rows)}\n`;
}

/** What the arms came to at every setting that they were tuned over. */
function tuningSection(arms: readonly Arm[]): string[] {
  const setting = (one: { klCoef: number; learningRate: number }) =>
    `β ${shortest(one.klCoef)}, lr ${shortest(one.learningRate)}`;
  const tried = arms.flatMap(({ grid }) => grid ?? []);
  if (tried.length === 0) return [];
  const points = [...new Map(tried.map((point) => [setting(point), point])).values()].sort(
    (a, b) => b.klCoef - a.klCoef || a.learningRate - b.learningRate,
  );
  const rows = arms.map((arm) => [
    inCell(`${arm.source} / ${arm.filter}`),
    ...points.map((point) => {
      const found = arm.grid?.find((one) => setting(one) === setting(point));
      if (!found) return '–';
      const value = decimals(found.outcome);
      return setting(point) === setting(arm) ? `**${value}**` : value;
    }),
  ]);
  return [
    '## Tuning',
    `The final outcome on the tuning seeds, at every setting that was tried; each arm above trains at its best, in bold. Where that is an
end of the grid, a setting beyond it may be better still; – was not tried.`,
    table(['arm', ...points.map(setting)], rows),
  ];
}

function predictorSection(predictors: readonly Predictor[], sources: readonly string[]): string[] {
  const cell = ({ rho, interval }: Correlation) => {
    if (rho === undefined) return '–';
    return interval ? `${decimals(rho)} [${decimals(interval[0])}, ${decimals(interval[1])}]` : decimals(rho);
  };
  const share = ({ named, of }: { named: number; of: number }) => `${named} of ${of}`;
  const rows = predictors.map(({ name, update, within, mean, pooled, clear, all }) => [
    inCell(name),
    String(update),
    ...[...within, mean, pooled].map(cell),
    share(clear),
    share(all),
  ]);
  const head = ['predictor', 'update', ...sources.map(inCell), 'mean of sources', 'pooled'];
  return [
    '## What predicts the gain',
    `Spearman's correlation over filters of the mean predictor with the mean gain, both over seeds; within each source,
the mean over the sources that have one, and over all arms pooled. In brackets the 95 % percentile interval of ${draws}
bootstrap samples that draw seeds with replacement, the same for all arms, and take both means again; with few seeds it
is too narrow, it leans towards 0, since drawing adds to the noise, and it says nothing of filters or sources not tried.

"Names the better": the pairs of a filter and none of the same source in which the one with the higher predictor gained
more on average. "Clear" counts only those pairs in which the mean paired difference of gains is larger than its
standard error over seeds; "all" leaves out only gains that are equal.`,
    table([...head, 'names the better, clear', 'names the better, all'], rows),
  ];
}
