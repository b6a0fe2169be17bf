// `npm run countersign -- verify|rebuild|backup|restore DIR`
import { runCli } from "./run-cli.ts";

void runCli(process.argv.slice(2), (line) => console.log(line)).then((status) => {
  process.exitCode = status;
});
