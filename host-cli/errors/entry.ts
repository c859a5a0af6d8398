/** One error of the command, as its catalogue holds it. */
export interface Entry {
  readonly exit: number;
  /** `{name}` stands for a parameter, `{clawden}` for the command as it was typed. */
  readonly message: string;
  /** The next line to type, where there is one. */
  readonly fix: string;
}
