const KEY = 'pf-ppo-theme';
type Choice = 'system' | 'light' | 'dark';

/** Light or dark: as the system says until the visitor chooses. */
class Theme {
  choice = $state<Choice>(remembered());
  #systemDark = $state(matchMedia('(prefers-color-scheme: dark)').matches);

  readonly dark = $derived(this.choice === 'system' ? this.#systemDark : this.choice === 'dark');

  constructor() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (event) => {
      this.#systemDark = event.matches;
    });
    this.#show();
  }

  toggle(): void {
    this.choice = this.dark ? 'light' : 'dark';
    this.#show();
    try {
      localStorage.setItem(KEY, this.choice);
    } catch {
      // Storage can be forbidden; the choice then lasts as long as the page.
    }
  }

  #show(): void {
    if (this.choice === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.choice;
  }
}

function remembered(): Choice {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}

export const theme = new Theme();

/** Colours that were read, by token in dark and in light: reading one makes the browser work out all styles. */
const known = new Map<string, string>();

/** A token of tokens.css as a canvas wants it, e.g. colour('--truth') → "rgb(20, 122, 90)". */
export function colour(token: string): string {
  const key = `${token} ${theme.dark}`;
  const read = known.get(key) ?? readColour(token);
  known.set(key, read);
  return read;
}

/** The same in the light theme, for what is to lie on paper. */
export const lightColour = (token: string): string => readColour(token, 'light');

function readColour(token: string, scheme = ''): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  probe.style.colorScheme = scheme;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
