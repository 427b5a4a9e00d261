import type { OwnTask, Task } from '../protocol/task.ts';
import { heldOutTasks, tasksOf, trainTasks } from '../tasks/tasks.ts';

/** A task in the columns that verl's datasets have. */
export interface TaskRow {
  data_source: string;
  prompt: { role: string; content: string }[];
  ability: string;
  /** `ground_truth` is JSON of {entryPoint, tests: [{args, expected}]}: the reward function reads it, the policy never does. */
  reward_model: { style: string; ground_truth: string };
  extra_info: { split: string; index: number; task: string; signature: string };
}

/** What our models read is the statement alone; a model of any other kind has to be told the form of an answer. */
const promptOf = ({ statement, signature }: Task) =>
  `Write a function in JavaScript that returns ${statement}.\n\n` +
  `It begins with \`${signature}\`. Answer with the whole function, in one block of code that begins with \`\`\`js.`;

export function rowOf(task: Task, index: number): TaskRow {
  const { id, split, signature, entryPoint, tests } = task;
  return {
    data_source: 'pf-ppo-playground',
    prompt: [{ role: 'user', content: promptOf(task) }],
    ability: 'code',
    reward_model: { style: 'rule', ground_truth: JSON.stringify({ entryPoint, tests }) },
    extra_info: { split, index, task: id, signature },
  };
}

/**
 * The tasks of a run, in their order.
 * @param own a visitor's, in place of the corpus
 */
export function* rowsOf(split: Task['split'], own?: readonly OwnTask[]): Generator<TaskRow> {
  const corpus = split === 'train' ? trainTasks : heldOutTasks;
  const all = own ? tasksOf(own).filter((task) => task.split === split) : corpus;
  for (const [index, task] of all.entries()) yield rowOf(task, index);
}
