/*
 * What QuickJS lacks or has wrong and programs made elsewhere use: an inert console, CommonJS's exports,
 * structuredClone, BigInt.asUintN, and of Intl what needs no tables. It is part of a realm like QuickJS's own functions:
 * a program may replace all of it, and only harms itself. Nothing of the judge's is in reach from here, and realm.js
 * uses nothing of this.
 */

/**
 * Defines methods as an engine does: not enumerable, to be replaced at will.
 *
 * @param {object} target
 * @param {Record<string, unknown>} members
 */
function define(target, members) {
  for (const name of Object.keys(members))
    Object.defineProperty(target, name, { value: members[name], writable: true, configurable: true });
}

const consoleMethods =
  'assert clear count countReset debug dir dirxml error group groupCollapsed groupEnd info log table time timeEnd timeLog timeStamp trace warn';
const silent = consoleMethods.split(' ').map((name) => [name, { [name]() {} }[name]]);
const moduleObject = { exports: {} };

/**
 * @param {string} what
 * @returns {never}
 */
function refuseIntl(what) {
  throw new TypeError(`${what} needs Intl, which the judge does not have`);
}

/**
 * @param {string} what
 * @param {unknown} locales
 * @param {unknown} options
 */
function checkLocale(what, locales, options) {
  const [locale] = Array.isArray(locales) ? locales : [locales];
  if (locale !== undefined && locale !== 'en' && locale !== 'en-US')
    refuseIntl(`${what} for ${String(locale)}`);
  if (options !== undefined) refuseIntl(`${what} with options`);
}

/** ASCII in the order of the Unicode collation, capitals apart. */
const collation = new Map(
  [...'\t\n\v\f\r _-,;:!?.\'"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz'].map(
    (letter, place) => [letter, place],
  ),
);

/** @param {string} text */
function placesOf(text) {
  // Letters apart: the small letter of U+212A, the sign for kelvins, is ASCII's k.
  return [...text].map(
    (letter) =>
      collation.get(letter < '\x80' ? letter.toLowerCase() : letter) ??
      refuseIntl(`localeCompare of other letters than ASCII's`),
  );
}

/**
 * @param {string} one
 * @param {string} two
 */
function collate(one, two) {
  const [places, others] = [placesOf(one), placesOf(two)];
  for (let index = 0; index < places.length && index < others.length; index++)
    if (places[index] !== others[index]) return places[index] < others[index] ? -1 : 1;
  if (places.length !== others.length) return places.length < others.length ? -1 : 1;
  for (let index = 0; index < one.length; index++)
    // A small letter comes before its capital.
    if (one[index] !== two[index]) return one[index] > two[index] ? -1 : 1;
  return 0;
}

/**
 * Groups of three digits, and up to three decimals, rounded half away from zero.
 *
 * @param {number} value finite, not negative
 */
function englishText(value) {
  const [mantissa, exponent = '0'] = String(value).split('e');
  const [whole, decimals = ''] = mantissa.split('.');
  const point = whole.length + Number(exponent);
  const digits = ('0'.repeat(Math.max(0, 1 - point)) + whole + decimals).padEnd(point, '0');
  const split = Math.max(point, 1);
  let thousandths = BigInt(digits.slice(0, split) + digits.slice(split).padEnd(3, '0').slice(0, 3));
  if (digits.charAt(split + 3) >= '5') thousandths++;
  const fraction = String(thousandths % 1000n)
    .padStart(3, '0')
    .replace(/0+$/, '');
  return grouped(thousandths / 1000n) + (fraction && `.${fraction}`);
}

