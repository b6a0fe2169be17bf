// Any file a bank sends, read into one model: what it says, and everything that is odd about it.
import type { Failure } from "#core/errors.ts";
import { err, ok, type Result } from "#core/result.ts";
import { type Finding, Findings } from "./findings.ts";
import { readStatementMessage, type StatementMessage } from "./read-statement.ts";
import { readStatusReport, type StatusReport } from "./read-status-report.ts";
import { kindOf, type MessageKind, type SchemaValidator } from "./validate.ts";
import { decodeText, parseXmlText, XML_LIMITS, type XmlElement } from "./xml.ts";

export type BankFile = Readonly<{
  /** The version that the namespace names; undefined where there is none that we know. */
  version: MessageKind | undefined;
  message: StatusReport | StatementMessage;
  findings: readonly Finding[];
}>;

type Read = (body: XmlElement, findings: Findings) => StatusReport | StatementMessage;

/** By the element within Document, which every version has and which tells the message where the namespace is lost. */
const READERS: Readonly<Record<string, Read>> = {
  CstmrPmtStsRpt: readStatusReport,
  BkToCstmrStmt: (body, findings) => readStatementMessage("statement", body, findings),
  BkToCstmrDbtCdtNtfctn: (body, findings) => readStatementMessage("notification", body, findings),
};

/**
 * Reads a pain.002, camt.053 or camt.054 file. A file that breaks its schema is read as far as it makes sense
 * and its faults are findings. Fails with BANK_FILE_INVALID, with a position, where it is not XML, is cut short,
 * declares a document type, or is another message; with REQUEST_TOO_LARGE above 16 MiB.
 */
export async function readBankFile(
  bytes: Uint8Array,
  validator: SchemaValidator,
): Promise<Result<BankFile, Failure>> {
  if (bytes.byteLength > XML_LIMITS.bytesMax) {
    return err({ code: "REQUEST_TOO_LARGE", detail: `${bytes.byteLength} bytes` });
  }
  const text = decodeText(bytes);
  if (!text.ok) return text;
  const root = parseXmlText(text.value);
  if (!root.ok) return root;
  const body = bodyOf(root.value);
  const read = body === undefined ? undefined : READERS[body.name];
  if (body === undefined || read === undefined) {
    const says = `${root.value.name} is no message that we read`;
    return err({ code: "BANK_FILE_INVALID", detail: `${says} (line ${root.value.line})` });
  }
  const findings = new Findings();
  const version = kindOf(body.namespace);
  if (version === undefined) {
    const says =
      body.namespace === "" ? "the namespace is missing" : `namespace ${body.namespace.slice(0, 80)}`;
    findings.add("NAMESPACE", says, body.line);
  } else {
    await addSchemaProblems(version, text.value, validator, findings);
  }
  return ok({ version, message: read(body, findings), findings: findings.list() });
}

/** Some banks leave Document out; some wrap it once more in an envelope of their own. */
function bodyOf(root: XmlElement): XmlElement | undefined {
  const layers = [[root], root.children, root.children.flatMap((child) => child.children)];
  return layers.flat().find((element) => Object.hasOwn(READERS, element.name));
}

async function addSchemaProblems(
  version: MessageKind,
  text: string,
  validator: SchemaValidator,
  findings: Findings,
): Promise<void> {
  // The validator takes UTF-8 only, and a string is that whatever its declaration says.
  const undeclared = text.replace(/^\s*<\?xml[^>]*\?>/, (declaration) => declaration.replace(/[^\n]/g, ""));
  for (const problem of await validator.problems(version, undeclared)) {
    findings.add("SCHEMA", problem.says, problem.line);
  }
}
