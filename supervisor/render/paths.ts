import type { RuntimePaths } from '../../runtimes/contract.ts';

/** Folders of a container; the tests of PID 1 make their own. */
export interface RenderPlaces {
  readonly opt: string;
  readonly home: string;
  readonly state: string;
  readonly workspace: string;
  readonly run: string;
}

/** As the image has them. */
export const imagePlaces: RenderPlaces = {
  opt: '/opt/clawden',
  home: '/home/clawden/state',
  state: '/home/clawden/state',
  workspace: '/home/clawden/workspace',
  run: '/run/clawden',
};

export function runtimePaths(name: string, places: RenderPlaces): RuntimePaths {
  return {
    program: `${places.opt}/runtimes/${name}`,
    state: `${places.state}/${name}`,
    home: places.home,
    workspace: places.workspace,
    rendered: `${places.run}/${name}`,
    secretDoor: `${places.opt}/bin/door`,
  };
}
