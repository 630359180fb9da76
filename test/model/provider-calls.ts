/**
 * A call to the payment provider begins: from here on it may have heard of it. No message of the product, a
 * moment in a test.
 */
export class ProviderIsCalled {
  /** `call` is `<order>:<effect>`. */
  constructor(readonly call: string) {}
}

/** The provider's answer to a call is there. May be told twice. */
export class ProviderAnswers {
  constructor(
    readonly orderId: string,
    /** `authorise`, `capture`, `void` or `refund:<return>`. */
    readonly effect: string,
    /** Heeded by an authorisation only. */
    readonly declines = false,
  ) {}

  static to(call: string, declines = false): ProviderAnswers {
    const [orderId, ...effect] = call.split(':');
    return new ProviderAnswers(orderId, effect.join(':'), declines);
  }
}
