#!/usr/bin/env node
// `npx pf-ppo-judge …` in a clone is `npm run judge -- …`.
process.argv.splice(2, 0, 'judge');
await import('../run.mjs');
