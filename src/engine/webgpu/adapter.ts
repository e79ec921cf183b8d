/** Older browsers say it of the adapter itself. */
interface OlderAdapter {
  readonly isFallbackAdapter?: boolean;
}

/** Drivers made of software that do not all say so themselves. */
const SOFTWARE = /swiftshader|llvmpipe/i;

/** Whether it computes on the processor, far slower than WASM: SwiftShader, Mesa's, Windows' WARP. */
export function isSoftware(adapter: GPUAdapter): boolean {
  const { architecture, description } = adapter.info;
  // Older browsers lack it there; the types do not know.
  const { isFallbackAdapter } = adapter.info as OlderAdapter;
  const fallback = isFallbackAdapter ?? (adapter as OlderAdapter).isFallbackAdapter;
  return fallback === true || SOFTWARE.test(`${architecture} ${description}`);
}
