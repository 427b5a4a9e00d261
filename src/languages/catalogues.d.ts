/** A language's catalogue as the page looks it up: made by scripts/vite/languages.ts from `de.po`, and English from the source itself. */
declare module 'virtual:words/*' {
  const words: import('wuchale/runtime').CatalogModule;
  export const c: typeof words.c;
  export const p: typeof words.p;
}
