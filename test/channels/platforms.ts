import type { Platform } from './platform.ts';
import { discord } from './platforms/discord.ts';
import { slack } from './platforms/slack.ts';
import { telegram } from './platforms/telegram.ts';
import { webhook } from './platforms/webhook.ts';

export const platforms: readonly Platform[] = [telegram, discord, slack, webhook];
