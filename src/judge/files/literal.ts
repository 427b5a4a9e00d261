/** The values that expressions of JavaScript stand for, as far as nothing must be run to know them. */
import type { AnyNode, Property, SpreadElement } from 'acorn';
import type { Json } from '../../protocol/task.ts';

/** Code that says no value; the message says why, as the end of a sentence. */
export class Unreadable extends Error {}

function refuse(why: string): never {
  throw new Unreadable(why);
}

/** The value of a name; undefined where it is not known. */
export type ValueOfName = (name: string) => { value: Json } | undefined;

function finite(value: number | undefined): number {
  if (value === undefined || !Number.isFinite(value)) refuse('it has a number that is not finite');
  return value;
}

function calculated(operator: string, left: Json, right: Json): Json {
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
  if (typeof left !== 'number' || typeof right !== 'number')
    refuse(`it uses ${operator} on what are no numbers`);
  const results: Partial<Record<string, number>> = {
    ...{ '+': left + right, '-': left - right, '*': left * right },
    ...{ '/': left / right, '%': left % right, '**': left ** right },
  };
  if (!(operator in results)) refuse(`it uses ${operator} within a value`);
  return finite(results[operator]);
}

function unary(operator: string, value: Json): Json {
  if (operator === '!' && typeof value === 'boolean') return !value;
  if (operator === '-' && typeof value === 'number') return -value;
  if (operator === '+' && typeof value === 'number') return value;
  return refuse(`it uses ${operator} within a value`);
}

function fieldOf(property: Property | SpreadElement, names: ValueOfName): [string, Json] {
  if (property.type !== 'Property' || property.computed || property.kind !== 'init')
    refuse('an object in it is no plain one');
  const { key } = property;
  const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : '';
  if (name === '__proto__' && !property.shorthand) refuse('an object in it is no plain one');
  return [name, literalOf(property.value, names)];
}

/**
 * The value of an expression: literals, lists and objects of them, known names, and arithmetic on numbers.
 *
 * @throws Unreadable where there is none that JSON has
 */
export function literalOf(node: AnyNode | null, names: ValueOfName): Json {
  switch (node?.type) {
    case undefined:
      return refuse('a list in it has a hole');
    case 'Literal': {
      const { value, raw = '' } = node;
      if (typeof value === 'number') return finite(value);
      if (typeof value === 'string' || typeof value === 'boolean' || raw === 'null') return value as Json;
      return refuse(`${raw} is no value of JSON`);
    }
    case 'TemplateLiteral':
      if (node.expressions.length > 0) refuse('a text in it must be put together');
      return node.quasis[0].value.cooked ?? '';
    case 'UnaryExpression':
      return unary(node.operator, literalOf(node.argument, names));
    case 'BinaryExpression':
      return calculated(node.operator, literalOf(node.left, names), literalOf(node.right, names));
    case 'ArrayExpression':
      return node.elements.map((element) => literalOf(element, names));
    case 'ObjectExpression':
      return Object.fromEntries(node.properties.map((property) => fieldOf(property, names)));
    case 'Identifier': {
      const known = names(node.name);
      if (known) return known.value;
      if (['undefined', 'NaN', 'Infinity'].includes(node.name)) refuse(`${node.name} is no value of JSON`);
      return refuse(`what ${node.name} is must be run to be known`);
    }
    case 'CallExpression':
    case 'NewExpression':
      return refuse('a call in it must be run to be known');
    default:
      return refuse('a part of it must be run to be known');
  }
}
