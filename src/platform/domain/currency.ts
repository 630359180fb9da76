/**
 * The currencies of ISO 4217 that amounts can be in, by their number of decimals: list one as of January
 * 2026, funds codes included. What has no minor unit there (metals, `XDR`, `XTS`, `XXX`) is no money here. A
 * code that ISO withdraws is taken out: what was ordered in it goes on to its end, and nothing new begins in
 * it.
 */
const BY_DECIMALS: readonly (readonly [decimals: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE
     CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK
     LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON
     RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST
     XAD XCD XCG YER ZAR ZMW ZWG`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];

const DECIMALS: ReadonlyMap<string, number> = new Map(
  BY_DECIMALS.flatMap(([decimals, codes]) => codes.split(/\s+/).map((code) => [code, decimals] as const)),
);

/** The currencies of ISO 4217, by their codes in capitals as ISO writes them. */
export const Currency = {
  /** What is meant where a request or a setting names no currency. */
  default: 'GBP',

  /** Every currency that amounts can be in. */
  codes: [...DECIMALS.keys()].sort() as readonly string[],

  isCode: (code: unknown): boolean => typeof code === 'string' && DECIMALS.has(code),

  /**
   * How many decimals of the major unit the minor unit is: 2 for GBP, 0 for JPY, 3 for KWD. Undefined for
   * what is no currency.
   */
  decimals: (code: string): number | undefined => DECIMALS.get(code),
};
