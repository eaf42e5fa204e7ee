/** The fenced blocks of a language in a page of Markdown; with a heading, those below it alone. */
export function blocks(page, language, heading) {
  const place = heading === undefined ? 0 : page.indexOf(`\n## ${heading}\n`)
  if (place < 0) throw new Error(`the page has no heading \`${heading}\``)
  const end = heading === undefined ? -1 : page.indexOf('\n## ', place + 1)
  const part = page.slice(place, end < 0 ? undefined : end)
  return [...part.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code)
}
