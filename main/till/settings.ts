// What people set on this till and nowhere else. It outlives a restart and is no part of the journal.
import { RECEIPT_CHOICES, type ReceiptChoice } from "#core/contract/till.ts";
import { LANGUAGES, type Language } from "#core/contract/values.ts";
import { textOf } from "#database/row.ts";
import type { TillState } from "./state.ts";
import type { TillWork } from "./till-work.ts";

type SettingName = "language" | "receipt-choice";

/** As they were set last; Korean and a receipt for every sale where nobody has set anything. */
export async function readSettings(work: TillWork): Promise<Pick<TillState, "language" | "receiptChoice">> {
  return {
    language: (await readSetting(work, "language", LANGUAGES)) ?? "ko",
    receiptChoice: (await readSetting(work, "receipt-choice", RECEIPT_CHOICES)) ?? "always",
  };
}

/** Receipts are printed in the language of the screen. */
export async function setLanguage(work: TillWork, { language }: { language: Language }): Promise<void> {
  await writeSetting(work, "language", language);
  work.state.set({ language });
}

export async function setReceiptChoice(work: TillWork, { choice }: { choice: ReceiptChoice }): Promise<void> {
  await writeSetting(work, "receipt-choice", choice);
  work.state.set({ receiptChoice: choice });
}

async function readSetting<Value extends string>(
  { database }: TillWork,
  name: SettingName,
  values: readonly Value[],
): Promise<Value | undefined> {
  const row = await database.read.get("SELECT value FROM settings WHERE name = ?", [name]);
  const kept = row === undefined ? undefined : textOf(row, "value");
  return values.find((value) => value === kept);
}

async function writeSetting({ database }: TillWork, name: SettingName, value: string): Promise<void> {
  await database.commit([
    {
      sql: "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      params: [name, value],
    },
  ]);
}
