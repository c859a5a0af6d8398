/** Wire formats in which a runtime can ask a model. */
export type Dialect = 'openai' | 'anthropic';

export interface Provider {
  readonly name: string;
  /** Variable with the usual key; undefined: keyless. */
  readonly keyVariables: readonly string[];
  readonly defaultModel: string | undefined;
  /** Base URL by dialect, as a client library of that dialect takes it. */
  readonly baseUrls: Partial<Readonly<Record<Dialect, string>>>;
  /** Answered inside the relay, without a network. */
  readonly builtIn?: boolean;
}

/**
 * Every provider. OpenAI-compatible base URLs are the ones the vendors document for OpenAI clients:
 * Google https://ai.google.dev/gemini-api/docs/openai, Groq https://console.groq.com/docs/openai,
 * Mistral https://docs.mistral.ai/api, Ollama https://docs.ollama.com/openai, Anthropic
 * https://docs.anthropic.com/en/api/openai-sdk (native Messages API preferred where a runtime speaks it).
 */
export const providers: readonly Provider[] = [
  {
    name: 'anthropic',
    keyVariables: ['ANTHROPIC_API_KEY'],
    defaultModel: 'claude-sonnet-4-5',
    baseUrls: { anthropic: 'https://api.anthropic.com', openai: 'https://api.anthropic.com/v1' },
  },
  {
    name: 'openai',
    keyVariables: ['OPENAI_API_KEY'],
    defaultModel: 'gpt-5.1',
    baseUrls: { openai: 'https://api.openai.com/v1' },
  },
  {
    name: 'openrouter',
    keyVariables: ['OPENROUTER_API_KEY'],
    defaultModel: 'openrouter/auto',
    baseUrls: { openai: 'https://openrouter.ai/api/v1' },
  },
  {
    name: 'google',
    keyVariables: ['GOOGLE_API_KEY', 'GEMINI_API_KEY'],
    defaultModel: 'gemini-2.5-flash',
    baseUrls: { openai: 'https://generativelanguage.googleapis.com/v1beta/openai' },
  },
  {
    name: 'groq',
    keyVariables: ['GROQ_API_KEY'],
    defaultModel: 'llama-3.3-70b-versatile',
    baseUrls: { openai: 'https://api.groq.com/openai/v1' },
  },
  {
    name: 'mistral',
    keyVariables: ['MISTRAL_API_KEY'],
    defaultModel: 'mistral-large-latest',
    baseUrls: { openai: 'https://api.mistral.ai/v1' },
  },
  {
    name: 'ollama',
    keyVariables: [],
    defaultModel: undefined,
    baseUrls: { openai: 'http://localhost:11434/v1' },
  },
  {
    name: 'custom',
    keyVariables: ['CLAWDEN_API_KEY'],
    defaultModel: undefined,
    baseUrls: {},
  },
  {
    name: 'echo',
    keyVariables: [],
    defaultModel: 'echo',
    baseUrls: { openai: 'echo:', anthropic: 'echo:' },
    builtIn: true,
  },
];

/** The provider of that name, if there is one. */
export function providerNamed(name: string): Provider | undefined {
  return providers.find((provider) => provider.name === name);
}
