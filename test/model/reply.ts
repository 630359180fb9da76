/** What a module did with a message, as its neighbours see it. */
export interface Reply {
  /** In the order of publication. */
  published: object[];
  /**
   * The code of a refusal, or `parked` when the message was one that an operator has to look at. Nothing
   * changed then.
   */
  refused?: string;
}

/** One message that two processes handle at the same moment. Counts as one. */
export class AtOnce {
  constructor(readonly message: object) {}
}

/**
 * Messages of one batch: handled in one unit of work, and each by itself when that fails. Counts as one after
 * the other.
 */
export class Together {
  constructor(readonly messages: readonly object[]) {}
}

/** What several messages in turn came to: the first refusal stands for all. */
export const inTurn = (replies: readonly Reply[]): Reply => {
  const refused = replies.find((reply) => reply.refused !== undefined)?.refused;
  return {
    published: replies.flatMap(({ published }) => published),
    ...(refused !== undefined && { refused }),
  };
};

/** A module that takes messages one at a time, the real one or a model of it. */
export interface Module<State> {
  handle(message: object): Reply | Promise<Reply>;
  /** Everything that can be seen from outside, as plain data. */
  state(): State | Promise<State>;
}

export const nothing: Reply = { published: [] };
export const says = (...published: object[]): Reply => ({ published });
export const refuses = (refused: string): Reply => ({ published: [], refused });

/** Comparable: the class of a message counts, those of the values in it do not. */
export const plain = ({ published, refused }: Reply): object => ({
  published: published.map((message) => ({
    is: message.constructor.name,
    ...(JSON.parse(JSON.stringify(message)) as object),
  })),
  refused,
});

/** A message in one line. */
export const inWords = (message: object): string =>
  message instanceof AtOnce
    ? `twice at once: ${inWords(message.message)}`
    : message instanceof Together
      ? `together: ${message.messages.map(inWords).join(', ')}`
      : `${message.constructor.name} ${JSON.stringify(message)}`;
