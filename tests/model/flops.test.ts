import { expect, it } from 'vitest';
import { forwardFlops, updateFlops } from '../../src/model/flops.ts';
import type { NetworkConfig } from '../../src/model/network.ts';

const network: NetworkConfig = {
  layers: 2,
  channels: 4,
  heads: 1,
  vocabulary: 7,
  contextLength: 8,
  columns: 8,
};

it('a forward pass is its products and its looks back, as counted by hand', () => {
  // Of 3 tokens, 1 read: qkv 2 × 3·4·12, the rest of the first block 3·9·16, of the last 1·9·16, head 4·8; looks 1 + 2 + 3, twice 4, 2 blocks.
  const products = 2 * 3 * 4 * 12 + 3 * 9 * 16 + 9 * 16 + 4 * 8;
  expect(forwardFlops(network, [{ length: 3, reads: 1 }])).toBe(2 * (products + 2 * 2 * 4 * 6));
});

it('is additive over sequences', () => {
  const [a, b] = [
    { length: 3, reads: 2 },
    { length: 5, reads: 5 },
  ];
  expect(forwardFlops(network, [a, b])).toBe(forwardFlops(network, [a]) + forwardFlops(network, [b]));
});

it('an update is sampling, scoring, experience of three networks, and three passes of two networks an epoch', () => {
  const sight = { length: 3, reads: 2 };
  const scalar = { ...network, columns: 1 };
  const [policy, critic] = [forwardFlops(network, [sight]), forwardFlops(scalar, [sight])];
  const end = forwardFlops(scalar, [{ length: 3, reads: 1 }]);
  const parts = {
    sampled: [sight, sight],
    isScored: true,
    asked: [],
    experienced: [sight],
    learned: [sight],
    epochs: 2,
  };
  expect(updateFlops(network, parts)).toBeCloseTo(
    2 * policy + 2 * end + 2 * policy + critic + 6 * (policy + critic),
    6,
  );
  expect(updateFlops(network, { ...parts, asked: [sight] })).toBeCloseTo(
    updateFlops(network, parts) + 2 * policy,
    6,
  );
  expect(updateFlops(network, { ...parts, isScored: false })).toBeCloseTo(
    updateFlops(network, parts) - 2 * end,
    6,
  );
});
