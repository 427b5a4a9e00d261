/** Formulas by name, as MathML; made by scripts/vite/tex.ts. */
declare module '*.tex' {
  const formulas: Readonly<Record<string, string>>;
  export default formulas;
}
