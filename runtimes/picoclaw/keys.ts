/** What PicoClaw takes at one place: keys, any value, or a value that it keeps to itself. */
export type Known = 'value' | 'secret' | 'any' | Group;
export interface Group {
  readonly [key: string]: Known;
}

/** Stands for every name of a map and every index of a list. */
export const EACH = '*';

/**
 * Every key of a version 3 configuration that PicoClaw 0.3.1 reads, and no other. 0.2.9 lacks session.dm_scope, tools.web.kagi,
 * tools.message.media_enabled and tools.cron.command_allowed_remotes, and refuses them itself.
 */
export const configKeys: Group = {
  ...values('version'),
  agents: {
    defaults: {
      ...values(`
        allow_read_outside_workspace context_manager context_window image_model image_model_fallbacks
        llm_retry_backoff_secs max_llm_retries max_media_size max_parallel_turns max_tokens
        max_tool_iterations model_fallbacks model_name provider restrict_to_workspace split_on_marker
        steering_mode summarize_message_threshold summarize_token_percent temperature workspace
      `),
      context_manager_config: 'any',
      routing: values('enabled light_model threshold'),
      subturn: values(`
        concurrency_timeout_sec default_timeout_minutes default_token_budget max_concurrent max_depth
      `),
      tool_feedback: values('enabled max_args_length separate_messages'),
      turn_profile: {
        ...values('enabled'),
        history: values('allow mode'),
        skills: values('allow mode'),
        system_prompt: values('allow mode'),
        tools: values('allow mode'),
      },
    },
    dispatch: {
      rules: each({
        ...values('agent name session_dimensions'),
        when: values('account channel chat mentioned sender space topic'),
      }),
    },
    list: each({
      ...values('default id name skills workspace'),
      model: values('fallbacks primary'),
      subagents: {
        ...values('allow_agents'),
        model: values('fallbacks primary'),
      },
    }),
  },
  build_info: values('build_time git_commit go_version version'),
  channel_list: each({
    ...values('allow_from enabled reasoning_channel_id type'),
    group_trigger: values('mention_only prefixes'),
    placeholder: values('enabled text'),
    typing: values('enabled'),
  }),
  devices: values('enabled monitor_usb'),
  events: {
    logging: values('enabled exclude include include_payload min_severity'),
  },
  evolution: values(`
    cold_path_times cold_path_trigger enabled min_case_count min_success_rate min_success_ratio
    min_task_count mode state_dir
  `),
  gateway: values('host hot_reload log_level port'),
  heartbeat: values('enabled interval'),
  hooks: {
    ...values('enabled'),
    builtins: each({
      ...values('enabled priority'),
      config: 'any',
    }),
    defaults: values('approval_timeout_ms interceptor_timeout_ms observer_timeout_ms'),
    processes: each({
      ...values('command dir enabled intercept observe priority transport'),
      env: 'any',
    }),
  },
  isolation: {
    ...values('enabled'),
    expose_paths: each(values('mode source target')),
  },
  model_list: each({
    ...values(`
      api_base auth_method connect_mode enabled fallbacks max_tokens_field model model_name provider proxy
      request_timeout rpm thinking_level tool_schema_transform user_agent workspace
    `),
    ...secrets('api_keys'),
    custom_headers: 'any',
    extra_body: 'any',
    streaming: values('enabled'),
  }),
  session: {
    ...values('dimensions dm_scope'),
    identity_links: 'any',
  },
  tools: {
    ...values('allow_read_paths allow_write_paths filter_min_length filter_sensitive_data'),
    append_file: values('enabled'),
    cron: values('allow_command command_allowed_remotes enabled exec_timeout_minutes'),
    edit_file: values('enabled'),
    exec: values(`
      allow_remote custom_allow_patterns custom_deny_patterns enable_deny_patterns enabled timeout_seconds
    `),
    find_skills: values('enabled'),
    i2c: values('enabled'),
    install_skill: values('enabled'),
    list_dir: values('enabled'),
    load_image: values('enabled'),
    mcp: {
      ...values('enabled max_inline_text_chars'),
      discovery: values('enabled max_search_results ttl use_bm25 use_regex'),
      servers: each({
        ...values('args command deferred enabled env_file type url'),
        env: 'any',
        headers: 'any',
      }),
    },
    media_cleanup: values('enabled interval_minutes max_age_minutes'),
    message: values('enabled media_enabled'),
    read_file: values('enabled max_read_file_size mode'),
    send_file: values('enabled'),
    send_tts: values('enabled'),
    serial: values('enabled'),
    skills: {
      ...values('enabled max_concurrent_searches'),
      github: {
        ...values('base_url proxy'),
        ...secrets('token'),
      },
      registries: each({
        ...values(`
          base_url download_path enabled max_response_size max_zip_size name proxy search_path skills_path
          timeout
        `),
        ...secrets('auth_token'),
        param: 'any',
      }),
      search_cache: values('max_size ttl_seconds'),
    },
    spawn: values('enabled'),
    spawn_status: values('enabled'),
    spi: values('enabled'),
    subagent: values('enabled'),
    web: {
      ...values(`
        enabled fetch_limit_bytes format prefer_native private_host_whitelist provider proxy
      `),
      baidu_search: {
        ...values('base_url enabled max_results'),
        ...secrets('api_key'),
      },
      brave: {
        ...values('enabled max_results'),
        ...secrets('api_keys'),
      },
      duckduckgo: values('enabled max_results'),
      gemini: {
        ...values('enabled max_results model'),
        ...secrets('api_key'),
      },
      glm_search: {
        ...values('base_url enabled max_results search_engine'),
        ...secrets('api_key'),
      },
      kagi: {
        ...values('base_url enabled max_results'),
        ...secrets('api_keys'),
      },
      perplexity: {
        ...values('enabled max_results'),
        ...secrets('api_keys'),
      },
      searxng: values('base_url enabled max_results'),
      sogou: values('enabled max_results'),
      tavily: {
        ...values('base_url enabled max_results'),
        ...secrets('api_keys'),
      },
    },
    web_fetch: values('enabled'),
    write_file: values('enabled'),
  },
  voice: values('echo_transcription elevenlabs_api_key model_name tts_model_name'),
};

export function values(names: string): Group {
  return group(names, 'value');
}

/** May hold `file://NAME`, and is left out of what the model sees of a tool's output. */
export function secrets(names: string): Group {
  return group(names, 'secret');
}

function group(names: string, known: Known): Group {
  return Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, known]),
  );
}

export function each(inner: Known): Group {
  return { [EACH]: inner };
}
