import { ended } from '../../protocol/failure.ts';
import { reasonOf } from '../run/keeper.ts';
import type { LaidLog } from './laid-log.ts';
import { MOST_ARMS } from './setup.ts';

/** Logs that can stand beside a comparison at a time: as many as there are ways to draw a curve beyond its settings'. */
export const MOST_LOGS = 3;
const slots = Array.from({ length: MOST_LOGS }, (_, i) => MOST_ARMS + i);

/** Logs of runs elsewhere that stand beside the comparison, whichever it is; gone when the page is left. */
export class LaidLogs {
  all = $state.raw<readonly LaidLog[]>([]);
  /** What came of what was done last, in a sentence. */
  said = $state.raw<string>();

  /**
   * Takes in those files that are logs; one whose name is there already takes its place. What is wrong with one is said.
   *
   * @returns the files that are none
   */
  async takeIn(files: readonly File[]): Promise<File[]> {
    const { isLog, readLog } = await import('../runs/files.ts');
    const said: string[] = [];
    for (const file of files.filter(isLog)) {
      const { name } = file;
      try {
        const slot = this.#slotFor(name);
        if (slot === undefined)
          throw new Error(`${MOST_LOGS} logs stand beside the comparison already: take one away first.`);
        const log = await readLog(file);
        this.all = [...this.all.filter((one) => one.name !== name), { name, slot, log }];
        said.push(
          `“${name}” is drawn, from update ${log.updates[0].update} to ${log.updates.at(-1)!.update}.`,
        );
      } catch (error) {
        said.push(`${name} was not taken in. ${ended(reasonOf(error))}`);
      }
    }
    if (said.length > 0) this.said = said.join(' ');
    return files.filter((file) => !isLog(file));
  }

  remove(laid: LaidLog): void {
    this.all = this.all.filter((one) => one !== laid);
    this.said = undefined;
  }

  #slotFor(name: string): number | undefined {
    const there = this.all.find((one) => one.name === name);
    return there?.slot ?? slots.find((slot) => this.all.every((one) => one.slot !== slot));
  }
}

/** The page's. */
export const laidLogs = new LaidLogs();
