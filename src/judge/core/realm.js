/*
 * The only code of ours inside the realm of a program. QuickJS evaluates its text, without the word `export`, inside a
 * strict function and before the program. Whatever it uses it takes from the realm while that is still clean: no
 * method, iterator or prototype that a program can change is used afterwards. It knows no expected value.
 */

const { parse, stringify } = JSON;
const { apply, ownKeys, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
const { isArray } = Array;
const { prototype: objectPrototype, hasOwn } = Object;
/** Prototypes of QuickJS's own errors for a lack of memory or stack: its parser throws the latter. */
const [internalError, syntaxError] = [InternalError.prototype, SyntaxError.prototype];
/**
 * @param {string} message of an error of QuickJS's own
 * @returns {string} what `describe` says first
 */
function kindOf(message) {
  return message === 'out of memory' ? 'm' : message === 'stack overflow' ? 's' : 't';
}
/** What comes before a line of the program in an error's stack. */
const programMark = 'program.js:';
const largestBigInt = 2n ** 4096n;
const largestInteger = 2 ** 53 - 1;
/** The same eight bytes; WebAssembly has the lower half first. */
const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/**
 * @param {object} prototype
 * @param {string} name
 * @returns {() => unknown} the method, or the getter, to be called with `apply`
 */
function methodOf(prototype, name) {
  const property = getOwnPropertyDescriptor(prototype, name);
  if (property === undefined) throw new TypeError(`QuickJS has no ${name} here`);
  return /** @type {() => unknown} */ (property.get ?? property.value);
}
const sort = methodOf(Array.prototype, 'sort');
const slice = methodOf(String.prototype, 'slice');
const indexOf = methodOf(String.prototype, 'indexOf');
const toText = methodOf(Number.prototype, 'toString');
const mapSize = methodOf(Map.prototype, 'size');
const setSize = methodOf(Set.prototype, 'size');
const mapForEach = methodOf(Map.prototype, 'forEach');
const setForEach = methodOf(Set.prototype, 'forEach');

/** Thrown by `refuse` alone, so that it is told apart from what a proxy's trap throws. */
const refusal = new Error('');
let nodes = 0;
let length = 0;

/**
 * @param {string} reason
 * @returns {never}
 */
function refuse(reason) {
  refusal.message = reason;
  throw refusal;
}

/**
 * Counts what has been written, so that a value is refused before it is written out.
 *
 * @param {string} text
 */
function counted(text) {
  length += text.length;
  if (length > realmLimits.valueLength) refuse('it is too long to be compared');
  return text;
}

/** @param {string} text */
function quoted(text) {
  if (text.length > realmLimits.valueLength) refuse('it is too long to be compared');
  return counted(stringify(text));
}

/**
 * Integers in decimal, as long as all of them up to there can be told apart; other numbers as their bits, from the
 * sign on: what engines print of some differs.
 *
 * @param {number} value
 */
function numberText(value) {
  if (value !== value || value === Infinity || value === -Infinity) return '' + value;
  if (value === 0) return 1 / value < 0 ? '-0' : '0';
  if (value % 1 === 0 && value >= -largestInteger && value <= largestInteger) return '' + value;
  double[0] = value;
  let text = '#';
  for (let half = 1; half >= 0; half--)
    text += /** @type {string} */ (apply(slice, '0000000' + apply(toText, halves[half], [16]), [-8]));
  return text;
}

/**
 * @param {object} owner
 * @param {PropertyKey} key
 * @param {number} depth
 * @returns {string}
 */
function propertyText(owner, key, depth) {
  const property = getOwnPropertyDescriptor(owner, key);
  if (property === undefined) return counted('<hole>');
  if (!hasOwn(property, 'value')) refuse('it has a getter or a setter');
  return write(property.value, depth);
}

/**
 * The fields that count in a comparison, sorted: enumerable ones whose key `isNamed`.
 *
 * @param {object} owner
 * @param {(string | symbol)[]} keys
 * @param {(key: string) => boolean} isNamed
 * @param {number} depth
 */
function fieldsText(owner, keys, isNamed, depth) {
  for (let index = 0; index < keys.length; index++)
    if (typeof keys[index] === 'symbol') refuse('it has a symbol for a key');
  apply(sort, keys, []);
  let text = '';
  for (let index = 0; index < keys.length; index++) {
    const key = /** @type {string} */ (keys[index]);
    if (!isNamed(key) || !getOwnPropertyDescriptor(owner, key)?.enumerable) continue;
    if (text !== '') text += counted(',');
    text += quoted(key) + counted(':') + propertyText(owner, key, depth);
  }
  return text;
}

/**
 * @param {object} array
 * @param {number} depth
 */
function arrayText(array, depth) {
  /** @type {unknown} */
  const count = getOwnPropertyDescriptor(array, 'length')?.value;
  if (typeof count !== 'number' || !(count <= realmLimits.valueNodes)) return refuse('it has too many parts');
  let text = '';
  for (let index = 0; index < count; index++) {
    if (index > 0) text += counted(',');
    text += propertyText(array, index, depth);
  }
  /** @param {string} key */
  const isNamed = (key) => key !== 'length' && !('' + (+key >>> 0) === key && +key < count);
  const fields = fieldsText(array, ownKeys(array), isNamed, depth);
  return fields === '' ? `[${text}]` : `[${text};${fields}]`;
}

/**
 * @param {() => unknown} getter that throws on anything but a collection of its kind
 * @param {object} value
 * @returns {number} −1 where it is none
 */
function sizeOf(getter, value) {
  try {
    return /** @type {number} */ (apply(getter, value, []));
  } catch {
    return -1;
  }
}

/**
 * @param {object} value
 * @param {number} depth
 */
function collectionText(value, depth) {
  const entries = sizeOf(mapSize, value);
  const items = entries < 0 ? sizeOf(setSize, value) : -1;
  if (entries < 0 && items < 0) refuse('it is an instance of a class');
  if (entries > realmLimits.valueNodes || items > realmLimits.valueNodes) refuse('it has too many parts');
  const isMap = entries >= 0;
  let text = '';
  apply(isMap ? mapForEach : setForEach, value, [
    (/** @type {unknown} */ item, /** @type {unknown} */ key) => {
      if (text !== '') text += counted(',');
      text += isMap ? `${write(key, depth)}=>${write(item, depth)}` : write(item, depth);
    },
  ]);
  return `${isMap ? 'Map' : 'Set'}{${text}}`;
}

/**
 * @param {object} value
 * @param {number} depth
 */
function objectText(value, depth) {
  if (depth > realmLimits.valueDepth) refuse('it is cyclic or nested too deep');
  counted('{}');
  if (isArray(value)) return arrayText(value, depth);
  const prototype = getPrototypeOf(value);
  if (prototype !== objectPrototype && prototype !== null) return collectionText(value, depth);
  const keys = ownKeys(value);
  if (keys.length > realmLimits.valueNodes) refuse('it has too many parts');
  return `{${fieldsText(value, keys, () => true, depth)}}`;
}

/**
 * @param {unknown} value
 * @param {number} depth of what holds it
 * @returns {string} its canonical text, as `value-text.ts` writes it of an expected value
 */
function write(value, depth) {
  if (++nodes > realmLimits.valueNodes) refuse('it has too many parts');
  switch (typeof value) {
    case 'undefined':
      return counted('undefined');
    case 'boolean':
      return counted(value ? 'true' : 'false');
    case 'number':
      return counted(numberText(value));
    case 'bigint':
      if (value > largestBigInt || value < -largestBigInt) refuse('it is too long to be compared');
      return counted(`${value}n`);
    case 'string':
      return quoted(value);
    case 'object':
      return value === null ? counted('null') : objectText(value, depth + 1);
    case 'symbol':
      return refuse('it is a symbol');
    case 'function':
      return refuse('it is a function');
  }
}

/**
 * Calls `entry` on `self`, with arguments parsed afresh.
 *
 * @param {() => unknown} entry
 * @param {unknown} self
 * @param {string} argsText a JSON array
 * @returns {string} `=` and the returned value's canonical text, or `!` and why there is none
 */
export function call(entry, self, argsText) {
  const result = apply(entry, self, /** @type {[]} */ (parse(argsText)));
  nodes = 0;
  length = 0;
  try {
    return '=' + write(result, 0);
  } catch (error) {
    if (error !== refusal) throw error;
    return '!' + refusal.message;
  }
}

/**
 * A string that an object or one of its first prototypes holds as plain data; no getter runs for it.
 *
 * @param {object} owner
 * @param {string} key
 * @returns {string} empty where there is none
 */
function plainString(owner, key) {
  /** @type {object | null} */
  let holder = owner;
  for (let level = 0; level < 4 && holder !== null; level++) {
    const property = getOwnPropertyDescriptor(holder, key);
    if (property && hasOwn(property, 'value'))
      return typeof property.value === 'string' ? property.value : '';
    holder = getPrototypeOf(holder);
  }
  return '';
}

/**
 * @param {unknown} thrown
 * @returns {string}
 */
function wordsOf(thrown) {
  switch (typeof thrown) {
    case 'string':
      return `it threw the text ${stringify(apply(slice, thrown, [0, realmLimits.messageLength]))}`;
    case 'number':
    case 'boolean':
    case 'undefined':
      return `it threw ${thrown}`;
    case 'object': {
      if (thrown === null) return 'it threw null, or memory ran out';
      const name = plainString(thrown, 'name');
      const message = plainString(thrown, 'message');
      return name === '' && message === '' ? 'it threw an object' : `${name || 'Error'}: ${message}`;
    }
    default:
      return `it threw a ${typeof thrown}`;
  }
}

/**
 * @param {object} thrown
 * @returns {string} the digits of the first line of the program that the error's stack names; empty where it names none
 */
function lineOf(thrown) {
  const stack = plainString(thrown, 'stack');
  let at = /** @type {number} */ (/** @type {unknown} */ (apply(indexOf, stack, [programMark])));
  if (at < 0) return '';
  let line = '';
  for (at += programMark.length; at < stack.length && stack[at] >= '0' && stack[at] <= '9'; at++)
    line += stack[at];
  return line.length < 7 ? line : '';
}

/**
 * What was thrown, in words. No code of the program runs for it but a proxy's traps.
 *
 * @param {unknown} thrown
 * @returns {string} `m` where memory ran out, `s` where the stack did, else `t`; then the line, if it is known; a space, and the words
 */
export function describe(thrown) {
  let kind = 't';
  let line = '';
  let words = 'it threw an object that hides what it is';
  try {
    words = /** @type {string} */ (apply(slice, wordsOf(thrown), [0, realmLimits.messageLength]));
    // QuickJS throws null where there is no memory left even for an error.
    if (thrown === null) kind = 'm';
    else if (typeof thrown === 'object') {
      const prototype = getPrototypeOf(thrown);
      if (prototype === internalError || prototype === syntaxError)
        kind = kindOf(plainString(thrown, 'message'));
      line = lineOf(thrown);
    }
  } catch {
    // A proxy's trap threw: the words stay as they are.
  }
  return `${kind}${line} ${words}`;
}
