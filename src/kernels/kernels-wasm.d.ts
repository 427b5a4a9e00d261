/** Every `*.as.ts` kernel compiled to one WebAssembly module, made by scripts/vite/kernels-wasm.ts. */
declare module 'virtual:kernels-wasm' {
  const base64: string;
  export default base64;
}
