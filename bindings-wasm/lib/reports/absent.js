// What this build does not have, said as the module says what is wrong.

function absent(what, path) {
  const hint = 'this build makes reports of rows and columns; import the rest from `@omnicontact/web`'
  throw JSON.stringify({ kind: 'invalid_argument', code: 'unknown_label', message: `\`${what}\` is not in this build`, path, hint })
}

export function call(request) {
  absent(JSON.parse(request).operation, 'operation')
}

export const Workspace = { open: () => absent('workspace', ''), replay: () => absent('workspace', ''), restore: () => absent('workspace', '') }
Input.prototype.addFile = (table) => absent('file', table)
Input.prototype.addWorkspace = () => absent('workspace', 'workspace')
