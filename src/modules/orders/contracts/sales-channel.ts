/** The form of a sales channel: the shop's own name for where an order came from. */
export const SALES_CHANNEL = /^[a-z][a-z0-9-]{0,39}$/;

/** The channel of an order that says none, and of those from before orders had one. */
export const UNKNOWN_CHANNEL = 'unknown';
