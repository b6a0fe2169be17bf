// The files that went to the bank and came from it, read as texts: what was asked, what was refused, what was paid.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { validateXML } from "xmllint-wasm";
import { type Files, filesOf } from "./auditor-files.ts";

export type Bank = Readonly<{
  files: number;
  schemaValid: number;
  /** Won by end-to-end id, as we asked for it; each once. */
  asked: ReadonlyMap<string, bigint>;
  /** End-to-end ids that the bank refused. */
  refused: ReadonlySet<string>;
  /** Won by end-to-end id, as the statements show it paid. */
  paid: ReadonlyMap<string, bigint>;
  lines: number;
  findings: readonly string[];
}>;

export async function readBank(dir: string, schemasDir: string): Promise<Bank> {
  const folder = join(dir, "backoffice", "bank");
  const sent = filesOf(join(folder, "archive", "sent"));
  const taken = filesOf(join(folder, "archive", "taken"));
  const findings: string[] = [];
  const schemaValid = await countValid([...sent, ...taken], schemasDir, findings);
  for (const left of ["in", "out", "archive/refused", "archive/duplicate"])
    for (const { name } of filesOf(join(folder, left)))
      findings.push(`the bank's file ${name} lies in ${left}`);
  // What the bank keeps of what it took is what we say that we sent.
  const atBank = new Map(
    filesOf(join(folder, "sandbox", "taken")).map(({ name, content }) => [name, content]),
  );
  for (const { name, content } of sent)
    if (atBank.get(name) !== content) findings.push(`the bank has not taken ${name} as it was sent`);
  return {
    files: sent.length + taken.length,
    schemaValid,
    asked: askedIn(sent, findings),
    refused: refusedIn(taken),
    ...paidIn(taken, findings),
    findings,
  };
}

const KIND = /xmlns="urn:iso:std:iso:20022:tech:xsd:([\w.]+)"/;

/** Files of one kind together: reading a schema costs more than all that it judges. */
async function countValid(files: Files, schemasDir: string, findings: string[]): Promise<number> {
  const byKind = new Map<string, { name: string; content: string }[]>();
  for (const file of files) {
    const kind = KIND.exec(file.content)?.[1] ?? "none";
    byKind.set(kind, [...(byKind.get(kind) ?? []), file]);
  }
  let valid = 0;
  for (const [kind, together] of byKind) {
    const fileNameOf = (index: number) => `${index}.xml`;
    const { errors, ...judged } = await validateXML({
      xml: together.map(({ content }, index) => ({ fileName: fileNameOf(index), contents: content })),
      schema: { fileName: `${kind}.xsd`, contents: readFileSync(join(schemasDir, `${kind}.xsd`), "utf8") },
    });
    // What is wrong and names no file is wrong with all of them.
    const isNameless = !judged.valid && errors.every(({ loc }) => loc === null);
    for (const [index, { name }] of together.entries()) {
      const fault = errors.find(({ loc }) => isNameless || loc?.fileName === fileNameOf(index));
      if (fault === undefined && !isNameless) valid += 1;
      else findings.push(`${name} is not valid: ${fault?.message ?? "no reason"}`);
    }
  }
  return valid;
}

const blocks = (content: string, tag: string): readonly string[] =>
  content.match(new RegExp(`<${tag}(?: [^>]*)?>[\\s\\S]*?</${tag}>`, "g")) ?? [];
const textIn = (content: string, tag: string): string =>
  new RegExp(`<${tag}(?: [^>]*)?>([^<]*)</${tag}>`).exec(content)?.[1] ?? "";

function askedIn(sent: Files, findings: string[]): ReadonlyMap<string, bigint> {
  const asked = new Map<string, bigint>();
  for (const { name, content } of sent) {
    const transfers = blocks(content, "CdtTrfTxInf");
    let total = 0n;
    for (const transfer of transfers) {
      const id = textIn(transfer, "EndToEndId");
      if (asked.has(id)) findings.push(`${id} was sent to the bank twice`);
      asked.set(id, BigInt(textIn(transfer, "InstdAmt")));
      total += BigInt(textIn(transfer, "InstdAmt"));
    }
    const [header = ""] = blocks(content, "GrpHdr");
    if (textIn(header, "CtrlSum") !== String(total) || textIn(header, "NbOfTxs") !== String(transfers.length))
      findings.push(`${name} does not foot`);
  }
  return asked;
}

const refusedIn = (taken: Files): ReadonlySet<string> =>
  new Set(
    taken
      .flatMap(({ content }) => blocks(content, "TxInfAndSts"))
      .filter((status) => textIn(status, "TxSts") === "RJCT")
      .map((status) => textIn(status, "OrgnlEndToEndId")),
  );

function paidIn(taken: Files, findings: string[]) {
  const paid = new Map<string, bigint>();
  let lines = 0;
  let lastClosing: bigint | undefined;
  for (const { name, content } of inOrder(taken.filter(({ content }) => content.includes("BkToCstmrStmt")))) {
    const [opening, closing] = ["OPBD", "CLBD"].map((code) => balanceOf(content, code));
    let total = 0n;
    for (const entry of blocks(content, "Ntry")) {
      const id = textIn(entry, "EndToEndId");
      if (paid.has(id)) findings.push(`${id} was paid twice`);
      if (textIn(entry, "CdtDbtInd") !== "DBIT") findings.push(`${id} came back on ${name}`);
      paid.set(id, BigInt(textIn(entry, "Amt")));
      total += BigInt(textIn(entry, "Amt"));
      lines += 1;
    }
    if (opening === undefined || closing === undefined || opening - total !== closing)
      findings.push(`statement ${name} does not foot`);
    if (lastClosing !== undefined && opening !== lastClosing)
      findings.push(`statement ${name} does not begin where the last one ended`);
    lastClosing = closing;
  }
  return { paid, lines };
}

const inOrder = (statements: Files): Files =>
  statements.toSorted(
    (a, b) => Number(textIn(a.content, "ElctrncSeqNb")) - Number(textIn(b.content, "ElctrncSeqNb")),
  );

function balanceOf(content: string, code: string): bigint | undefined {
  const balance = blocks(content, "Bal").find((block) => block.includes(`<Cd>${code}</Cd>`));
  return balance === undefined ? undefined : BigInt(textIn(balance, "Amt"));
}
