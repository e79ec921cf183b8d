/**
 * The 43 classes of the `signs` set. Position = class id; ids and meanings follow the German
 * Traffic Sign Recognition Benchmark, so that results line up with published tables.
 */
const TABLE: readonly (readonly [name: string, short: string])[] = [
  ['speed limit 20', '20'],
  ['speed limit 30', '30'],
  ['speed limit 50', '50'],
  ['speed limit 60', '60'],
  ['speed limit 70', '70'],
  ['speed limit 80', '80'],
  ['end of limit 80', 'end 80'],
  ['speed limit 100', '100'],
  ['speed limit 120', '120'],
  ['no overtaking', 'no pass'],
  ['no overtaking by trucks', 'no pass 3.5t'],
  ['priority at next junction', 'junction'],
  ['priority road', 'priority'],
  ['give way', 'give way'],
  ['stop', 'stop'],
  ['no vehicles', 'no vehicles'],
  ['no trucks', 'no trucks'],
  ['no entry', 'no entry'],
  ['general danger', 'danger'],
  ['bend to the left', 'bend left'],
  ['bend to the right', 'bend right'],
  ['double bend', 'bends'],
  ['bumpy road', 'bumps'],
  ['slippery road', 'slippery'],
  ['road narrows on the right', 'narrows'],
  ['road works', 'works'],
  ['traffic signals', 'signals'],
  ['pedestrians', 'pedestrians'],
  ['children crossing', 'children'],
  ['bicycles crossing', 'bicycles'],
  ['ice or snow', 'ice'],
  ['wild animals crossing', 'animals'],
  ['end of all limits', 'end all'],
  ['turn right ahead', 'right'],
  ['turn left ahead', 'left'],
  ['ahead only', 'ahead'],
  ['ahead or right', 'ahead/right'],
  ['ahead or left', 'ahead/left'],
  ['keep right', 'keep right'],
  ['keep left', 'keep left'],
  ['roundabout', 'roundabout'],
  ['end of no overtaking', 'end no pass'],
  ['end of no overtaking by trucks', 'end no pass 3.5t'],
];

/** Display names, 43 strings, position = class id. */
export const SIGN_CLASSES: readonly string[] = TABLE.map(([name]) => name);

/** Very short labels for tight charts, 43 strings, position = class id. */
export const SIGN_SHORT: readonly string[] = TABLE.map(([, short]) => short);
