/** What the assertions of a problem's test code say in values: read, never run. */
import {
  parse,
  type AnyNode,
  type ArrowFunctionExpression,
  type CallExpression,
  type Expression,
  type FunctionDeclaration,
  type FunctionExpression,
  type IfStatement,
} from 'acorn';
import type { Json, UnitTest } from '../../protocol/task.ts';
import { literalOf, Unreadable } from './literal.ts';

/** An assertion that says more than arguments and a value. */
export interface UnreadAssertion {
  /** Of the test code, from 1. */
  line: number;
  /** As a sentence without its end. */
  why: string;
}

/** The unit tests that a test code comes to. */
export interface ReadAssertions {
  tests: UnitTest[];
  /** The largest difference that an assertion such as `Math.abs(f(2) - 0.33) < 1e-6` forgives; 0 where none does. */
  tolerance: number;
  /** They are not among the tests. */
  unread: UnreadAssertion[];
}

/** What a name of the code stands for: a value, what the tested function returned for some arguments, or that function. */
type Known = { value: Json } | { args: Json[] } | 'entry' | undefined;
type Names = Map<string, Known>;

type AnyFunction = Pick<
  FunctionDeclaration | FunctionExpression | ArrowFunctionExpression,
  'params' | 'body'
>;

/**
 * Functions that compare two values, by their last name. Node's `deepEqual` forgives what the judge does not, such as
 * a text for a number; but MultiPL-E knows no other.
 */
const equalities = new Set(['isEqual', 'compare', 'deepStrictEqual', 'strictEqual', 'deepEqual']);

/** Differences that can be meant; a larger one would let wrong values pass. */
const largestDifference = 1e-3;

const nameOf = (node: AnyNode): string => {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'MemberExpression' && !node.computed && node.property.type === 'Identifier')
    return `${nameOf(node.object)}.${node.property.name}`;
  return '';
};
const lastOf = (name: string) => name.slice(name.lastIndexOf('.') + 1);

const valueOf = (node: AnyNode, names: Names): Json =>
  literalOf(node, (name) => {
    const known = names.get(name);
    return typeof known === 'object' && 'value' in known ? known : undefined;
  });

const isTextOf = (node: AnyNode): node is CallExpression =>
  node.type === 'CallExpression' && nameOf(node.callee) === 'JSON.stringify' && node.arguments.length === 1;

const isFunction = (node: AnyNode | undefined): node is ArrowFunctionExpression | FunctionExpression =>
  node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression';

/** Every name in a part of the code. */
function namesIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  if ('type' in part && part.type === 'Identifier' && 'name' in part) return [part.name as string];
  return Object.values(part).flatMap(namesIn);
}

/** What a part of the code mentions it may have changed: it is no longer known. The tested function stays what it is. */
function forget(part: unknown, names: Names): void {
  for (const name of namesIn(part)) if (typeof names.get(name) === 'object') names.set(name, undefined);
}

/** Reads one test code, whose assertions call `entryPoint`. */
class Reader {
  readonly found: ReadAssertions = { tests: [], tolerance: 0, unread: [] };
  readonly #entryPoint: string;

  constructor(entryPoint: string) {
    this.#entryPoint = entryPoint;
  }

  /** @param names what is known so far; what is declared is added */
  statements(nodes: readonly AnyNode[], names: Names, repeated = false): void {
    for (const node of nodes) this.#statement(node, names, repeated);
  }

