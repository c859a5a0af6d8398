import type { ChannelType } from '../config/types.ts';
import { discord } from './discord/fields.ts';
import { slack } from './slack/fields.ts';
import { telegram } from './telegram/fields.ts';
import { webhook } from './webhook/fields.ts';

/** One line per channel type. */
export const channelTypes: readonly ChannelType[] = [telegram, discord, slack, webhook];
