// Numbers as people here write them: a comma, and dots or blanks between thousands.
export function parseNumber(text) {
  const plain = text.trim().replace(/[\s ]/g, "");
  const number = plain.includes(",") ? plain.replace(/\./g, "").replace(",", ".") : plain;
  return /^-?\d+(\.\d+)?$/.test(number) ? Number(number) : null;
}

export function formatNumber(value, digits = 2) {
  return value === null || value === undefined ? "" : String(Number(value.toFixed(digits))).replace(".", ",");
}

export const formatArea = (value) => `${value.toLocaleString("de-DE", { minimumFractionDigits: 2, maximumFractionDigits: 2 })} m²`;

// One corner per line: east and north, apart by blanks or a semicolon.
export function parseCorners(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  const corners = lines.map((line) => line.split(/[;\s]+/).map(parseNumber));
  const bad = corners.findIndex((corner) => corner.length !== 2 || corner.includes(null));
  if (bad >= 0) throw new Error(`Zeile ${bad + 1} („${lines[bad]}“) hat nicht zwei Zahlen: Ostwert und Nordwert.`);
  if (corners.length > 3 && String(corners[0]) === String(corners.at(-1))) corners.pop();
  if (corners.length < 3) throw new Error("Ein Umriss braucht mindestens drei Ecken.");
  return corners;
}

export const formatCorners = (ring) => ring.map((corner) => corner.map((v) => formatNumber(v, 3)).join(" ")).join("\n");
