export function findChromium(): string | null;
export function findOrInstallChromium(): string;
export function swiftShaderEnv(chromium: string | null): Record<string, string>;
