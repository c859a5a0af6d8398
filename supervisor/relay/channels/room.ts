/** What is held in memory of many at once, counted in bytes. */
export interface Room {
  /** False: there is no room for it now. */
  readonly take: (bytes: number) => boolean;
  readonly leave: (bytes: number) => void;
}

export function createRoom(limit: number): Room {
  let held = 0;
  return {
    take: (bytes) => {
      if (held + bytes > limit) return false;
      held += bytes;
      return true;
    },
    leave: (bytes) => {
      held -= bytes;
    },
  };
}
