import { expect, it } from 'vitest';
import { checkGradients } from '../../src/ui/engine/check-gradients.ts';

it.each(['webgpu', 'cpu', 'tfjs'] as const)(
  'a visitor can prove the %s engine, again and again',
  async (engine) => {
    for (let time = 0; time < 2; time++) {
      const answer = await checkGradients(engine);
      if ('problem' in answer) throw new Error(answer.problem);
      expect(answer).toMatchObject({ backend: engine === 'cpu' ? 'cpu' : 'webgpu', tensors: 30 });
      expect(answer.worst).toBeLessThan(2e-4);
    }
  },
);
