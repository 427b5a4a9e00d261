/** Large type, for a room full of people: as the address says (`?type=large`) until the visitor chooses. */
class Type {
  isLarge = $state(new URLSearchParams(location.search).get('type') === 'large');

  constructor() {
    this.#show();
  }

  toggle(): void {
    this.isLarge = !this.isLarge;
    this.#show();
    const address = new URL(location.href);
    if (this.isLarge) address.searchParams.set('type', 'large');
    else address.searchParams.delete('type');
    history.replaceState(history.state, '', address);
  }

  /** CSS pixels of the window per CSS pixel of the page. */
  get zoom(): number {
    return this.isLarge ? Number(getComputedStyle(document.documentElement).getPropertyValue('--zoom')) : 1;
  }

  #show(): void {
    if (this.isLarge) document.documentElement.dataset.type = 'large';
    else delete document.documentElement.dataset.type;
  }
}

export const type = new Type();
