/** The shards of a suite put together, whoever made them, in whatever order. */
import { BadResults, type Results } from '../../src/evidence/results.ts';

/** A run but for the clock of the machine that made it. */
function timeless({ evaluations, ...run }: Results['runs'][number]): string {
  return JSON.stringify({ ...run, evaluations: evaluations.map((one) => ({ ...one, seconds: 0 })) });
}

/** Shards of the suite that are not among the results, least first. */
export function missingShards({ shards }: Results): number[] {
  if (!shards) return [];
  const all = Array.from({ length: shards.count }, (_, i) => i + 1);
  return all.filter((index) => !shards.here.includes(index));
}

/**
 * What is in several results is there once. Arms and runs stand in the order of the suite.
 * @throws BadResults where they are not of one suite in as many parts, or two have the same arm or run and say different things of it
 */
export function merged(all: readonly Results[]): Results {
  const [first] = all;
  if (all.length === 1) return first;
  const count = first.shards?.count;
  const arms = new Map<string, { arm: Results['arms'][number]; place: number }>();
  const runs = new Map<string, Results['runs'][number]>();
  for (const results of all) {
    const { suite, command, shards } = results;
    if (suite !== first.suite || command !== first.command)
      throw new BadResults(`They are of two suites: ${first.command}, and ${command}. Report them apart.`);
    if (shards?.count !== count || (shards && shards.here.length > 1))
      throw new BadResults(
        'They are not shards of the same parts: give folders that were made with --shard i/n, of one n.',
      );
    results.arms.forEach((arm, i) => {
      const known = arms.get(arm.id);
      if (known && JSON.stringify(known.arm) !== JSON.stringify(arm))
        throw new BadResults(`Two folders have the arm ${arm.id} under different settings.`);
      arms.set(arm.id, { arm, place: shards ? i * shards.count + shards.here[0] : i });
    });
    for (const run of results.runs) {
      const name = `${run.arm}, seed ${run.seed}`;
      const known = runs.get(name);
      if (known && timeless(known) !== timeless(run))
        throw new BadResults(`Two folders have the run ${name} with different numbers.`);
      runs.set(name, known ?? run);
    }
  }
  const placeOf = ({ arm }: Results['runs'][number]) => arms.get(arm)!.place;
  const here = [...new Set(all.flatMap(({ shards }) => shards?.here ?? []))].sort((a, b) => a - b);
  return {
    ...first,
    shards: count === undefined ? undefined : { count, here },
    arms: [...arms.values()].sort((a, b) => a.place - b.place).map(({ arm }) => arm),
    // Seed by seed, as a suite writes them.
    runs: [...runs.values()].sort((a, b) => a.seed - b.seed || placeOf(a) - placeOf(b)),
  };
}
