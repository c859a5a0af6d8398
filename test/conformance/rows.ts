import type { Row } from './row.ts';
import { apiRows } from './rows/api.ts';
import { channelRows } from './rows/channel.ts';
import { configRows } from './rows/config.ts';
import { lifeRows } from './rows/life.ts';
import { providerRows } from './rows/provider.ts';
import { readyRows } from './rows/ready.ts';
import { renderRows } from './rows/render.ts';
import { secretRows } from './rows/secrets.ts';

/** In the order in which they run: the rows of a life end the shared container, so they come last. */
export const rows: readonly Row[] = [
  ...renderRows,
  ...configRows,
  ...readyRows,
  ...apiRows,
  ...channelRows,
  ...providerRows,
  ...secretRows,
  ...lifeRows,
];