/** @param {bigint} value not negative */
function grouped(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

const asIntN = BigInt.asIntN.bind(BigInt);

define(globalThis, {
  console: Object.fromEntries(silent),
  module: moduleObject,
  exports: moduleObject.exports,
  /** @param {unknown} value */
  structuredClone(value) {
    return clone(value, new Map());
  },
});
define(BigInt, {
  /**
   * @param {number} bits
   * @param {bigint} value
   */
  asUintN(bits, value) {
    const width = Math.trunc(+bits) || 0;
    const signed = asIntN(width, value);
    return signed < 0n ? signed + (1n << BigInt(width)) : signed;
  },
});
define(Number.prototype, {
  /**
   * @this {number}
   * @param {unknown} [locales]
   * @param {unknown} [options]
   */
  toLocaleString(locales, options) {
    const value = Number.prototype.valueOf.call(this);
    checkLocale('toLocaleString', locales, options);
    if (value !== value) return 'NaN';
    const sign = value < 0 || Object.is(value, -0) ? '-' : '';
    return sign + (value === Infinity || value === -Infinity ? '∞' : englishText(Math.abs(value)));
  },
});
define(BigInt.prototype, {
  /**
   * @this {bigint}
   * @param {unknown} [locales]
   * @param {unknown} [options]
   */
  toLocaleString(locales, options) {
    const value = BigInt.prototype.valueOf.call(this);
    checkLocale('toLocaleString', locales, options);
    return value < 0n ? `-${grouped(-value)}` : grouped(value);
  },
});
define(String.prototype, {
  /**
   * @this {string}
   * @param {unknown} that
   * @param {unknown} [locales]
   * @param {unknown} [options]
   */
  localeCompare(that, locales, options) {
    if (this === undefined || this === null) throw new TypeError('localeCompare needs a text');
    checkLocale('localeCompare', locales, options);
    return collate(String(this), String(that));
  },
});
define(Date.prototype, {
  toLocaleString: () => refuseIntl('toLocaleString of a date'),
  toLocaleDateString: () => refuseIntl('toLocaleDateString'),
  toLocaleTimeString: () => refuseIntl('toLocaleTimeString'),
});

/** @param {unknown} value */
function refuseClone(value) {
  const error = new Error(`a ${typeof value} could not be cloned`);
  error.name = 'DataCloneError';
  throw error;
}

const typedArray = Object.getPrototypeOf(Uint8Array);
const errors = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, Error];

/**
 * A copy of what holds nothing else but its class's own data; undefined where there is more to copy.
 *
 * @param {object} value
 * @returns {object | undefined}
 */
function cloneOfLeaf(value) {
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof RegExp) return new RegExp(value.source, value.flags);
  if (value instanceof Number || value instanceof String || value instanceof Boolean)
    return Object(value.valueOf());
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (value instanceof DataView || value instanceof typedArray) {
    const { buffer, byteOffset, length, byteLength, constructor } = /** @type {Uint8Array} */ (value);
    return Reflect.construct(constructor, [buffer.slice(0), byteOffset, length ?? byteLength]);
  }
  return undefined;
}

/**
 * @param {unknown} value
 * @param {Map<object, object>} known what has been copied already
 * @returns {unknown}
 */
function clone(value, known) {
  if (typeof value === 'function' || typeof value === 'symbol') return refuseClone(value);
  if (typeof value !== 'object' || value === null) return value;
  const before = known.get(value);
  if (before) return before;
  if (
    value instanceof Promise ||
    value instanceof WeakMap ||
    value instanceof WeakSet ||
    value instanceof WeakRef
  )
    return refuseClone(value);
  const leaf = cloneOfLeaf(value);
  const errorClass = errors.find((candidate) => value instanceof candidate);
  const copy = leaf ?? (errorClass ? new errorClass(/** @type {Error} */ (value).message) : emptyLike(value));
  known.set(value, copy);
  if (leaf || errorClass) return copy;
  if (value instanceof Map)
    for (const [key, item] of [...value])
      /** @type {Map<unknown, unknown>} */ (copy).set(clone(key, known), clone(item, known));
  else if (value instanceof Set)
    for (const item of [...value]) /** @type {Set<unknown>} */ (copy).add(clone(item, known));
  else
    for (const key of Object.keys(value))
      Object.defineProperty(copy, key, {
        value: clone(/** @type {Record<string, unknown>} */ (value)[key], known),
        writable: true,
        enumerable: true,
        configurable: true,
      });
  return copy;
}

/** @param {object} value */
function emptyLike(value) {
  if (Array.isArray(value)) return new Array(value.length);
  if (value instanceof Map) return new Map();
  return value instanceof Set ? new Set() : {};
}
