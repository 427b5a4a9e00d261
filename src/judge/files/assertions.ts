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

/** The unit tests that a test code comes to. */
export interface ReadAssertions {
  tests: UnitTest[];
  /** The largest difference that an assertion such as `Math.abs(f(2) - 0.33) < 1e-6` forgives; 0 where none does. */
  tolerance: number;
  /** Assertions that say more than arguments and a value: they are not among the tests. */
  unread: number;
}

/** What a name of the code stands for: a value, or what the tested function returned for some arguments. */
type Known = { value: Json } | { args: Json[] } | undefined;
type Names = Map<string, Known>;

type AnyFunction = Pick<
  FunctionDeclaration | FunctionExpression | ArrowFunctionExpression,
  'params' | 'body'
>;

class Unreadable extends Error {}

/** Functions that compare two values strictly, by their last name. */
const equalities = new Set(['isEqual', 'compare', 'deepStrictEqual', 'strictEqual']);

const nameOf = (node: AnyNode): string => {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'MemberExpression' && !node.computed && node.property.type === 'Identifier')
    return `${nameOf(node.object)}.${node.property.name}`;
  return '';
};
const lastOf = (name: string) => name.slice(name.lastIndexOf('.') + 1);

function calculated(operator: string, left: Json, right: Json): Json {
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
  if (typeof left !== 'number' || typeof right !== 'number') throw new Unreadable();
  const results: Partial<Record<string, number>> = {
    ...{ '+': left + right, '-': left - right, '*': left * right },
    ...{ '/': left / right, '%': left % right, '**': left ** right },
  };
  return finite(results[operator]);
}

function finite(value: number | undefined): number {
  if (value === undefined || !Number.isFinite(value)) throw new Unreadable();
  return value;
}

/** The value of an expression that needs nothing run. @throws Unreadable where there is none that JSON has */
function valueOf(node: AnyNode | null, names: Names): Json {
  switch (node?.type) {
    case 'Literal': {
      const { value } = node;
      if (typeof value === 'number') return finite(value);
      if (typeof value === 'string' || typeof value === 'boolean') return value;
      if (node.raw === 'null') return null;
      throw new Unreadable();
    }
    case 'TemplateLiteral':
      if (node.expressions.length > 0) throw new Unreadable();
      return node.quasis[0].value.cooked ?? '';
    case 'UnaryExpression': {
      const value = valueOf(node.argument, names);
      if (node.operator === '!' && typeof value === 'boolean') return !value;
      if (typeof value !== 'number') throw new Unreadable();
      if (node.operator === '-') return -value;
      if (node.operator === '+') return value;
      throw new Unreadable();
    }
    case 'BinaryExpression':
      return calculated(node.operator, valueOf(node.left, names), valueOf(node.right, names));
    case 'ArrayExpression':
      return node.elements.map((element) => valueOf(element, names));
    case 'ObjectExpression':
      return Object.fromEntries(
        node.properties.map((property) => {
          if (property.type !== 'Property' || property.computed || property.kind !== 'init')
            throw new Unreadable();
          const { key } = property;
          const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : '';
          return [name, valueOf(property.value, names)];
        }),
      );
    case 'Identifier': {
      const known = names.get(node.name);
      if (known && 'value' in known) return known.value;
      throw new Unreadable();
    }
    default:
      throw new Unreadable();
  }
}

/** The arguments for which an expression is what the tested function returned; undefined where it is nothing of it. */
function argumentsOf(node: AnyNode, entryPoint: string, names: Names): Json[] | undefined {
  if (node.type === 'CallExpression' && nameOf(node.callee) === entryPoint)
    return node.arguments.map((argument) => valueOf(argument, names));
  const known = node.type === 'Identifier' ? names.get(node.name) : undefined;
  return known && 'args' in known ? known.args : undefined;
}

const isTextOf = (node: AnyNode): node is CallExpression =>
  node.type === 'CallExpression' && nameOf(node.callee) === 'JSON.stringify' && node.arguments.length === 1;

/** Every name in a part of the code. */
function namesIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  if ('type' in part && part.type === 'Identifier' && 'name' in part) return [part.name as string];
  return Object.values(part).flatMap(namesIn);
}

/** What a part of the code mentions it may have changed: it is no longer known. */
function forget(part: unknown, names: Names): void {
  for (const name of namesIn(part)) if (names.has(name)) names.set(name, undefined);
}

