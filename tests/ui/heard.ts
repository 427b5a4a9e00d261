import { onTestFinished } from 'vitest';

/** How a place tells of its changes: what is nearest decides. */
function livenessOf(element: Element | null): { region: Element; how: string } | undefined {
  for (let at = element; at; at = at.parentElement) {
    const role = at.getAttribute('role') ?? at.localName;
    const how =
      at.getAttribute('aria-live') ??
      { status: 'polite', output: 'polite', log: 'polite', alert: 'assertive' }[role];
    if (how) return { region: at, how };
  }
  return undefined;
}

/**
 * What is heard of the page from now on without going anywhere, in order: the text of each live region that was there, can be seen or is only heard, and
 * has changed. A region that comes with its first words is not heard.
 */
export function listen(): readonly string[] {
  const heard: string[] = [];
  const observer = new MutationObserver((records) => {
    const regions = records.flatMap(({ target }) => {
      const live = livenessOf(target instanceof Element ? target : target.parentElement);
      return live && live.how !== 'off' && live.region.checkVisibility() ? [live.region] : [];
    });
    for (const region of new Set(regions)) {
      const text = region.textContent.replaceAll(/\s+/g, ' ').trim();
      if (text) heard.push(text);
    }
  });
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  onTestFinished(() => observer.disconnect());
  return heard;
}
