/** What may be read, in a file or from storage, as a learner's answers: of bounded size, whoever wrote it. */
import * as v from 'valibot';
import type { Answers, Grade } from '../course/answers.ts';

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const name = v.pipe(v.string(), v.maxLength(60));
const text = v.pipe(v.string(), v.maxLength(2000));
const few = <Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.maxLength(16));

export const gradeSchema = v.object({
  said: few(name),
  at: few(
    v.object({
      cost: name,
      agreement: v.pipe(finite, v.minValue(-1), v.maxValue(1)),
      measured: few(name),
    }),
  ),
  seeds: few(count),
  updates: count,
}) satisfies v.GenericSchema<unknown, Grade>;

export const answersSchema = v.object({
  lessons: v.pipe(
    v.record(
      name,
      v.object({
        predicted: v.optional(count),
        numbers: few(v.record(name, finite)),
        changed: v.optional(few(text)),
        note: text,
      }),
    ),
    v.check((lessons) => Object.keys(lessons).length <= 40, 'it has more lessons than 40'),
  ),
  grade: v.optional(gradeSchema),
}) satisfies v.GenericSchema<unknown, Answers>;