/** Reads one test code, whose assertions call `entryPoint`. */
class Reader {
  readonly found: ReadAssertions = { tests: [], tolerance: 0, unread: 0 };
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
    forget(params, inside);
    if (body.type === 'BlockStatement') this.statements(body.body, inside, repeated);
  }

  #bind(id: AnyNode, init: Expression | undefined, names: Names, repeated: boolean): void {
    if (init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression')
      return this.#body(init, names, repeated);
    const known = init && this.#known(init, names);
    if (!known) forget([id, init], names);
    if (id.type === 'Identifier') names.set(id.name, known);
  }

  #known(init: AnyNode, names: Names): Known {
    try {
      const args = argumentsOf(init, this.#entryPoint, names);
      return args ? { args } : { value: valueOf(init, names) };
    } catch (error) {
      if (error instanceof Unreadable) return undefined;
      throw error;
    }
  }

  #expression(node: AnyNode, names: Names, repeated: boolean): void {
    if (node.type === 'AssignmentExpression' && node.operator === '=' && node.left.type === 'Identifier')
      return this.#bind(node.left, node.right, names, repeated);
    const name = node.type === 'CallExpression' ? nameOf(node.callee) : '';
    if (node.type !== 'CallExpression' || !/^(console\.assert|assert)\b/.test(name))
      return forget(node, names);
    const [first, second] = node.arguments;
    if (name === 'console.assert' || name === 'assert' || name === 'assert.ok')
      this.#read(() => this.#claim(first, names), repeated);
    else
      this.#read(() => {
        if (!equalities.has(lastOf(name))) throw new Unreadable();
        this.#equal(first, second, names);
      }, repeated);
  }

  /** `if (!compare(x, y)) throw …`; what another `if` asserts is asserted of some values only. */
  #check(node: IfStatement, names: Names, repeated: boolean): void {
    const { test, consequent, alternate } = node;
    const [only] = consequent.type === 'BlockStatement' ? consequent.body : [consequent];
    if (only?.type !== 'ThrowStatement' || alternate)
      return this.#perhaps(node, alternate ? [consequent, alternate] : [consequent], names);
    this.#read(() => {
      if (test.type !== 'UnaryExpression' || test.operator !== '!') throw new Unreadable();
      this.#claim(test.argument, names);
    }, repeated);
  }

  #read(read: () => void, repeated: boolean): void {
    try {
      if (repeated) throw new Unreadable();
      read();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.found.unread++;
    }
  }

  #claim(claim: AnyNode | undefined, names: Names): void {
    if (claim?.type === 'CallExpression' && equalities.has(lastOf(nameOf(claim.callee))))
      return this.#equal(claim.arguments[0], claim.arguments[1], names);
    if (claim?.type !== 'BinaryExpression') throw new Unreadable();
    if (claim.operator === '<' || claim.operator === '<=')
      return this.#nearly(claim.left, claim.right, names);
    if (claim.operator !== '===') throw new Unreadable();
    const { left, right } = claim;
    if (isTextOf(left) && isTextOf(right)) return this.#equal(left.arguments[0], right.arguments[0], names);
    this.#equal(left, right, names);
  }

  /** `Math.abs(f(x) - y) < 1e-6` */
  #nearly(distance: AnyNode, most: AnyNode, names: Names): void {
    if (distance.type !== 'CallExpression' || nameOf(distance.callee) !== 'Math.abs') throw new Unreadable();
    const [difference] = distance.arguments as (AnyNode | undefined)[];
    if (difference?.type !== 'BinaryExpression' || difference.operator !== '-') throw new Unreadable();
    const tolerance = valueOf(most, names);
    if (typeof tolerance !== 'number' || tolerance > 1e-3) throw new Unreadable();
    this.#equal(difference.left, difference.right, names);
    this.found.tolerance = Math.max(this.found.tolerance, tolerance);
  }

  #equal(left: AnyNode | undefined, right: AnyNode | undefined, names: Names): void {
    if (!left || !right) throw new Unreadable();
    const ofLeft = argumentsOf(left, this.#entryPoint, names);
    const args = ofLeft ?? argumentsOf(right, this.#entryPoint, names);
    if (!args) throw new Unreadable();
    this.found.tests.push({ args, expected: valueOf(ofLeft ? right : left, names) });
  }
}

/**
 * Reads the assertions of a test code in the styles of HumanEval-X (`console.assert(f(1) === 2)`, with or without `JSON.stringify` on both
 * sides, `Math.abs(f(1) - 2) < 1e-6`) and MBXP (`var x0 = f(1); var v0 = 2; if (!compare(x0, v0)) throw …`), and Node's strict
 * `assert`. Loose equality, loops and whatever else would have to be run to be known are counted as unread.
 *
 * @param entryPoint the function that is tested
 * @throws SyntaxError where the code is no JavaScript
 */
export function readAssertions(code: string, entryPoint: string): ReadAssertions {
  const reader = new Reader(entryPoint);
  const program = parse(code, { ecmaVersion: 'latest', sourceType: 'script' });
  reader.statements(program.body, new Map());
  return reader.found;
}
