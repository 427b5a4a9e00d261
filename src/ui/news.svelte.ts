import { viewNames, type View } from './route.svelte.ts';
import { pageTitle, type Status } from './status.ts';

/** What has come to its end in a view, as a sentence. */
interface Piece {
  view: View;
  text: string;
}

/** What a visitor should know who has another view open, or another tab in front: for that there is the page's title. */
class News {
  /** The last of each view. */
  pieces = $state.raw<readonly Piece[]>([]);
  /** As they are, for whoever must not be called again when they change. */
  #all: readonly Piece[] = [];
  #status: Status = { kind: 'starting' };
  #view: View = 'play';

  tell(view: View, text: string): void {
    this.#keep([...this.#all.filter((piece) => piece.view !== view), { view, text }]);
    this.draw(this.#status, this.#view);
  }

  /** The page's title. Of a view that is seen there is no news. */
  draw(status: Status, view: View): void {
    this.#status = status;
    this.#view = view;
    if (!document.hidden) this.#drop(view);
    const isCompared = this.#all.some((piece) => piece.view === 'compare');
    document.title = pageTitle(status, view === 'play' ? undefined : viewNames[view], isCompared);
  }

  dismiss(view: View): void {
    this.#drop(view);
    this.draw(this.#status, this.#view);
  }

  #drop(view: View): void {
    if (this.#all.some((piece) => piece.view === view))
      this.#keep(this.#all.filter((piece) => piece.view !== view));
  }

  #keep(all: readonly Piece[]): void {
    this.#all = all;
    this.pieces = all;
  }
}

/** One a page. */
export const news = new News();
