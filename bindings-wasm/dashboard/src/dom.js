// Elements in few words.

/** `element('button', { type: 'button', onclick }, 'Text', child)`; null children are left out. */
export function element(name, attributes = {}, ...children) {
  const made = name === 'svg' ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value)
    else if (key === 'class') made.className = value
    else if (key in made && typeof value !== 'string') made[key] = value
    else made.setAttribute(key, value === true ? '' : value)
  }
  made.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false))
  return made
}

/** Hands a text, or texts behind one another, over as a file. */
export function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text].flat(), { type }))
  const link = element('a', { href: address, download: name })
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
