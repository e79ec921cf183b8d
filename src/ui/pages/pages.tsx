/** The pages behind the bar. All but the lab are fetched when they are first asked for. */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import type { Page } from '../../store/route.ts';

type Part = LazyExoticComponent<ComponentType>;

/** Pages of their own; the lesson is the lab with a rail beside it. */
export const OWN_PAGES: Readonly<Partial<Record<Page, Part>>> = {
  compare: lazy(() =>
    import('../compare/ComparePage.tsx').then((part) => ({ default: part.ComparePage })),
  ),
  sweeps: lazy(() =>
    import('../sweeps/SweepsPage.tsx').then((part) => ({ default: part.SweepsPage })),
  ),
  models: lazy(() =>
    import('../models/ModelsPage.tsx').then(({ ModelsPage }) => ({ default: ModelsPage })),
  ),
};

export const Rail: Part = lazy(() =>
  import('../lesson/Rail.tsx').then((part) => ({ default: part.Rail })),
);

export interface PageLink {
  readonly page: Page;
  readonly name: string;
  /** Of the browser's tab. */
  readonly title: string;
}

/** In the order of the bar. The lab's title depends on its network. */
export const PAGE_LINKS: readonly PageLink[] = [
  { page: 'lab', name: 'Lab', title: 'FMP Lab' },
  { page: 'lesson', name: 'Lesson', title: 'Lesson · FMP Lab' },
  { page: 'compare', name: 'Compare', title: 'Compare · FMP Lab' },
  { page: 'sweeps', name: 'Sweeps', title: 'Sweeps · FMP Lab' },
  { page: 'models', name: 'Models', title: 'Models · FMP Lab' },
];
