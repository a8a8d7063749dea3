// DuckDB behind lines of JSON: node duckdb.mjs FILE THREADS
//   {"sql": TEXT, "repeat": N} -> {"rows": [[...]], "ms": [N wall times of the whole query, rows fetched]} or {"error": TEXT}
import { createInterface } from "node:readline";
import { DuckDBInstance } from "@duckdb/node-api";

const [file, threads] = process.argv.slice(2);
const instance = await DuckDBInstance.create(file, { threads, autoinstall_known_extensions: "false", autoload_known_extensions: "false" });
const connection = await instance.connect();

async function answer({ sql, repeat = 1 }) {
  const ms = [];
  let rows = [];
  for (let run = 0; run < repeat; run += 1) {
    const started = performance.now();
    rows = (await connection.runAndReadAll(sql)).getRowsJson();
    ms.push(performance.now() - started);
  }
  return { rows, ms };
}

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await answer(JSON.parse(line)).catch((error) => ({ error: String(error.message ?? error) }));
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
connection.closeSync();
instance.closeSync();
