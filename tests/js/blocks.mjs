/** The fenced blocks of a language in a page of Markdown. */
export function blocks(page, language) {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code)
}
