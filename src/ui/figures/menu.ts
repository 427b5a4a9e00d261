/** One thing to choose from a menu. */
export interface MenuItem {
  label: string;
  /** Whether it is on, where it is a switch or one of several of which one is on. */
  checked?: boolean;
  isOneOf?: boolean;
  /** Why it cannot be chosen now; empty where that is plain. */
  why?: string;
  onchoose: () => void;
}
