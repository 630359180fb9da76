import type { InvoiceLine } from './invoice-line';
import type { Invoice } from './invoices';

/** What the demo will do, decided from the file alone and before anything runs. */
export interface Plan {
  customers: PlannedCustomer[];
  items: PlannedItem[];
}

/** A customer with everything that happens to it, in file order. */
export interface PlannedCustomer {
  name: string;
  country: string;
  steps: Step[];
}

export interface PlannedItem {
  itemId: string;
  name: string;
  stockTracked: boolean;
  /** In pence; 0 where no price is set. */
  listPrice: number;
  /** In units; 0 for a service. */
  openingStock: number;
}

export type Step = PlannedOrder | PlannedReturn | PlannedAdjustment;

export interface PlannedOrder {
  kind: 'order';
  reference: string;
  lines: OrderLine[];
}

export interface OrderLine {
  itemId: string;
  quantity: number;
  /** In pence. */
  unitPrice: number;
}

/** Goods that come back; which order they came from is found out when its time has come. */
export interface PlannedReturn {
  kind: 'return';
  reference: string;
  itemId: string;
  quantity: number;
}

export interface PlannedAdjustment {
  kind: 'adjustment';
  reference: string;
  itemId: string;
  /** Zero or less. */
  quantity: number;
}

/** Every customer's limit, in pence. */
export const CREDIT_LIMIT = 1_500_00;

/** Goods are stock-tracked; services, such as postage, have no number. */
export function isStockTracked(itemId: string): boolean {
  return /^[0-9]{5}/.test(itemId);
}

/** Turns invoices in file order into what the demo will do. */
export function planOf(invoices: Invoice[]): Plan {
  return { customers: customersOf(invoices), items: itemsOf(invoices) };
}

function customersOf(invoices: Invoice[]): PlannedCustomer[] {
  const customers: PlannedCustomer[] = [];
  const known = new Map<string, PlannedCustomer>();
  for (const invoice of invoices) {
    const { customerId, country } = invoice;
    let customer = customerId === undefined ? undefined : known.get(customerId);
    if (!customer) {
      const name =
        customerId === undefined ? `Guest of invoice ${invoice.invoiceNo}` : `Customer ${customerId}`;
      customer = { name, country, steps: [] };
      customers.push(customer);
      if (customerId !== undefined) known.set(customerId, customer);
    }
    customer.steps.push(...stepsOf(invoice));
  }
  return customers;
}

function stepsOf(invoice: Invoice): Step[] {
  if (isCreditNote(invoice)) {
    return invoice.lines.map((line) => ({
      kind: 'return',
      reference: referenceOf(line),
      itemId: itemIdOf(line),
      quantity: Math.abs(line.quantity),
    }));
  }
  if (isStockCorrection(invoice)) {
    return invoice.lines
      .filter((line) => isStockTracked(itemIdOf(line)))
      .map((line) => ({
        kind: 'adjustment',
        reference: referenceOf(line),
        itemId: itemIdOf(line),
        quantity: line.quantity,
      }));
  }
  const lines = invoice.lines.map((line) => ({
    itemId: itemIdOf(line),
    quantity: line.quantity,
    unitPrice: line.unitPrice,
  }));
  return [{ kind: 'order', reference: invoice.invoiceNo, lines }];
}

function itemsOf(invoices: Invoice[]): PlannedItem[] {
  const items = new Map<string, PlannedItem>();
  for (const invoice of invoices) {
    for (const line of invoice.lines) {
      const itemId = itemIdOf(line);
      const item = items.get(itemId) ?? {
        itemId,
        name: '',
        stockTracked: isStockTracked(itemId),
        listPrice: 0,
        openingStock: 0,
      };
      items.set(itemId, item);
      item.name ||= line.description;
      item.listPrice = Math.max(item.listPrice, line.unitPrice);
      if (item.stockTracked && !isCreditNote(invoice)) item.openingStock += Math.abs(line.quantity);
    }
  }
  return [...items.values()].map((item) => ({ ...item, name: item.name || item.itemId }));
}

function isCreditNote(invoice: Invoice): boolean {
  return invoice.invoiceNo.startsWith('C');
}

/** No invoice mixes positive with other quantities, so that its first line speaks for all. */
function isStockCorrection(invoice: Invoice): boolean {
  return invoice.lines[0].quantity <= 0;
}

function itemIdOf(line: InvoiceLine): string {
  return line.stockCode.toUpperCase();
}

/** Unique within a file, and found again in it by a person. */
function referenceOf(line: InvoiceLine): string {
  return `${line.invoiceNo}:${line.line}`;
}
