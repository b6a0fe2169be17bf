// Merchants, where their money goes, and what they agreed to pay for it.

import { assert } from "#core/assert.ts";
import { fail } from "#core/errors.ts";
import type { MerchantId } from "#core/ids.ts";
import { CURRENCIES, type Currency, money } from "#core/money.ts";
import { agreementAt, type CommissionAgreement, type CommissionTerms } from "#core/settlement/commission.ts";
import { accountFault, type PayoutAccount } from "#core/settlement/payout-account.ts";
import { type Instant, instant } from "#core/time.ts";
import type { ReadDb, Row, WriteDb } from "#database/database.ts";
import { textsIn, textsParam } from "#database/insert-rows.ts";
import { bigintOf, nullable, numberOf, textOf } from "#database/row.ts";

export type Merchant = Readonly<{
  merchantId: MerchantId;
  name: string;
  account: PayoutAccount;
  createdAt: Instant;
}>;

const COLUMNS = "merchant_id, name, account_scheme, account_number, bic, created_at";

/**
 * False where there is a merchant of this id already; nothing is changed then.
 * Fails with REQUEST_INVALID where no bank file could carry the name or the account.
 */
export async function insertMerchant(tx: WriteDb, merchant: Merchant): Promise<boolean> {
  const { merchantId, name, account, createdAt } = merchant;
  if (name.trim() === "") fail("REQUEST_INVALID", "a merchant has a name");
  refuseFaulty(account);
  const added = await tx.run(
    `INSERT INTO merchant (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (merchant_id) DO NOTHING`,
    [merchantId, name, account.scheme, account.number, account.bic, createdAt],
  );
  return added === 1;
}

function refuseFaulty(account: PayoutAccount): void {
  const fault = accountFault(account);
  if (fault !== undefined) fail("REQUEST_INVALID", fault);
}

/**
 * Payouts of batches that exist keep the account they were approved with. False where there is no such merchant;
 * fails with REQUEST_INVALID where no bank file could carry the account.
 */
export async function changePayoutAccount(
  tx: WriteDb,
  merchantId: MerchantId,
  account: PayoutAccount,
): Promise<boolean> {
  refuseFaulty(account);
  const changed = await tx.run(
    "UPDATE merchant SET account_scheme = ?, account_number = ?, bic = ? WHERE merchant_id = ?",
    [account.scheme, account.number, account.bic, merchantId],
  );
  return changed === 1;
}

/** False where an agreement of this merchant begins at this very instant already: agreements are never edited. */
export async function insertAgreement(
  tx: WriteDb,
  merchantId: MerchantId,
  agreement: CommissionAgreement,
): Promise<boolean> {
  const { terms, validFrom } = agreement;
  const values =
    terms.kind === "per-item" ? [terms.fee.minor, terms.fee.currency, null] : [null, null, terms.basisPoints];
  const added = await tx.run(
    `INSERT INTO merchant_commission (merchant_id, valid_from, kind, fee, currency, basis_points)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (merchant_id, valid_from) DO NOTHING`,
    [merchantId, validFrom, terms.kind, ...values],
  );
  return added === 1;
}

export async function merchantById(db: ReadDb, merchantId: MerchantId): Promise<Merchant | undefined> {
  const row = await db.get(`SELECT ${COLUMNS} FROM merchant WHERE merchant_id = ?`, [merchantId]);
  return row === undefined ? undefined : merchantOf(row);
}

export async function allMerchants(db: ReadDb): Promise<readonly Merchant[]> {
  const rows = await db.all(`SELECT ${COLUMNS} FROM merchant ORDER BY merchant_id`);
  return rows.map(merchantOf);
}

/** By merchant; those that there are. */
export async function merchantNames(
  db: ReadDb,
  merchantIds: readonly MerchantId[],
): Promise<ReadonlyMap<MerchantId, string>> {
  const where = textsIn(db, "merchant_id");
  const rows = await db.all(`SELECT merchant_id, name FROM merchant WHERE ${where}`, [
    textsParam(db, [...new Set(merchantIds)]),
  ]);
  return new Map(rows.map((row) => [textOf(row, "merchant_id") as MerchantId, textOf(row, "name")]));
}

export async function agreementsOf(
  db: ReadDb,
  merchantId: MerchantId,
): Promise<readonly CommissionAgreement[]> {
  const rows = await db.all(
    `SELECT valid_from, kind, CAST(fee AS TEXT) AS fee, currency, basis_points
     FROM merchant_commission WHERE merchant_id = ? ORDER BY valid_from`,
    [merchantId],
  );
  return rows.map((row) => ({ validFrom: instant(numberOf(row, "valid_from")), terms: termsOf(row) }));
}

/** The terms under which a merchant's payment of that instant falls; undefined where nothing was agreed. */
export async function termsAt(
  db: ReadDb,
  merchantId: MerchantId,
  at: Instant,
): Promise<CommissionTerms | undefined> {
  return agreementAt(await agreementsOf(db, merchantId), at)?.terms;
}

function merchantOf(row: Row): Merchant {
  const scheme = textOf(row, "account_scheme");
  return {
    merchantId: textOf(row, "merchant_id") as MerchantId,
    name: textOf(row, "name"),
    account: {
      scheme: scheme === "iban" ? "iban" : "domestic",
      number: textOf(row, "account_number"),
      bic: nullable(row, "bic", textOf),
    },
    createdAt: instant(numberOf(row, "created_at")),
  };
}

function termsOf(row: Row): CommissionTerms {
  if (textOf(row, "kind") === "per-cent") {
    return { kind: "per-cent", basisPoints: numberOf(row, "basis_points") };
  }
  return { kind: "per-item", fee: money(bigintOf(row, "fee"), currencyOf(row, "currency")) };
}

/** The currency in a column. The database holds only those of core/money. */
export function currencyOf(row: Row, column: string): Currency {
  const currency = CURRENCIES.find((known) => known === textOf(row, column));
  assert(currency !== undefined, `column ${column} holds a currency`);
  return currency;
}
