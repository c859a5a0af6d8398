import type { ChannelType } from '../config/types.ts';
import { telegram } from './telegram/fields.ts';

/** One line per channel type. */
export const channelTypes: readonly ChannelType[] = [telegram];
