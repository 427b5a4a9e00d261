/** What `realm.js` finds around it when QuickJS evaluates it; nothing else may use these. */
declare const realmLimits: {
  valueDepth: number;
  valueNodes: number;
  valueLength: number;
  messageLength: number;
};

/** QuickJS's own error for a lack of memory or stack, and for an interruption. */
declare const InternalError: ErrorConstructor;
