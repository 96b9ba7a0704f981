// `main.ts` is a folder so that `node src/main.ts` begins with JavaScript, and an older Node.js can say what is wrong.
const neededVersion = 24;

const version = process.versions.node;
if (Number.parseInt(version, 10) >= neededVersion) {
  await import('../command-line.ts');
} else {
  console.error(
    `fovea-jobs needs Node.js ${neededVersion} or newer, and this is ${version}: install it, or run \`npm start -- <role>\`, which brings its own.`,
  );
  process.exitCode = 1;
}
