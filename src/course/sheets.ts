import type { Grade } from './answers.ts';
import type { Answer, Exercise } from './exercise.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => entities[character]);
const hundredths = (value: number) => value.toFixed(2).replace('-', '\u2212');
const paragraph = (text: string) => `<p>${escaped(text)}</p>`;

/** What whoever teaches knows beforehand: in how many runs the usual happens, and what was measured of each trial. */
export interface Expected {
  held: number;
  of: number;
  ranges: readonly string[];
}

const style = `
  body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 11pt/1.5 system-ui, sans-serif; color: #1d1b16; background: #fff; }
  section { break-after: page; }
  section:last-child { break-after: auto; }
  ul { padding: 0; list-style: none; }
  .lines { border-bottom: 1px solid #8f897c; height: 2rem; }
  td, th { padding: 0 1.2rem 0 0; text-align: left; }
  blockquote { margin: 0; padding-left: 0.8rem; border-left: 3px solid #8f897c; white-space: pre-wrap; overflow-wrap: anywhere; }
  @page { size: A4; margin: 18mm; }
`;

/** What was found, or lines to write on. */
function foundOf({ options, trials, find, why }: Exercise, { numbers, changed = [] }: Answer): string {
  const steps = trials.map(
    ({ does }, at) => `<li>${escaped(does)}${changed[at] ? paragraph(changed[at]) : ''}</li>`,
  );
  const toDo = `<ol>${steps.join('')}</ol>`;
  if (numbers.length < trials.length)
    return `${toDo}${paragraph('What your run showed:')}<div class="lines"></div><div class="lines"></div>`;
  const { answer, says } = find(numbers);
  return toDo + paragraph(`Found: “${options[answer]}” ${says}`) + paragraph(why(numbers));
}

function sheetOf(exercise: Exercise, answer: Answer, at: number, expected?: Expected) {
  const { predicted, note } = answer;
  const { title, intro, question, options, usual, ask } = exercise;
  const boxes = options.map((option, i) => `<li>${i === predicted ? '☒' : '☐'} ${escaped(option)}</li>`);
  const written =
    note === '' ? '<div class="lines"></div>'.repeat(4) : `<blockquote>${escaped(note)}</blockquote>`;
  const forTeachers = expected
    ? [
        paragraph(`Usually: ${options[usual]} So it was in ${expected.held} of ${expected.of} runs of ours.`),
        `<ul>${expected.ranges.map((range) => `<li>${escaped(range)}</li>`).join('')}</ul>`,
      ]
    : [];
  return [
    '<section>',
    `<h2>${at + 1}. ${escaped(title)}</h2>`,
    paragraph(intro),
    `<p><b>${escaped(question)}</b></p>`,
    `<ul>${boxes.join('')}</ul>`,
    foundOf(exercise, answer),
    paragraph(ask),
    expected ? '' : written,
    ...forTeachers,
    '</section>',
  ].join('\n');
}

/** The order of filters that was said at the end, and what came of it. */
function gradedSheet({ said, at, seeds, updates }: Grade): string {
  const rows = at.map(({ cost, agreement, measured }) => {
    const cells = [`equal ${cost}`, measured.join(', then '), hundredths(agreement)];
    return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`;
  });
  const heads = [/* @wc-include */ 'at', 'measured, highest first', /* @wc-include */ 'agreement'].map(
    (head) => `<th>${head}</th>`,
  );
  return [
    '<section>',
    `<h2>${escaped('Rank four filters')}</h2>`,
    paragraph(`Said before they trained, highest first: ${said.join(', then ')}.`),
    paragraph(
      `Measured over ${updates} updates, under ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}:`,
    ),
    `<table><tr>${heads.join('')}</tr>${rows.join('')}</table>`,
    paragraph('The agreement is Spearman’s rank correlation: 1 is the same order, \u22121 the reverse.'),
    '</section>',
  ].join('\n');
}

/**
 * Every lesson on a page of its own, as an HTML document that prints on A4: with what was predicted, found and written; without answers a
 * worksheet; with what to expect the sheet of whoever teaches. What came of the order of filters at the end is on the last page, once it was said.
 *
 * @param language of the words, as the document says it
 */
export function sheets(
  course: readonly Exercise[],
  answerTo: (exercise: Exercise) => Answer,
  expectedOf: (exercise: Exercise) => Expected | undefined = () => undefined,
  grade?: Grade,
  language = 'en',
): string {
  const title = 'PF-PPO Playground: lessons';
  const lessons = course.map((exercise, at) =>
    sheetOf(exercise, answerTo(exercise), at, expectedOf(exercise)),
  );
  const all = [...lessons, ...(grade ? [gradedSheet(grade)] : [])];
  const head = `<meta charset="utf-8"><title>${title}</title><style>${style}</style>`;
  return `<!doctype html>\n<html lang="${language}"><head>${head}</head>\n<body>\n<h1>${title}</h1>\n${all.join('\n')}\n</body></html>\n`;
}
