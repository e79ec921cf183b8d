import { createReadStream, copyFileSync, mkdirSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import type { Plugin } from 'vite';

const TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.safetensors': 'application/octet-stream',
  '.wasm': 'application/wasm',
};

/** A folder of the published app whose files come from elsewhere in the repository. */
export interface PublishedFolder {
  /** First part of the path, e.g. `wasm` for `/wasm/…`. */
  readonly name: string;
  /** The file behind `/<name>/<path>`, or null where nothing is published under that path. */
  readonly locate: (path: string) => string | null;
  /** Paths below `/<name>/` that a build copies. */
  readonly list: () => readonly string[];
}

/**
 * Serves a folder's files in development and copies them into the build. A path that is not
 * published answers 404, never the page: a model that is missing must not read as HTML.
 */
export function publish(folder: PublishedFolder): Plugin {
  const prefix = `/${folder.name}/`;
  return {
    name: `publish-${folder.name}`,
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? '').replace(/[?#].*$/, '');
        if (!path.startsWith(prefix)) {
          next();
          return;
        }
        const file = folder.locate(path.slice(prefix.length));
        const size = file === null ? undefined : statSync(file, { throwIfNoEntry: false })?.size;
        for (const [name, value] of Object.entries(server.config.server.headers))
          if (value !== undefined) response.setHeader(name, value);
        if (file === null || size === undefined) {
          response.statusCode = 404;
          response.end();
          return;
        }
        response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
        response.setHeader('Content-Length', size);
        response.setHeader('Cache-Control', 'no-cache');
        if (request.method === 'HEAD') response.end();
        else
          createReadStream(file)
            .on('error', () => response.destroy())
            .pipe(response);
      });
    },
    writeBundle({ dir }) {
      if (dir === undefined) return;
      for (const path of folder.list()) {
        const file = folder.locate(path);
        if (file === null) continue;
        const copy = join(dir, folder.name, path);
        mkdirSync(dirname(copy), { recursive: true });
        copyFileSync(file, copy);
      }
    },
  };
}
