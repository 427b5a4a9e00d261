export { getRuntime, getRuntimeRx } from './words.ts';
