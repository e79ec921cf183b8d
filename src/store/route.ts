/** The pages of the app and where their addresses point. The query after it is `urlCodec.ts`'s. */
import { LESSON } from './lessonSteps.ts';

export type Page = 'lab' | 'compare' | 'sweeps' | 'models' | 'lesson';

export interface Route {
  readonly page: Page;
  /** 1-based step of the lesson; null: none is named, or another page. */
  readonly step: number | null;
}

export const LAB: Route = { page: 'lab', step: null };

const PAGES: readonly Page[] = ['compare', 'sweeps', 'models', 'lesson'];

/** "/", "/models", "/lesson/4" */
export function routePath({ page, step }: Route): string {
  if (page === 'lab') return '/';
  return step === null ? `/${page}` : `/${page}/${String(step)}`;
}

/** The address of a page without settings: following it leaves those as they are. */
export function routeHash(route: Route): string {
  return `#${routePath(route)}`;
}

/** The page of a hash, and one sentence when it names none that exists. */
export function parseRoute(hash: string): {
  readonly route: Route;
  readonly notice: string | null;
} {
  const path = hash.replace(/^#/, '').replace(/\?.*$/s, '');
  const [name = '', step = null, ...rest] = path.split('/').slice(1);
  if (name === '' && step === null) return { route: LAB, notice: null };
  const page = PAGES.find((known) => known === name);
  const missing = `The link’s page “${path}” does not exist; the lab is shown.`;
  if (page === undefined || rest.length > 0) return { route: LAB, notice: missing };
  if (step === null || step === '') return { route: { page, step: null }, notice: null };
  if (page !== 'lesson') return { route: { page, step: null }, notice: missing };
  const wanted = /^\d{1,3}$/.test(step) ? Number(step) : 0;
  const clamped = Math.min(LESSON.length, Math.max(1, wanted));
  const notice =
    clamped === wanted
      ? null
      : `The lesson has steps 1 to ${String(LESSON.length)}; the link’s “${step}” is not one of them.`;
  return { route: { page, step: clamped }, notice };
}
