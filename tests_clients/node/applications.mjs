// Several applications in one process: each line of input names a file and its environment, {"file", "environment"}.
// An application says itself when it is running; one that does not start is told in a line that begins with "failed".

import { createInterface } from 'node:readline'

for await (const line of createInterface({ input: process.stdin })) {
  const { file, environment } = JSON.parse(line)
  Object.assign(process.env, environment)
  try {
    await import(file)
  } catch (error) {
    console.log(`failed: ${error.message}`)
  }
}
