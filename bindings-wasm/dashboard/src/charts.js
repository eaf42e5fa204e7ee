// Charts of the reports, drawn by Vega in the colours of the page.

import embed from 'vega-embed'

const drawn = new Map()

/** The library's palette on dark ground, by its colours on light ground, in which specifications come. */
export const DARK = {
  '#3477d8': '#5697f7',
  '#d93902': '#e0643f',
  '#03725d': '#35eec2',
  '#7b1195': '#9c55b4',
  '#bc8a3c': '#e0b030',
  '#690042': '#c8326a',
  '#507d10': '#b4e65a',
  '#2b9dc2': '#5ac6e9',
  '#767c87': '#8b93a1',
}

function theme() {
  const style = getComputedStyle(document.documentElement)
  const ink = style.getPropertyValue('--ink').trim()
  const soft = style.getPropertyValue('--soft').trim()
  const line = style.getPropertyValue('--line').trim()
  const axis = { labelColor: soft, titleColor: soft, gridColor: line, domainColor: line, tickColor: line, labelFontSize: 11, titleFontSize: 11 }
  return {
    background: 'transparent',
    font: 'system-ui, sans-serif',
    view: { stroke: null },
    axis,
    legend: { labelColor: ink, titleColor: soft, labelFontSize: 11, labelLimit: 150, columns: 2, orient: 'bottom' },
    title: { color: ink },
  }
}

/** Draws a specification into an element; what was there before goes. */
export async function draw(holder, specification) {
  drawn.get(holder)?.finalize()
  drawn.delete(holder)
  if (specification === null) {
    holder.replaceChildren()
    return
  }
  // The heading above says it already, and the frame gives the width.
  const { title: _, ...shown } = fitted(specification, holder.clientWidth)
  const result = await embed(holder, { ...shown, width: 'container', height: shown.height ?? 240, autosize: { type: 'fit-x', contains: 'padding' } }, {
    actions: false,
    renderer: 'svg',
    config: { ...shown.config, ...theme() },
    tooltip: { theme: document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light' },
  })
  drawn.set(holder, result)
}

/** Forgets charts whose elements are gone. */
export function sweep() {
  for (const [holder, result] of drawn) {
    if (!holder.isConnected) {
      result.finalize()
      drawn.delete(holder)
    }
  }
}

/** The specification in the colours of the page, with what its frame has room for: legends, names of days. */
function fitted({ data, ...specification }, width) {
  const dark = document.documentElement.dataset.theme === 'dark'
  const legend = specification.mark?.type === 'arc' ? besideArcs(width) : above(specification, width)
  const made = JSON.parse(JSON.stringify(specification), (key, value) => {
    if (key === 'legend' && value !== null) return { ...value, ...legend, symbolLimit: 12 }
    if (key === 'labelOverlap') return 'parity'
    return dark && typeof value === 'string' ? (DARK[value] ?? value) : value
  })
  return { ...made, data }
}

/** Names of series in as many columns as there is room for; the symbol and the gaps take the rest. */
function above(specification, width) {
  const series = specification.encoding?.color?.scale?.domain?.length ?? 4
  const columns = Math.max(1, Math.min(series, Math.floor(width / 165)))
  return { columns, labelLimit: Math.floor(width / columns) - 42 }
}

/** Shares have their figures in the legend, and need a line each: beside the ring, or below it where that is narrow. */
function besideArcs(width) {
  const beside = width >= 520
  return { columns: 1, orient: beside ? 'right' : 'bottom', labelLimit: beside ? width - 300 : width - 30 }
}
