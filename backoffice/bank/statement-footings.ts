// Adds up what a statement claims: balances, totals and counts. What does not add up is reported, never corrected.
import { CURRENCIES, type Currency, decimalOf, type Money, negate, parseDecimal } from "#core/money.ts";
import type { Findings } from "./findings.ts";
import type { BankLine, Direction, Statement } from "./read-statement.ts";
import { childOf, childrenOf, pathOf, textAt, type XmlElement } from "./xml.ts";

export const signed = (amount: Money, direction: Direction) =>
  direction === "credit" ? amount : negate(amount);

/** The amount in an element with a Ccy attribute; undefined with a finding where it cannot be read. */
export function amountAt(element: XmlElement | undefined, findings: Findings): Money | undefined {
  if (element === undefined) {
    findings.add("MISSING", "an amount is missing");
    return undefined;
  }
  const currency = currencyOf(element.attributes.Ccy);
  if (currency === undefined) {
    findings.add("AMOUNT", `currency ${element.attributes.Ccy ?? "is missing"}`, element.line);
    return undefined;
  }
  const amount = decimal(element.text, currency);
  if (amount !== undefined && amount.minor >= 0n) return amount;
  findings.add("AMOUNT", `${JSON.stringify(element.text.slice(0, 40))} is not an amount`, element.line);
  return undefined;
}

const DIGITS_MAX = 16; // of the whole text: more would not fit into 64 bits, and no statement of ours has them

function decimal(text: string, currency: Currency): Money | undefined {
  if (text.replace(/\D/g, "").length > DIGITS_MAX) return undefined;
  const amount = parseDecimal(text, currency);
  return amount.ok ? amount.value : undefined;
}

const currencyOf = (code: string | undefined): Currency | undefined =>
  CURRENCIES.find((currency) => currency === code);

export function checkStatement(element: XmlElement, statement: Statement, findings: Findings): void {
  checkBalances(element, statement, findings);
  const summary = childOf(element, "TxsSummry");
  if (summary !== undefined) checkSummary(element, summary, findings);
  for (const details of childrenOf(element, "Ntry").flatMap((entry) => childrenOf(entry, "NtryDtls"))) {
    const claimed = textAt(details, "Btch", "NbOfTxs");
    const found = childrenOf(details, "TxDtls").length;
    if (claimed !== undefined && found > 0 && Number(claimed) !== found) {
      findings.add("FOOTING", `a batch of ${claimed} transactions lists ${found}`, details.line);
    }
  }
}

function checkBalances(element: XmlElement, statement: Statement, findings: Findings): void {
  const { opening, closing, lines } = statement;
  if (opening === undefined || closing === undefined) return;
  if (opening.currency !== closing.currency) {
    findings.add("FOOTING", "the balances are in different currencies", element.line);
    return;
  }
  const moved = movedTotal(lines, opening);
  if (moved === undefined) return;
  if (opening.minor + moved !== closing.minor) {
    const { currency } = opening;
    const entries = decimalOf({ minor: moved, currency });
    const says = `opening ${decimalOf(opening)} and entries ${entries} do not make closing ${decimalOf(closing)}`;
    findings.add("FOOTING", says, element.line);
  }
}

/** What booked lines moved, in minor units; undefined where one has no readable amount in the account's currency. */
function movedTotal(lines: readonly BankLine[], opening: Money): bigint | undefined {
  let total = 0n;
  for (const line of lines.filter((each) => each.status === "booked")) {
    if (line.amount?.currency !== opening.currency) return undefined;
    total += signed(line.amount, line.direction).minor;
  }
  return total;
}

const TOTALS = [
  { name: "TtlNtries", counts: ["CRDT", "DBIT"] },
  { name: "TtlCdtNtries", counts: ["CRDT"] },
  { name: "TtlDbtNtries", counts: ["DBIT"] },
] as const;

function checkSummary(element: XmlElement, summary: XmlElement, findings: Findings): void {
  const entries = childrenOf(element, "Ntry");
  for (const { name, counts } of TOTALS) {
    const total = pathOf(summary, name);
    if (total === undefined) continue;
    const counted = entries.filter((entry) => counts.some((code) => code === textAt(entry, "CdtDbtInd")));
    const claimedCount = textAt(total, "NbOfNtries");
    if (claimedCount !== undefined && Number(claimedCount) !== counted.length) {
      findings.add(
        "FOOTING",
        `${name} counts ${claimedCount} entries, there are ${counted.length}`,
        total.line,
      );
    }
    checkClaimedSum(name, total, counted, findings);
  }
}

function checkClaimedSum(
  name: string,
  total: XmlElement,
  entries: readonly XmlElement[],
  findings: Findings,
): void {
  const claimed = textAt(total, "Sum");
  const currency = currencyOf(childOf(entries[0] ?? total, "Amt")?.attributes.Ccy);
  if (claimed === undefined || currency === undefined) return;
  const amounts = entries.map((entry) => decimal(textAt(entry, "Amt") ?? "", currency));
  const sum = amounts.reduce((all, amount) => all + (amount?.minor ?? 0n), 0n);
  if (decimal(claimed, currency)?.minor !== sum) {
    const says = `${name} sums to ${claimed.slice(0, 40)}, the entries to ${decimalOf({ minor: sum, currency })}`;
    findings.add("FOOTING", says, total.line);
  }
}
