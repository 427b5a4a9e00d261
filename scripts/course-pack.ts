/**
 * `npm run course-pack -- --out DIR`: the lessons to print, as HTML and PDF: worksheet, and the sheet of whoever teaches, with what
 * `npm run course` measured (docs/results/course). Exit codes: 0 done; 2 wrong arguments.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { course } from '../src/course/course.ts';
import { sheets } from '../src/course/sheets.ts';
import { outFolder, withArguments } from './arguments.ts';
import { browserFlags, ensureBrowser } from './browser.mjs';
import { rowOf, type Made } from './course.ts';
import { root } from './install.mjs';

const blank = () => ({ numbers: [], note: '' });

/** By the name of the file. */
async function documents(): Promise<Readonly<Record<string, string>>> {
  const results = join(root, 'docs/results/course/results.json');
  const made = JSON.parse(await readFile(results, 'utf8')) as Made[];
  return {
    worksheet: sheets(course, blank),
    instructor: sheets(course, blank, (exercise) => rowOf(exercise, made)),
  };
}

export function main(args: string[]): Promise<number> {
  return withArguments(args, { out: outFolder() }, async ({ out }) => {
    const browser = await chromium.launch({ executablePath: ensureBrowser(), args: browserFlags });
    try {
      for (const [name, html] of Object.entries(await documents())) {
        await writeFile(join(out, `${name}.html`), html);
        const page = await browser.newPage();
        await page.setContent(html);
        await page.pdf({ path: join(out, `${name}.pdf`), preferCSSPageSize: true });
        await page.close();
        console.log(`${join(out, name)}.html and .pdf`);
      }
      return 0;
    } finally {
      await browser.close();
    }
  });
}
