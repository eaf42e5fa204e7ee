// The code of the README, and a page around it.
const blocks: Record<string, () => Promise<unknown>> = import.meta.glob('./readme-*.ts')
try {
  for (const name of Object.keys(blocks).sort()) await blocks[name]!()
  document.documentElement.dataset.done = 'yes'
} catch (error) {
  document.documentElement.dataset.done = String(error)
}
