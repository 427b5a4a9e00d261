/** The worker's script as one self-contained text; made by scripts/vite/judge-frame.ts. */
declare module 'virtual:judge-worker' {
  const text: string;
  export default text;
}