  #statement(node: AnyNode, names: Names, repeated: boolean): void {
    if (node.type === 'VariableDeclaration')
      for (const { id, init } of node.declarations) this.#bind(id, init ?? undefined, names, repeated);
    else if (node.type === 'ExpressionStatement') this.#expression(node.expression, names, repeated);
    else if (node.type === 'FunctionDeclaration') this.#body(node, names, repeated);
    else if (node.type === 'BlockStatement') this.statements(node.body, names, repeated);
    else if (node.type === 'IfStatement') this.#check(node, names, repeated);
    else if (node.type === 'TryStatement') this.statements(node.block.body, names, repeated);
    // A loop: what it asserts, it asserts of more than one value.
    else if ('body' in node && node.body && !Array.isArray(node.body))
      this.#perhaps(node, [node.body], names);
  }

  /** Statements that run any number of times. */
  #perhaps(of: AnyNode, statements: readonly AnyNode[], names: Names): void {
    forget(of, names);
    this.statements(statements, new Map(names), true);
  }

  #body({ params, body }: AnyFunction, names: Names, repeated: boolean): void {
    const inside = new Map(names);
    for (const name of namesIn(params)) inside.set(name, undefined);
    if (body.type === 'BlockStatement') this.statements(body.body, inside, repeated);
    else this.#expression(body, inside, repeated);
  }

  #bind(id: AnyNode, init: Expression | undefined, names: Names, repeated: boolean): void {
    if (isFunction(init)) return this.#body(init, names, repeated);
    const known = init && this.#known(init, names);
    if (!known) forget([id, init], names);
    if (id.type === 'Identifier') names.set(id.name, known);
  }

  #known(init: AnyNode, names: Names): Known {
    if (this.#isEntry(init, names)) return 'entry';
    try {
      const args = this.#argumentsOf(init, names);
      return args ? { args } : { value: valueOf(init, names) };
    } catch (error) {
      if (error instanceof Unreadable) return undefined;
      throw error;
    }
  }

  #isEntry(node: AnyNode, names: Names): boolean {
    const name = nameOf(node);
    return name === this.#entryPoint || (name !== '' && names.get(name) === 'entry');
  }

  /** The arguments for which an expression is what the tested function returned; undefined where it is nothing of it. */
  #argumentsOf(node: AnyNode, names: Names): Json[] | undefined {
    if (node.type === 'CallExpression' && this.#isEntry(node.callee, names))
      return node.arguments.map((argument) => valueOf(argument, names));
    const known = node.type === 'Identifier' ? names.get(node.name) : undefined;
    return typeof known === 'object' && 'args' in known ? known.args : undefined;
  }

  #expression(node: AnyNode, names: Names, repeated: boolean): void {
    if (node.type === 'AssignmentExpression' && node.operator === '=' && node.left.type === 'Identifier')
      return this.#bind(node.left, node.right, names, repeated);
    const name = node.type === 'CallExpression' ? nameOf(node.callee) : '';
    if (node.type !== 'CallExpression' || !/^(console\.assert|assert)\b/.test(name)) {
      forget(node, names);
      // Such as those of forEach: of more than one value.
      if (node.type === 'CallExpression')
        for (const given of node.arguments) if (isFunction(given)) this.#body(given, names, true);
      return;
    }
    const [first, second] = node.arguments;
    if (name === 'console.assert' || name === 'assert' || name === 'assert.ok')
      this.#read(node, repeated, () => this.#claim(first, names));
    else
      this.#read(node, repeated, () => {
        if (!equalities.has(lastOf(name)))
          throw new Unreadable(`${name} asks for something else than one exact value`);
        this.#equal(first, second, names);
      });
  }

  /** `if (!compare(x, y)) throw …`; what another `if` asserts is asserted of some values only. */
  #check(node: IfStatement, names: Names, repeated: boolean): void {
    const { test, consequent, alternate } = node;
    const [only] = consequent.type === 'BlockStatement' ? consequent.body : [consequent];
    if (only?.type !== 'ThrowStatement' || alternate)
      return this.#perhaps(node, alternate ? [consequent, alternate] : [consequent], names);
    this.#read(node, repeated, () => {
      if (test.type !== 'UnaryExpression' || test.operator !== '!')
        throw new Unreadable('it throws under another condition than that two values differ');
      this.#claim(test.argument, names);
    });
  }

  #read({ loc }: AnyNode, repeated: boolean, read: () => void): void {
    try {
      if (repeated) throw new Unreadable('it is in a loop, or under a condition');
      read();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.found.unread.push({ line: loc?.start.line ?? 1, why: error.message });
    }
  }

  #claim(claim: AnyNode | undefined, names: Names): void {
    if (claim?.type === 'CallExpression' && equalities.has(lastOf(nameOf(claim.callee))))
      return this.#equal(claim.arguments[0], claim.arguments[1], names);
    if (claim?.type !== 'BinaryExpression') throw new Unreadable('it compares with no value');
    if (claim.operator === '<' || claim.operator === '<=')
      return this.#nearly(claim.left, claim.right, names);
    if (claim.operator !== '===')
      throw new Unreadable(`it compares by ${claim.operator}, which is no exact value`);
    const { left, right } = claim;
    if (isTextOf(left) && isTextOf(right)) return this.#equal(left.arguments[0], right.arguments[0], names);
    this.#equal(left, right, names);
  }

  /** `Math.abs(f(x) - y) < 1e-6` */
  #nearly(distance: AnyNode, most: AnyNode, names: Names): void {
    const [difference] =
      distance.type === 'CallExpression' && nameOf(distance.callee) === 'Math.abs'
        ? (distance.arguments as (AnyNode | undefined)[])
        : [];
    if (difference?.type !== 'BinaryExpression' || difference.operator !== '-')
      throw new Unreadable('it compares by <, which is no exact value');
    const tolerance = valueOf(most, names);
    if (typeof tolerance !== 'number' || tolerance > largestDifference)
      throw new Unreadable(`it forgives more than ${largestDifference}`);
    this.#equal(difference.left, difference.right, names);
    this.found.tolerance = Math.max(this.found.tolerance, tolerance);
  }

  #equal(left: AnyNode | undefined, right: AnyNode | undefined, names: Names): void {
    if (!left || !right) throw new Unreadable('it compares with no value');
    const ofLeft = this.#argumentsOf(left, names);
    const args = ofLeft ?? this.#argumentsOf(right, names);
    if (!args) throw new Unreadable(`neither side is a call of ${this.#entryPoint}`);
    this.found.tests.push({ args, expected: valueOf(ofLeft ? right : left, names) });
  }
}

/**
 * Reads the assertions of a test code in the styles of HumanEval-X (`console.assert(f(1) === 2)`, with or without `JSON.stringify` on both
 * sides, `Math.abs(f(1) - 2) < 1e-6`), MBXP (`var x0 = f(1); var v0 = 2; if (!compare(x0, v0)) throw …`), MultiPL-E
 * (`let candidate = f; assert.deepEqual(candidate(1), 2)`), and Node's strict `assert`. Loose equality, loops and whatever else would
 * have to be run to be known are told as unread.
 *
 * @param entryPoint the function that is tested
 * @throws SyntaxError where the code is no JavaScript
 */
export function readAssertions(code: string, entryPoint: string): ReadAssertions {
  const reader = new Reader(entryPoint);
  const program = parse(code, { ecmaVersion: 'latest', sourceType: 'script', locations: true });
  reader.statements(program.body, new Map());
  return reader.found;
}
