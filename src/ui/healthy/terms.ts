import type { TermId } from '../glossary.ts';

/** Terms by which charts over a run are called, of which there is more to say: what looks healthy. */
const readTerms = ['pass-at-1', 'score', 'r2', 'kl', 'entropy'] as const satisfies readonly TermId[];

export type ReadTerm = (typeof readTerms)[number];
export const isRead = (term: TermId): term is ReadTerm => (readTerms as readonly TermId[]).includes(term);
