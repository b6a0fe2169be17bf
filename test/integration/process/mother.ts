// A parent for the test in which a parent dies: starts an echo child and prints the child's process id.
import { launchWithFork } from "#main/process/spawn.ts";

const [entry = ""] = process.argv.slice(2);
const child = launchWithFork(entry, { name: "echo", output: () => undefined });
child.wire.onMessage(() => console.log(child.pid));
child.wire.send({ kind: "start", config: { process: "device-host", devices: {} } });
