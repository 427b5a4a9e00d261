import { knobIndex } from './catalogue.ts';
import type { Arrays, Dims } from './reference.ts';

/** Loshchilov, Hutter 2019, after clipping the whole gradient to a norm (Pascanu et al. 2013). */
export function adamw(a: Arrays<'adamw'>, { L }: Dims<'adamw'>): void {
  const knob = (name: keyof typeof knobIndex) => a.knobs[knobIndex[name]];
  const norm = Math.sqrt(a.norm[0]);
  const scale = norm > knob('maxGradNorm') ? knob('maxGradNorm') / norm : 1;
  for (let i = 0; i < L; i++) {
    const gradient = a.gradients[i] * scale;
    a.firstMoment[i] = knob('beta1') * a.firstMoment[i] + (1 - knob('beta1')) * gradient;
    a.secondMoment[i] = knob('beta2') * a.secondMoment[i] + (1 - knob('beta2')) * gradient ** 2;
    const step =
      (a.firstMoment[i] * knob('correction1')) /
      (Math.sqrt(a.secondMoment[i] * knob('correction2')) + knob('epsilon'));
    const decay = knob('weightDecay') * a.parameters[i];
    a.parameters[i] -= knob('learningRate') * (step + decay);
  }
}
