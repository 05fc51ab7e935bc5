// Builds static/dist: our bundles, and what pages load from packages. Content hashes are added by Django's storage.
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = join(project, "frontend", "src");
const packages = join(project, "node_modules");
const target = join(project, "static", "dist");
const draft = join(project, "static", ".dist-new");

// The weights that KERN and the notices use.
const fonts = {
  "fira-sans": ["FiraSans-Regular", "FiraSans-Italic", "FiraSans-Medium", "FiraSans-SemiBold"],
  "noto-sans": ["NotoSans-Regular", "NotoSans-Bold"],
};

rmSync(draft, { recursive: true, force: true });
mkdirSync(join(draft, "fonts"), { recursive: true });

const entries = readdirSync(sources)
  .filter((name) => /\.(js|css)$/.test(name))
  .map((name) => join(sources, name));
await build({
  entryPoints: [...entries, { in: join(packages, "pdfjs-dist/build/pdf.worker.mjs"), out: "pdf.worker" }].map((entry) =>
    typeof entry === "string" ? { in: entry, out: entry.slice(sources.length + 1).replace(/\.(js|css)$/, "") } : entry,
  ),
  outdir: draft,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  loader: { ".svg": "dataurl", ".png": "dataurl", ".woff2": "file" },
  external: ["/static/*"],
  legalComments: "linked",
  logLevel: "warning",
});

const kern = join(packages, "@kern-ux/native/dist");
cpSync(join(kern, "kern.min.css"), join(draft, "kern.min.css"));
for (const [family, names] of Object.entries(fonts)) {
  for (const name of names) cpSync(join(kern, "fonts", family, `${name}.woff2`), join(draft, "fonts", `${name}.woff2`));
}
const faces = readFileSync(join(kern, "fonts/fira-sans.css"), "utf8").match(/@font-face\s*\{[^}]*\}/g);
const wanted = faces.filter((face) => fonts["fira-sans"].some((name) => face.includes(`/${name}.woff2`)));
if (wanted.length !== fonts["fira-sans"].length) throw new Error("KERN's font styles have changed: see frontend/build.mjs");
writeFileSync(
  join(draft, "fonts", "fira-sans.css"),
  wanted.join("\n").replaceAll("./fira-sans/", "./").replaceAll("font-style:", "font-display: swap;\n    font-style:"),
);

cpSync(join(sources, "icon.svg"), join(draft, "icon.svg"));
cpSync(join(packages, "htmx.org/dist/htmx.min.js"), join(draft, "htmx.min.js"));
for (const folder of ["cmaps", "iccs", "standard_fonts", "wasm"]) {
  cpSync(join(packages, "pdfjs-dist", folder), join(draft, "pdfjs", folder), { recursive: true });
}

rmSync(target, { recursive: true, force: true });
renameSync(draft, target);
