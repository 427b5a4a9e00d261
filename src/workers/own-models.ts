/** The models that a visitor trained, for the threads of a run. */
import type { NetworkConfig, Tensors } from '../model/network.ts';
import { decodeOwn } from '../model/own-file.ts';
import { ownLabel, ownParts, recipeText } from '../ppo/own-models.ts';
import { RunError } from '../protocol/failure.ts';
import type { OwnAbout, OwnName } from '../protocol/own-model.ts';
import { loadModelFile } from '../record/own-models.ts';

/** Rejects with a `RunError` that says what to do where the model is not here, or not of these networks' size. */
export async function loadOwn(
  name: OwnName,
  { layers, channels }: NetworkConfig,
): Promise<{ about: OwnAbout; tensors: Tensors }> {
  const { recipe } = ownParts(name)!;
  const what = recipe.kind === 'teacher' ? 'The reward model' : 'The policy';
  const file = await loadModelFile(name).catch(() => undefined);
  if (!file)
    throw new RunError(
      'own-model',
      `${what} “${ownLabel(name)}” of this run was trained in a browser, and this one does not have it. ` +
        `Its recipe is known (${recipe.preset}: ${recipeText(recipe)}): train it again, and it is the very same, or import its file`,
    );
  const { about, tensors } = await decodeOwn(file).catch((error: unknown) => {
    throw new RunError(
      'own-model',
      `${what} “${ownLabel(name)}” cannot be read: ${(error as Error).message}`,
    );
  });
  if (about.network.layers !== layers || about.network.channels !== channels)
    throw new RunError(
      'own-model',
      `${what} “${ownLabel(name)}” is of the ${recipe.preset} models, and this run has others. Choose ${recipe.preset} under Engine`,
    );
  return { about, tensors };
}
