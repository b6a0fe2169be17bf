// Where a device is: `serial:/dev/ttyUSB0?baud=9600` or `tcp://192.0.2.7:9100`, with what the wire needs to know.
import { z } from "zod";
import type { Failure } from "#core/errors.ts";
import { err, ok, type Result } from "#core/result.ts";

/** `xon-xoff` and `rts-cts` let a slow printer hold the line. */
const FLOWS = ["none", "rts-cts", "xon-xoff"] as const;

const BAUD_DEFAULT = 9_600; // readers and older printers leave the factory so
const COLUMNS_DEFAULT = 42; // 80 mm paper in font A of most printers

const number = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,7}$/)
    .transform(Number)
    .pipe(z.number().int().min(min).max(max));

/** Font A of receipt printers; paper that is too narrow for it is printed in a narrower one. */
const COLUMN_DOTS = 12;
/** A syllable of 16 dots is the smallest that can be read. */
const COLUMN_DOTS_MIN = 8;
const PAPER_DOTS_MIN = 192;
const PAPER_DOTS_MAX = 1_000; // 80 mm paper has 576, or 832 at most

/** What follows the `?`. An unknown word is refused: a misspelt `buad` must not mean 9600. */
const settingsSchema = z
  .strictObject({
    baud: number(110, 4_000_000).default(BAUD_DEFAULT),
    flow: z.enum(FLOWS).default("none"),
    /** Printers: characters in a row of paper. */
    columns: number(16, 96).default(COLUMNS_DEFAULT),
    /** Printers: `raster` where it has no Korean characters, so that they are drawn. */
    characters: z.enum(["korean", "raster"]).default("korean"),
    /** Printers that are drawn for: how many dots its paper is wide. */
    dots: number(PAPER_DOTS_MIN, PAPER_DOTS_MAX).optional(),
    /** Printers: `none` where the wire is one-way, so that silence is no failure. */
    status: z.enum(["asked", "none"]).default("asked"),
  })
  .refine((settings) => columnDots(settings) >= COLUMN_DOTS_MIN);
export type LineSettings = z.infer<typeof settingsSchema>;

/** How many dots a column of a printer is wide: all of them fit on its paper. */
export const columnDots = ({
  columns,
  dots = PAPER_DOTS_MAX,
}: {
  columns: number;
  dots?: number | undefined;
}) => Math.min(COLUMN_DOTS, Math.floor(dots / columns));

export type LineAddress =
  | Readonly<{ kind: "serial"; path: string; settings: LineSettings }>
  | Readonly<{ kind: "tcp"; host: string; port: number; settings: LineSettings }>;

const SERIAL = /^serial:([^?\s]{1,200})(?:\?(\S*))?$/;
const TCP = /^tcp:\/\/(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})\/?(?:\?(\S*))?$/;

/** Reads an address. Fails with OPTION_INVALID. */
export function parseAddress(address: string): Result<LineAddress> {
  const serial = SERIAL.exec(address);
  const tcp = TCP.exec(address);
  const settings = settingsSchema.safeParse(
    Object.fromEntries(new URLSearchParams(serial?.[2] ?? tcp?.[4] ?? "")),
  );
  if (!settings.success) return invalid("a setting after the ? is unknown or out of range");
  if (serial?.[1] !== undefined) return ok({ kind: "serial", path: serial[1], settings: settings.data });
  const host = tcp?.[1] ?? tcp?.[2];
  const port = Number(tcp?.[3]);
  if (host === undefined || !(port >= 1 && port <= 65_535))
    return invalid("expected serial:PATH or tcp://HOST:PORT");
  return ok({ kind: "tcp", host, port, settings: settings.data });
}

const invalid = (detail: string) => err<Failure>({ code: "OPTION_INVALID", detail });
