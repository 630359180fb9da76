/** A module that a process was asked to host and that lives elsewhere: taken up as soon as it comes. */
export interface Standby {
  readonly module: string;
  /** For people: where the module is, as the end of a sentence that begins with its name. */
  readonly where: string;
}
