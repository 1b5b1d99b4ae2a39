"use strict";
// Starts the binary for this platform. The analyzer in it prints its port on the stdout that it inherits.
const { spawn } = require("child_process");
const fs = require("fs");
const path = require("path");

const platform = `${{ win32: "windows" }[process.platform] || process.platform}-${{ x64: "amd64" }[process.arch] || process.arch}`;
const prefix = "pulumi-analyzer-policypack-";
const bin = path.join(__dirname, "bin");
const file = path.join(bin, prefix + platform + (process.platform === "win32" ? ".exe" : ""));

function fail(why) {
    console.error(`policypack: ${why}`);
    process.exit(1);
}

const held = fs.existsSync(bin) ? fs.readdirSync(bin).filter((name) => name.startsWith(prefix)) : [];
if (!held.includes(path.basename(file))) {
    const others = held.map((name) => name.slice(prefix.length).replace(/\.exe$/, "")).join(", ") || "nothing";
    fail(`this pack has no binary for ${platform}, bin/ holds ${others}; add ${platform} with \`policypack bundle --platforms\` and publish again`);
}
// The analyzer ends with its input, and so with this process, whatever ends this one.
const child = spawn(file, ["analyzer"], { cwd: __dirname, stdio: ["pipe", "inherit", "inherit"] });
child.on("error", (err) => {
    const advice = err.code === "EACCES" ? "; if its run bit is lost, publish from Linux or macOS: Windows has none" : "";
    fail(`bin/${path.basename(file)} does not start: ${err.message}${advice}`);
});
child.on("exit", (code) => process.exit(code === null ? 1 : code));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
}
