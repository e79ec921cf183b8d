import type { ReactNode } from 'react';
import { useApp } from '../AppContext.ts';
import { withFonts } from '../export/fonts.ts';
import { saveFile } from '../saveFile.ts';
import { svgFile } from './svgFile.ts';

interface Props {
  /** Of the files, without an ending. */
  readonly name: string;
  readonly csv: () => string;
  readonly json: () => unknown;
  /** Where the charts are. */
  readonly charts: () => HTMLElement | null;
}

/** The results on show as files. */
export function ExportButtons({ name, csv, json, charts }: Props): ReactNode {
  const app = useApp();
  const button = (label: string, save: () => void): ReactNode => (
    <button type="button" className="btn" onClick={save}>
      {label}
    </button>
  );
  return (
    <div className="acts" role="group" aria-label="Export">
      {button('CSV', () => {
        saveFile(`${name}.csv`, csv(), 'text/csv');
      })}
      {button('JSON', () => {
        saveFile(`${name}.json`, `${JSON.stringify(json(), null, 1)}\n`, 'application/json');
      })}
      {button('SVG', () => {
        const found = charts()?.querySelectorAll<SVGSVGElement>('figure svg') ?? [];
        const background = getComputedStyle(document.body).backgroundColor;
        const svg = svgFile([...found], background);
        withFonts(svg)
          .then((whole) => {
            saveFile(`${name}.svg`, whole, 'image/svg+xml');
          })
          .catch(() => {
            app.addNotice('The file could not be made. Check the connection, then try again.');
          });
      })}
    </div>
  );
}
