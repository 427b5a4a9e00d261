import { isOwnPolicy, isOwnTeacher, ownLabel, ownParts } from '../ppo/own-models.ts';
import type { Knobs, RunConfig } from '../protocol/config.ts';
import type { OwnName, OwnRecipe } from '../protocol/own-model.ts';
import { listModels, type KeptModel } from '../record/own-models.ts';
import { addresses } from './route.svelte.ts';

/** The models that the visitor trained, as all of the page sees them; `ui/lab` makes and changes them. */
class OwnModels {
  /** The newest first; undefined until the storage has been asked. */
  kept = $state.raw<readonly KeptModel[]>();
  /** What the lab is to be opened with. */
  asked = $state.raw<{ kind: OwnRecipe['kind']; name?: OwnName }>();

  /** Reads the list again. Storage that is forbidden has none. */
  async refresh(): Promise<void> {
    this.kept = await listModels().catch(() => []);
  }

  has(name: OwnName): boolean {
    return this.kept?.some((model) => model.name === name) ?? false;
  }

  /** As the visitor calls it, else in short. */
  labelOf(name: OwnName): string {
    return this.kept?.find((model) => model.name === name)?.label ?? ownLabel(name);
  }

  /** A model that a run needs and that is not here. */
  missingOf({ policy }: Pick<RunConfig, 'policy'>, { teacher }: Pick<Knobs, 'teacher'>): OwnName | undefined {
    if (!this.kept) return undefined;
    if (policy !== undefined && isOwnPolicy(policy) && !this.has(policy)) return policy;
    return isOwnTeacher(teacher) && !this.has(teacher) ? teacher : undefined;
  }

  /** Opens the lab, to make another model of a kind, or the one of this name again. */
  openLab(what: OwnRecipe['kind'] | OwnName): void {
    const known = ownParts(what);
    this.asked = known
      ? { kind: known.recipe.kind, name: what as OwnName }
      : { kind: what as OwnRecipe['kind'] };
    location.hash = addresses.lab;
  }
}

export const ownModels = new OwnModels();
