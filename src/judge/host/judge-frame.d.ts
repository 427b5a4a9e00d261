/** The sandboxed frame's document, script and policy included; made by scripts/vite/judge-frame.ts. */
declare module 'virtual:judge-frame' {
  const srcdoc: string;
  export default srcdoc;
}
