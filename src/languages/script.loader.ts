export { getRuntime, getRuntime as getRuntimeRx } from './words.ts';
