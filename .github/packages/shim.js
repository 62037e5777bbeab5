#!/usr/bin/env node
// Runs the binary that npm has installed for this machine: one of the optional dependencies.
const { spawnSync } = require("child_process");

const name = `${require("./package.json").name}-${process.platform}-${process.arch}`;
let binary;
try {
  binary = require.resolve(`${name}/image-factory`);
} catch {
  console.error(`image-factory: ${name} is not installed: there is no binary for this machine, or npm was told to omit optional dependencies`);
  process.exit(2);
}
const result = spawnSync(binary, process.argv.slice(2), { stdio: "inherit" });
if (result.error) {
  console.error(`image-factory: ${binary}: ${result.error.message}`);
  process.exit(2);
}
// As a shell says it, where a signal has ended the binary.
process.exit(result.status ?? 128 + require("os").constants.signals[result.signal]);
