/** `npm run icons`: draws public/icon.svg as the PNGs that an installed page needs; after a change of it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { withArguments } from './arguments.ts';
import { browserFlags, ensureBrowser } from './browser.mjs';
import { root } from './install.mjs';

const folder = join(root, 'public');
/** A system may cut a maskable icon down to a circle of four fifths: the ground goes to the edge, the sign stays inside. */
const icons = [
  { file: 'icon-192.png', size: 192, share: 1, ground: 'transparent' },
  { file: 'icon-512.png', size: 512, share: 1, ground: 'transparent' },
  { file: 'icon-maskable-512.png', size: 512, share: 0.62, ground: '#fffefb' },
];

export function main(args: string[]): Promise<number> {
  return withArguments(args, {}, async () => {
    const svg = await readFile(join(folder, 'icon.svg'), 'base64');
    const browser = await chromium.launch({ executablePath: ensureBrowser(), args: browserFlags });
    try {
      for (const { file, size, share, ground } of icons) {
        const page = await browser.newPage({ viewport: { width: size, height: size } });
        const side = Math.round(size * share);
        await page.setContent(
          `<body style="margin:0;height:100vh;display:grid;place-content:center;background:${ground}"><img width="${side}" src="data:image/svg+xml;base64,${svg}">`,
        );
        await writeFile(join(folder, file), await page.screenshot({ omitBackground: true }));
        await page.close();
      }
    } finally {
      await browser.close();
    }
    return 0;
  });
}
