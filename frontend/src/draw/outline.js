// Outlines of one or several parts, with holes: as open rings, as text that people edit, and with a height per wall.
import MultiPolygon from "ol/geom/MultiPolygon.js";
import Polygon from "ol/geom/Polygon.js";
import { area, crossesItself } from "./geometry.js";
import { formatCorners, formatNumber, parseCorners, parseNumber } from "./numbers.js";

const PART = "Umriss";
const HOLE = "Aussparung";
const UNKNOWN = "?";
const same = (a, b) => a[0] === b[0] && a[1] === b[1];

// Parts, each a list of open rings: the outer one, then its holes.
export function partsOf(geometry) {
  const parts = geometry.getType() === "MultiPolygon" ? geometry.getCoordinates() : [geometry.getCoordinates()];
  return parts.map((rings) => rings.map((ring) => ring.slice(0, -1).map((corner) => corner.slice(0, 2))));
}

export function geometryOf(parts, type = "Polygon") {
  const closed = parts.map((rings) => rings.map((ring) => [...ring, ring[0]]));
  return closed.length > 1 || type === "MultiPolygon" ? new MultiPolygon(closed) : new Polygon(closed[0]);
}

export const isPlain = (parts) => parts.length === 1 && parts[0].length === 1;
export const areaOf = (parts) => parts.reduce((sum, [outer, ...holes]) => holes.reduce((left, hole) => left - area(hole), sum + area(outer)), 0);
export const wallsOf = (parts) => parts.flat().reduce((sum, ring) => sum + ring.length, 0);

// One corner per line; a line says where a further part or a hole begins.
export function formatParts(parts) {
  if (isPlain(parts)) return formatCorners(parts[0][0]);
  return parts.flatMap((rings) => rings.map((ring, i) => `${i ? HOLE : PART}\n${formatCorners(ring)}`)).join("\n");
}

export function parseParts(text) {
  const sections = [];
  for (const line of text.split("\n").map((entry) => entry.trim()).filter(Boolean)) {
    const name = [PART, HOLE].find((word) => line.replace(/:$/, "").toLowerCase() === word.toLowerCase());
    if (name) sections.push({ name, lines: [] });
    else if (sections.length) sections.at(-1).lines.push(line);
    else sections.push({ name: PART, lines: [line] });
  }
  if (!sections.length) sections.push({ name: PART, lines: [] });
  if (sections[0].name === HOLE) throw new Error(`Vor „${HOLE}“ fehlt der ${PART}, in dem sie liegt.`);
  const parts = [];
  for (const { name, lines } of sections) {
    const ring = parseCorners(lines.join("\n"));
    if (crossesItself(ring)) throw new Error("Der Umriss kreuzt sich selbst. Bitte prüfen Sie die Reihenfolge der Ecken.");
    if (name === PART) parts.push([ring]);
    else parts.at(-1).push(ring);
  }
  return parts;
}

// One height for all walls, or one per wall in the order of the corners.
export function formatHeights(value) {
  if (!Array.isArray(value)) return formatNumber(value);
  return value.map((height) => (height === null ? UNKNOWN : formatNumber(height))).join("; ");
}

export function parseHeights(text, walls) {
  const usable = (height) => height !== null && height > 0 && height <= 200;
  if (!text.includes(";")) {
    const height = text.trim() === "" ? null : parseNumber(text);
    if (text.trim() !== "" && !usable(height)) throw new Error("Die Wandhöhe muss eine Zahl über 0 sein, zum Beispiel 6,50.");
    return height;
  }
  const entries = text.split(";").map((entry) => entry.trim());
  if (entries.length !== walls) throw new Error(`Es sind ${entries.length} Wandhöhen für ${walls} Wände. Bitte geben Sie je Wand eine an.`);
  return entries.map((entry, i) => {
    const height = entry === UNKNOWN ? null : parseNumber(entry);
    if (entry !== UNKNOWN && !usable(height)) throw new Error(`Die ${i + 1}. Wandhöhe muss eine Zahl über 0 sein oder „${UNKNOWN}“.`);
    return height;
  });
}

// The heights of the walls after their outline has changed: a wall keeps its own; a new one has none (null).
export function carryHeights(heights, before, after) {
  if (!Array.isArray(heights)) return heights;
  const [old, now] = [before.flat(), after.flat()];
  let start = 0;
  const known = old.map((ring) => ({ ring, heights: heights.slice(start, (start += ring.length)) }));
  if (old.length === now.length) return now.flatMap((ring, i) => carryRing(known[i], ring));
  return now.flatMap((ring) => carryRing(known.find((entry) => sameRing(entry.ring, ring)) ?? { ring: [], heights: [] }, ring));
}

const sameRing = (a, b) => a.length === b.length && a.every((corner, i) => same(corner, b[i]));

function carryRing({ ring: old, heights }, now) {
  const kept = now.filter((corner) => old.some((other) => same(corner, other))).length;
  const inPlace = now.filter((corner, i) => old[i] && same(corner, old[i])).length;
  // Corners that were moved keep their numbers.
  if (now.length === old.length && inPlace === kept) return [...heights];
  if (now.length === old.length + 1) {
    const at = now.findIndex((corner, i) => !old[i] || !same(corner, old[i]));
    // A corner was put on a wall: both halves are as high as it was.
    if (at > 0 && old.slice(at).every((corner, i) => same(corner, now[at + 1 + i]))) return [...heights.slice(0, at), ...heights.slice(at - 1)];
  }
  return now.map((corner, i) => {
    const next = now[(i + 1) % now.length];
    const wall = old.findIndex((other, k) => {
      const end = old[(k + 1) % old.length];
      return (same(corner, other) && same(next, end)) || (same(corner, end) && same(next, other));
    });
    return wall < 0 ? null : heights[wall];
  });
}
