/**
 * The browser that the tests drive, and the software Vulkan driver that comes with it: with
 * SwiftShader, WebGPU runs in Chromium and in Node on a machine without a GPU.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const FIXED = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
const ICD = 'vk_swiftshader_icd.json';
const LOADER = 'libvulkan.so.1';
const REMEDY =
  'install Chromium or Google Chrome, or set CHROMIUM_PATH to the executable of one, ' +
  'or run: npx playwright install --with-deps chromium';

/**
 * The first Chromium present: CHROMIUM_PATH, the system's, Playwright's. Null where there is none.
 * @returns {string | null} path of the executable
 * @throws {Error} if CHROMIUM_PATH is set and does not start
 */
export function findChromium() {
  const wanted = process.env['CHROMIUM_PATH'];
  if (wanted !== undefined && wanted !== '') {
    if (starts(wanted)) return wanted;
    throw new Error(`CHROMIUM_PATH=${wanted} does not start — ${REMEDY}`);
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const system = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return (
    [...system, ...FIXED, playwrightPath()].find((path) => path !== null && starts(path)) ?? null
  );
}

/**
 * A Chromium that starts, installed if need be: Debian's package as root, else Playwright's.
 * @returns {string} path of the executable
 * @throws {Error} naming the remedy where none can be had
 */
export function findOrInstallChromium() {
  const found = findChromium();
  if (found !== null) return found;
  console.log('No Chromium found: installing one for the tests.');
  for (const install of [installPackage, installPlaywright]) {
    if (!install()) continue;
    const installed = findChromium();
    if (installed !== null) return installed;
  }
  throw new Error(`no Chromium found and none could be installed — ${REMEDY}`);
}

/**
 * Environment for a new process in which npm `webgpu` (Dawn) finds SwiftShader; empty where it
 * is not there. What is set already stays.
 * @param {string | null} chromium path of the executable
 * @returns {Record<string, string>}
 */
export function swiftShaderEnv(chromium) {
  const { env } = process;
  const driver = env['VK_ICD_FILENAMES'] || findDriver(chromium);
  if (!driver) return {};
  const folder = join(tmpdir(), `fmp-lab-${userInfo().username}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = {
    VK_ICD_FILENAMES: driver,
    XDG_RUNTIME_DIR: env['XDG_RUNTIME_DIR'] || folder,
  };
  const loader = join(dirname(driver), LOADER);
  if (!existsSync(loader)) return found;
  // Chromium brings its Vulkan loader too. Only this library: its folder holds others.
  const link = join(folder, LOADER);
  if (!existsSync(link)) {
    rmSync(link, { force: true });
    symlinkSync(loader, link);
  }
  const libraries = [folder, env['LD_LIBRARY_PATH']].filter(Boolean).join(delimiter);
  return { ...found, LD_LIBRARY_PATH: libraries };
}

function findDriver(chromium) {
  if (chromium === null) return null;
  const beside = join(dirname(realpathSync(chromium)), ICD);
  if (existsSync(beside)) return beside;
  // Debian's /usr/bin/chromium is a script; the driver lies with the program that it starts.
  const listed = spawnSync('dpkg', ['-L', 'chromium', 'chromium-common'], { encoding: 'utf8' });
  const packaged = (listed.stdout ?? '').split('\n').find((path) => path.endsWith(`/${ICD}`));
  return packaged !== undefined && existsSync(packaged) ? packaged : null;
}

/** A file that exists may still be a stub, as Ubuntu's chromium-browser without snap is. */
function starts(path) {
  if (!existsSync(path)) return false;
  if (process.platform === 'win32') return true;
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 30_000 });
  return status === 0 && /chrom/i.test(stdout);
}

function playwrightPath() {
  try {
    const { chromium } = createRequire(import.meta.url)('playwright-core');
    return chromium.executablePath();
  } catch {
    return null;
  }
}

function installPackage() {
  if (process.getuid?.() !== 0 || !existsSync('/etc/os-release')) return false;
  if (!/^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'))) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', args, { stdio: 'inherit', env }).status === 0;
  return apt('update') && apt('install', '-y', '--no-install-recommends', 'chromium');
}

function installPlaywright() {
  const folder = dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'));
  const command = [join(folder, 'cli.js'), 'install', 'chromium'];
  return spawnSync(process.execPath, command, { stdio: 'inherit' }).status === 0;
}
