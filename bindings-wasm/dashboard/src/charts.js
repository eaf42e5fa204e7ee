// Charts of the reports, drawn by Vega in the colours of the page.

import embed from 'vega-embed'

const drawn = new Map()

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

/** The specification with as many columns in its legends as the holder has room for. */
function fitted(specification, width) {
  const columns = Math.max(1, Math.floor(width / 165))
  return JSON.parse(JSON.stringify(specification), (key, value) =>
    key === 'legend' && value !== null ? { ...value, columns, labelLimit: 140, symbolLimit: 12 } : value,
  )
}
