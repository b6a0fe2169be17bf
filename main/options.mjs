// The options of `npm start`, read with nothing but Node: the bootstrap needs them before anything is installed.

/**
 * @typedef {"electron" | "kiosk" | "none"} Shell
 * @typedef {"demo" | "production"} Mode
 * @typedef {object} StartOptions
 * @property {string | undefined} dataDir the data folder; undefined takes the shell's default
 * @property {Shell | undefined} shell undefined chooses: Electron where it can run, else kiosk
 * @property {number | undefined} port the base port; undefined takes 7070 or the next free one
 * @property {Mode} mode
 * @property {string} backoffice "bundled", or the address of a back office
 * @property {"korean" | "latin"} printer the characters that the demo's printer has
 * @typedef {{ kind: "start", options: StartOptions } | { kind: "help" } | { kind: "refused", says: string }} Parsed
 */

const SHELLS = /** @type {const} */ (["electron", "kiosk", "none"]);
const PRINTERS = /** @type {const} */ (["korean", "latin"]);
const PORT_MAX = 65_534; // the back office takes the port after it

export const HELP = `Countersign: a till that never stops selling, and a back office that can prove every won.

  npm start                     the demo station: back office, one till, simulated devices
  npm start -- [options]        options follow the two dashes

  --data DIR                    the data folder (default: ./.countersign)
  --shell electron|kiosk|none   electron: the product's own window
                                kiosk: a window of Chromium, Chrome or Edge, or the address where there is no display
                                none: serves the till as the kiosk does, and opens no window
                                (default: electron where its binary and a display are present, else kiosk)
  --port N                      the till's port; the back office takes N+1 (default: 7070, or the next free one)
  --demo                        made-up goods, people and cards, and simulated devices (the default)
  --printer korean|latin        the demo's printer with Korean characters (default), or without: they come out as dots
  --production                  none of these: a real station, empty at first
  --backoffice bundled|URL      the back office of this machine (default), or one elsewhere, by https
  --help                        this text
`;

/** Options that take a value, and those that do not. */
const WITH_VALUE = new Set(["data", "shell", "port", "backoffice", "printer"]);
const WITHOUT_VALUE = new Set(["demo", "production", "help"]);

/**
 * Reads the command line.
 * @param {readonly string[]} args what follows the script
 * @param {Readonly<Record<string, string | undefined>>} env where npm leaves the flags that it kept for itself
 * @returns {Parsed}
 */
export function parseOptions(args, env) {
  const swallowed = swallowedByNpm(args, env);
  if (swallowed !== undefined) return refused(swallowed);

  /** @type {Map<string, string>} */
  const given = new Map();
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--") continue;
    const match = /^--([a-z]+)(?:=(.*))?$/s.exec(arg);
    const [, name = "", inline] = match ?? [];
    if (match === null) return refused(`"${arg}" is not an option. See: npm start -- --help`);
    if (given.has(name)) return refused(`--${name} is given twice.`);
    if (WITHOUT_VALUE.has(name)) {
      if (inline !== undefined) return refused(`--${name} takes no value.`);
      given.set(name, "");
    } else if (WITH_VALUE.has(name)) {
      const value = inline ?? rest.shift();
      if (value === undefined || value === "" || value.startsWith("--"))
        return refused(`--${name} needs a value. See: npm start -- --help`);
      given.set(name, value);
    } else return refused(`There is no option --${name}. See: npm start -- --help`);
  }
  if (given.has("help")) return { kind: "help" };
  return decide(given);
}

/**
 * @param {Map<string, string>} given
 * @returns {Parsed}
 */
