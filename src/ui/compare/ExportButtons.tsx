import type { ReactNode } from 'react';
import { useApp } from '../AppContext.ts';
import { saveFile } from '../saveFile.ts';
import type * as drawing from './StudyFigure.tsx';

interface Props {
  /** Of the files, without an ending: of the numbers, and of the picture. */
  readonly name: string;
  readonly figureName: string;
  readonly csv: () => string;
  readonly json: () => unknown;
  readonly figure: () => drawing.StudyFigure;
}

/** The results on show as files. */
export function ExportButtons({ name, figureName, csv, json, figure }: Props): ReactNode {
  const app = useApp();
  const draw = (save: (part: typeof drawing) => Promise<void>): void => {
    import('./StudyFigure.tsx').then(save).catch(() => {
      app.addNotice('The file could not be made. Check the connection, then try again.');
    });
  };
  const button = (label: string, what: string, save: () => void): ReactNode => (
    <button type="button" className="btn" title={what} onClick={save}>
      {label}
    </button>
  );
  return (
    <div className="acts" role="group" aria-label="Export">
      {button('CSV', 'One row per result', () => {
        saveFile(`${name}.csv`, csv(), 'text/csv');
      })}
      {button('JSON', 'Opens here again with the same charts', () => {
        saveFile(`${name}.json`, `${JSON.stringify(json(), null, 1)}\n`, 'application/json');
      })}
      {button('SVG', 'The charts, with settings and typefaces', () => {
        draw(async ({ studySvg }) => {
          saveFile(`${figureName}.svg`, await studySvg(figure()), 'image/svg+xml');
        });
      })}
      {button('PNG', 'The charts as a picture, twice the size', () => {
        draw(async ({ studyPng }) => {
          saveFile(`${figureName}.png`, await studyPng(figure()), 'image/png');
        });
      })}
    </div>
  );
}
