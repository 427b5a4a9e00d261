/**
 * The languages in which a German page has words read that match: of text, of names and of hints, wherever they stand in it, each once for every place.
 */
export function languagesOf(words: RegExp): readonly string[] {
  document.documentElement.lang = 'de';
  const places: { text: string; at: Element }[] = [];
  for (const at of document.body.querySelectorAll('*')) {
    for (const name of ['aria-label', 'title', 'placeholder', 'aria-description'])
      places.push({ text: at.getAttribute(name) ?? '', at });
    for (const node of at.childNodes)
      if (node.nodeType === Node.TEXT_NODE) places.push({ text: node.textContent ?? '', at });
  }
  const found = places.filter(
    ({ text, at }) => words.test(text) && !['SCRIPT', 'STYLE'].includes(at.tagName),
  );
  return found.map(({ at }) => at.closest('[lang]')!.getAttribute('lang')!);
}
