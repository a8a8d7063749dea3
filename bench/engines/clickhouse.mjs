// ClickHouse in process (libchdb) behind lines of JSON: node clickhouse.mjs DIRECTORY THREADS
//   {"sql": TEXT, "repeat": N} -> {"rows": [[...]], "ms": [N wall times of the whole query, rows fetched]} or {"error": TEXT}
import { createInterface } from "node:readline";
import { Session } from "chdb";

const [directory, threads] = process.argv.slice(2);
const session = new Session(directory);
// No result and no filter is kept from one query to the next: those rows would measure a cache.
session.query(`SET max_threads = ${threads}, use_query_cache = 0, use_query_condition_cache = 0`);

function answer({ sql, repeat = 1 }) {
  const ms = [];
  let text = "";
  for (let run = 0; run < repeat; run += 1) {
    const started = performance.now();
    text = session.query(sql, "JSONCompactEachRow");
    ms.push(performance.now() - started);
  }
  return { rows: text.split("\n").filter(Boolean).map((row) => JSON.parse(row)), ms };
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply;
  try {
    reply = answer(JSON.parse(line));
  } catch (error) {
    reply = { error: String(error.message ?? error) };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
session.close();
