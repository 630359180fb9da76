/** What the demo found. Whole numbers; money in pence, stock in units of stock-tracked items. */
export interface Report {
  orders: {
    /** The refused ones too. */
    submitted: number;
    refused: { price: number };
    rejected: { credit: number };
    cancelled: { payment: number };
    completed: number;
  };
  /** Lines of credit notes. */
  returns: { accepted: number; unmatched: number };
  /** Lines sent. */
  adjustments: number;
  /** `captured` is before refunds. */
  money: { captured: number; refunded: number };
  /** `received` is the opening stock; `adjusted` is signed. */
  stock: {
    received: number;
    adjusted: number;
    dispatched: number;
    returned: number;
    onHand: number;
    reserved: number;
  };
  credit: { held: number };
  /** Delivered ones. */
  shipments: number;
  messages: { published: number; parked: number };
  /** Of playing, without set-up. */
  seconds: number;
  ordersPerSecond: number;
}

/** The part of the report that the file alone determines. */
export type ExpectedReport = Omit<Report, 'messages' | 'seconds' | 'ordersPerSecond'> & {
  messages: { parked: number };
};
