import compression from '@polka/compression';
import type { Plugin } from 'vite';

/** `vite preview` compresses its answers, as the hosts do that the page is put on. */
export function compressed(): Plugin {
  return {
    name: 'compressed',
    configurePreviewServer({ middlewares }) {
      middlewares.use(compression());
    },
  };
}
