// What `console.log` shows of a handle: which it is, and a few facts instead of the rows.

/** The name under which Node, Deno and Bun ask for it; nobody has to import anything. */
export const INSPECT = Symbol.for('nodejs.util.inspect.custom')

export function inspected(name, facts, options, inspect) {
  const shown = inspect === undefined ? JSON.stringify(facts) : inspect(facts, { ...options, depth: 2 })
  return `${name} ${shown}`
}
