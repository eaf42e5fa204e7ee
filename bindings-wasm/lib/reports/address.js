// Where the module of this build is; a bundler sees the address and takes the file along.

export function moduleAddress() {
  return new URL('./omnicontact.wasm', import.meta.url)
}