function decide(given) {
  const shellText = given.get("shell");
  const shell = SHELLS.find((name) => name === shellText);
  if (shellText !== undefined && shell === undefined)
    return refused(`--shell is electron, kiosk or none, not "${shellText}".`);

  const portText = given.get("port");
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= PORT_MAX))
    return refused(`--port is a number from 1 to ${PORT_MAX}, not "${portText}".`);

  if (given.has("demo") && given.has("production"))
    return refused("--demo and --production exclude each other.");
  const printerText = given.get("printer") ?? "korean";
  const printer = PRINTERS.find((name) => name === printerText);
  if (printer === undefined) return refused(`--printer is korean or latin, not "${printerText}".`);
  const backoffice = given.get("backoffice") ?? "bundled";
  if (backoffice !== "bundled") {
    const says = unfitAddress(backoffice);
    if (says !== undefined) return refused(says);
    if (given.has("demo"))
      return refused("The demo brings its own back office: leave out --backoffice, or say --production.");
  }
  const isProduction = given.has("production") || backoffice !== "bundled";
  if (isProduction && given.has("printer"))
    return refused("--printer is the demo's. A real one is named in devices.json (docs/hardware.md).");
  return {
    kind: "start",
    options: {
      dataDir: given.get("data"),
      shell,
      port,
      mode: isProduction ? "production" : "demo",
      backoffice,
      printer,
    },
  };
}

/**
 * @param {string} address
 * @returns {string | undefined} why a till may not talk to it
 */
function unfitAddress(address) {
  if (!URL.canParse(address)) return `--backoffice is "bundled" or an address, not "${address}".`;
  const { protocol, hostname } = new URL(address);
  const isLoopback = ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  if (protocol === "https:" || (protocol === "http:" && isLoopback)) return undefined;
  return `A back office on another machine must be https: ${address}`;
}

/**
 * npm takes flags before the two dashes for its own and hands over at most their values, as stray words.
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string | undefined} the refusal, with the command that was meant
 */
function swallowedByNpm(args, env) {
  if (env.npm_lifecycle_event === undefined) return undefined;
  /** @type {string[]} */
  const meant = [];
  const strays = args.filter((arg, at) => !arg.startsWith("-") && !takesValue(args[at - 1]));
  for (const name of WITH_VALUE) {
    const value = env[`npm_config_${name}`];
    // npm has a setting `shell` of its own: a path there is none of ours.
    if (value === undefined || (name === "shell" && !SHELLS.some((shell) => shell === value))) continue;
    meant.push(`--${name}`, value === "true" ? takeStray(name, strays) : value);
  }
  for (const name of WITHOUT_VALUE) {
    if (name !== "help" && env[`npm_config_${name}`] !== undefined) meant.push(`--${name}`);
  }
  const isModeSaid = args.some((arg) => arg === "--demo" || arg === "--production");
  if (env.NODE_ENV === "production" && !isModeSaid && !meant.includes("--production")) {
    // `npm start --production` leaves this trace only.
    return "NODE_ENV is production, which npm also sets for --production. Say which is meant:\n  npm start -- --production\n  npm start -- --demo";
  }
  if (meant.length === 0) return undefined;
  const kept = args.filter((arg, at) => arg.startsWith("-") || takesValue(args[at - 1]));
  return `npm kept options for itself. Write:\n  npm start -- ${[...meant, ...kept].map(quoted).join(" ")}`;
}

/**
 * npm forgets which stray word belonged to which flag, so it is told by its look.
 * @param {string} name
 * @param {string[]} strays what is left of them
 */
function takeStray(name, strays) {
  const looksRight = LOOKS[name] ?? ((word) => !Object.values(LOOKS).some((looks) => looks(word)));
  const at = strays.findIndex(looksRight);
  return strays.splice(at === -1 ? 0 : at, 1)[0] ?? "…";
}

/** @type {Readonly<Record<string, (word: string) => boolean>>} */
const LOOKS = {
  port: (word) => /^\d+$/.test(word),
  shell: (word) => SHELLS.some((shell) => shell === word),
  backoffice: (word) => word === "bundled" || /^https?:/.test(word),
  printer: (word) => PRINTERS.some((printer) => printer === word),
};

/** @param {string | undefined} arg */
const takesValue = (arg) =>
  arg !== undefined && WITH_VALUE.has(arg.replace(/^--/, "")) && arg.startsWith("--");
/** @param {string} word */
const quoted = (word) => (/^[\w./:@…=-]+$/.test(word) ? word : JSON.stringify(word));
/**
 * @param {string} says
 * @returns {Parsed}
 */
const refused = (says) => ({ kind: "refused", says });
