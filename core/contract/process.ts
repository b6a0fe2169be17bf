// What the shell tells each process when it starts it, and what the process answers when it is up.
import { z } from "zod";

export const PROCESSES = ["backoffice", "simulators", "device-host", "till"] as const;
export type ProcessName = (typeof PROCESSES)[number];

/** Demo: a seeded catalogue, known sign-ins and simulated devices. Production has none of them. */
export const modeSchema = z.enum(["demo", "production"]);
export type Mode = z.infer<typeof modeSchema>;

const pathSchema = z.string().min(1).max(4_096);
const portSchema = z.number().int().min(0).max(65_535);

/** `serial:/dev/ttyUSB0?baud=9600` or `tcp://127.0.0.1:9100`. */
export const deviceAddressSchema = z
  .string()
  .max(300)
  .regex(/^(serial:|tcp:\/\/)\S+$/);

/** The devices the host owns by address. Those that are not named are shown as absent. */
export const deviceAddressesSchema = z.strictObject({
  cardReader: deviceAddressSchema.optional(),
  printer: deviceAddressSchema.optional(),
  scanner: deviceAddressSchema.optional(),
});
export type DeviceAddresses = z.infer<typeof deviceAddressesSchema>;

/** A back office is plain HTTP on this machine, https anywhere else. */
export const backofficeUrlSchema = z.url({ protocol: /^https?$/ }).refine(isSafeAddress, {
  error: "a back office on another machine must be https",
});

function isSafeAddress(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return (
    protocol === "https:" || hostname === "127.0.0.1" || hostname === "localhost" || hostname === "[::1]"
  );
}

const backofficeConfigSchema = z.strictObject({
  process: z.literal("backoffice"),
  mode: modeSchema,
  /** DIR/backoffice: its database, keys, bank folders and mail. */
  dataDir: pathSchema,
  /** The built console, served under /console. */
  pagesDir: pathSchema,
  /** Loopback port; 0 takes a free one. A taken port fails with PORT_TAKEN. */
  port: portSchema,
});
export type BackofficeConfig = z.infer<typeof backofficeConfigSchema>;

const simulatorsConfigSchema = z.strictObject({
  process: z.literal("simulators"),
  dataDir: pathSchema,
  /** Where the cuttable line between till and back office leads. */
  backofficeUrl: backofficeUrlSchema,
  /** What the simulated devices and the line listened on before a restart; they take the same again. */
  resume: z.lazy(() => simulatorsReadySchema).optional(),
  /** The folders of the sandbox bank, `out` and `in`: the customer's side is the back office of the same machine. */
  bankDir: pathSchema,
  /** The characters of the simulated printer; one without Korean is given to the till as such. */
  printer: z.enum(["korean", "latin"]).optional(),
  /** The cards that the back office seeded, for the Devices sheet to swipe. */
  cards: z.lazy(() => z.array(demoCardSchema).max(200)).optional(),
});
export type SimulatorsConfig = z.infer<typeof simulatorsConfigSchema>;

const deviceHostConfigSchema = z.strictObject({
  process: z.literal("device-host"),
  devices: deviceAddressesSchema,
});
export type DeviceHostConfig = z.infer<typeof deviceHostConfigSchema>;

const tillConfigSchema = z.strictObject({
  process: z.literal("till"),
  mode: modeSchema,
  /** DIR/till-N: its database, keys and receipts. */
  dataDir: pathSchema,
  stationName: z.string().min(1).max(60),
  tillName: z.string().min(1).max(60),
  backofficeUrl: backofficeUrlSchema,
  /** The one-time code of a till that is not enrolled yet, where the shell knows one (bundled and demo). */
  enrolmentCode: z.string().min(1).max(200).optional(),
  /** `sealed`: keys are sealed and opened through the channel `keys`. `file`: 0600 files. */
  keyStore: z.enum(["sealed", "file"]),
});
export type TillConfig = z.infer<typeof tillConfigSchema>;

export const processConfigSchema = z.discriminatedUnion("process", [
  backofficeConfigSchema,
  simulatorsConfigSchema,
  deviceHostConfigSchema,
  tillConfigSchema,
]);
export type ProcessConfig = z.infer<typeof processConfigSchema>;
export type ConfigOf<Name extends ProcessName> = Extract<ProcessConfig, { process: Name }>;

/** A made-up person or card of the demo. Shown on the terminal and in station.json, never in production. */
export const demoSignInSchema = z.strictObject({
  where: z.enum(["till", "console"]),
  name: z.string().max(80),
  role: z.string().max(40),
  /** A PIN at the till, a password at the console. */
  secret: z.string().max(80),
  /** The key of the authenticator, where the role needs a second factor. */
  totpSecret: z.string().max(80).optional(),
});
export type DemoSignIn = z.infer<typeof demoSignInSchema>;

export const demoCardSchema = z.strictObject({
  number: z.string().max(19),
  pin: z.string().max(12),
  password: z.string().max(40),
  balanceMinor: z.string().max(20),
  note: z.string().max(80).optional(),
});
export type DemoCard = z.infer<typeof demoCardSchema>;

const backofficeReadySchema = z.strictObject({
  process: z.literal("backoffice"),
  url: backofficeUrlSchema,
  /** One-time codes by till ("till-1"), for tills that are not enrolled yet. */
  enrolmentCodes: z.record(z.string().max(40), z.string().max(200)),
  signIns: z.array(demoSignInSchema).max(50),
  cards: z.array(demoCardSchema).max(200),
});
const simulatorsReadySchema = z.strictObject({
  process: z.literal("simulators"),
  devices: deviceAddressesSchema,
  /** The line to the back office that the Devices sheet can cut. */
  backofficeUrl: backofficeUrlSchema,
});
const deviceHostReadySchema = z.strictObject({ process: z.literal("device-host") });
const tillReadySchema = z.strictObject({
  process: z.literal("till"),
  /** False while the till waits for its enrolment code on the set-up screen. */
  enrolled: z.boolean(),
});

/** What a process says once it answers on every address it names. */
export const readySchema = z.discriminatedUnion("process", [
  backofficeReadySchema,
  simulatorsReadySchema,
  deviceHostReadySchema,
  tillReadySchema,
]);
export type Ready = z.infer<typeof readySchema>;
export type ReadyOf<Name extends ProcessName> = Extract<Ready, { process: Name }>;

/** The shell's own note of a running station, DIR/station.json. */
export const stationFileSchema = z.strictObject({
  mode: modeSchema,
  pid: z.number().int().positive(),
  startedAt: z.iso.datetime(),
  shell: z.enum(["electron", "kiosk", "none"]),
  addresses: z.strictObject({
    /** With the one-time launch token; absent where Electron shows the till in its own window. */
    till: z.url().optional(),
    backoffice: z.url(),
    console: z.url(),
  }),
  signIns: z.array(demoSignInSchema),
  cards: z.array(demoCardSchema),
});
export type StationFile = z.infer<typeof stationFileSchema>;
