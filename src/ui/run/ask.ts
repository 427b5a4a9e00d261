import type { Answer, Question } from '../../protocol/messages.ts';
import type { RunClient } from './run-client.ts';

type AnswerOf<Type extends Answer['type']> = Extract<Answer, { type: Type }>;

/** The answer, which must be of this type, to a question to the policy's thread. Rejects, with a sentence, where nobody can answer. */
export async function ask<Type extends Answer['type']>(
  client: Pick<RunClient, 'ask'> | undefined,
  question: Question,
  type: Type,
): Promise<AnswerOf<Type>> {
  if (!client) throw new Error('There is no run yet.');
  const answer = await client.ask(question);
  if (answer.type !== type) throw new TypeError(`asked for ${question.type}, answered ${answer.type}`);
  return answer as AnswerOf<Type>;
}
