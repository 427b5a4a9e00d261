/** What is said to whoever hears the page, where what changes in sight is not, or not at once. One for the whole page, so that nothing is said over another. */
class Voice {
  /** Another object for each sentence: the same one again is said again. */
  said = $state.raw<{ readonly text: string }>();
  /** A lesson tells how far the run is: the page need not. */
  isTaken = $state(false);

  say(text: string): void {
    this.said = { text };
  }
}

export const voice = new Voice();
