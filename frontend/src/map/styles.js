// How each kind is drawn. Labels appear once there is room for them.
import { Fill, RegularShape, Stroke, Style, Text } from "ol/style.js";
import { LineString, MultiLineString, Point } from "ol/geom.js";
import { dots, hatch } from "./hatch.js";
import { ORDER, VERDICTS } from "./kinds.js";

const INK = "#131525";
const ACCENT = "#1a3da5";
const FONT = '"Fira Sans", sans-serif';
const LABEL_RESOLUTION = 0.45; // metres per pixel

const ZONES = [
  [/^W/i, "rgba(240, 168, 158, 0.32)"],
  [/^M/i, "rgba(214, 170, 112, 0.34)"],
  [/^G/i, "rgba(160, 162, 176, 0.36)"],
  [/^S/i, "rgba(238, 190, 92, 0.32)"],
];

const stroke = (color, width, lineDash) => new Stroke({ color, width, lineDash });
const fill = (color) => new Fill({ color });

function label(text, { colour = INK, weight = 400, size = 13, boxed = false, overflow = false, raised = 0 } = {}) {
  return new Text({
    text,
    overflow,
    offsetY: -raised,
    font: `${weight} ${size}px ${FONT}`,
    fill: fill(colour),
    stroke: boxed ? undefined : stroke("rgba(255, 255, 255, 0.9)", 3.5),
    backgroundFill: boxed ? fill("#fff") : undefined,
    backgroundStroke: boxed ? stroke(colour, 1.2) : undefined,
    padding: boxed ? [3, 5, 2, 5] : [2, 2, 2, 2],
  });
}

const DRAW = {
  zone(feature) {
    const zone = String(feature.get("zone") ?? feature.get("label") ?? "");
    const tint = ZONES.find(([pattern]) => pattern.test(zone))?.[1] ?? "rgba(200, 204, 220, 0.3)";
    return [new Style({ fill: fill(tint), stroke: stroke("#8f6f6a", 1, [2, 5]) })];
  },
  overlay: () => [new Style({ fill: fill(dots("#0b7285", "rgba(11, 114, 133, 0.06)")), stroke: stroke("#0b7285", 1.6, [7, 4]) })],
  parcel(feature, { selected, resolution }) {
    const near = resolution < LABEL_RESOLUTION;
    const name = feature.get("label") ?? feature.get("parcel_id") ?? "";
    return [
      new Style({
        fill: fill(selected ? "rgba(26, 61, 165, 0.16)" : "rgba(255, 255, 255, 0.01)"),
        stroke: selected ? stroke(ACCENT, 3.2) : stroke("#777c99", near ? 1.2 : 0.8),
        zIndex: selected ? 90 : undefined,
      }),
      ...(selected
        ? [new Style({ geometry: lowerPart, text: label(`✓ ${name}`, { colour: ACCENT, weight: 600, boxed: true }), zIndex: 91 })]
        : near
          ? [new Style({ geometry: lowerPart, text: label(name, { colour: "#4d5372" }) })]
          : []),
    ];
  },
  building: () => [new Style({ fill: fill("#d6d9e4"), stroke: stroke("#767b95", 1) })],
  monument: () => [new Style({ fill: fill(hatch("#7a2b8f", { tint: "rgba(122, 43, 143, 0.08)", size: 6, width: 1 })), stroke: stroke("#7a2b8f", 1.6) })],
  building_window: () => [new Style({ fill: fill("rgba(33, 92, 207, 0.05)"), stroke: stroke("#215ccf", 1.8, [12, 4, 2, 4]) })],
  building_limit: () => [new Style({ stroke: stroke("#215ccf", 1.8, [12, 4, 2, 4]) })],
  building_line: () => [new Style({ stroke: stroke("#c0201a", 2, [12, 4, 2, 3, 2, 4]) })],
  street_boundary: () => [new Style({ stroke: stroke("#2e7d32", 2) })],
  site(feature, { resolution }) {
    const name = resolution < LABEL_RESOLUTION ? feature.get("label") : "";
    return [
      new Style({
        fill: fill("rgba(255, 215, 94, 0.12)"),
        stroke: stroke(INK, 2.6),
      }),
      ...(name ? [new Style({ geometry: lowerPart, text: label(name, { weight: 600, size: 14 }) })] : []),
    ];
  },
  plan(feature, { resolution }) {
    const role = feature.get("role");
    const gone = role === "to_be_demolished";
    const main = role === "main_building";
    const name = resolution < LABEL_RESOLUTION ? feature.get("label") : "";
    return [
      new Style({
        fill: gone ? fill("rgba(255, 255, 255, 0.4)") : fill(hatch(ACCENT, { tint: "rgba(26, 61, 165, 0.1)", width: main ? 1.6 : 0.8 })),
        stroke: stroke(ACCENT, main ? 2.6 : 1.6, gone ? [4, 4] : undefined),
      }),
      ...(name ? [new Style({ text: label(name, { colour: ACCENT, weight: 600, boxed: true, raised: 14 }), zIndex: 90 })] : []),
    ];
  },
  finding: drawFinding,
};

function drawFinding(feature, { shown } = {}) {
  const verdict = feature.get("verdict");
  const { colour } = VERDICTS[verdict] ?? VERDICTS.not_assessable;
  const geometry = feature.getGeometry();
  const text = feature.get("label");
  const lines = linesOf(geometry);
  // Twenty checks speak of the same ground: what is kept shows when it is asked for, a single measured length always.
  const quiet = !shown && (verdict === "passed" || verdict === "not_applicable");
  if (quiet && lines.length !== 1) return [];
  if (!lines.length) {
    // Hatched is what is violated, and what is asked for unless it is kept: hatchings on top of each other say nothing.
    const kept = verdict === "passed" || verdict === "not_applicable";
    const hatched = verdict === "failed" || (shown && !kept);
    const raised = shown ? -20 : -20 - 24 * (feature.get("row") ?? 0);
    return [
      new Style({
        fill: hatched ? fill(hatch(colour, { mirrored: true, width: 2.2, size: 8, tint: "rgba(255, 255, 255, 0.35)" })) : fill("rgba(255, 255, 255, 0.01)"),
        stroke: stroke(colour, 2.4, kept || hatched ? undefined : [8, 5]),
      }),
      ...(text ? [new Style({ text: label(text, { colour, weight: 600, boxed: true, overflow: true, raised }), zIndex: shown ? 100 : 95 })] : []),
    ];
  }
  // One figure for all pieces of a line, on the longest.
  const longest = lines.reduce((best, line) => (line.getLength() > best.getLength() ? line : best));
  return lines.flatMap((line) => dimensionLine(line, colour, line === longest ? text : ""));
}

// A measured length as on a drawing: line, arrow heads at both ends, the figure in a box.
function dimensionLine(line, colour, text) {
  const points = line.getCoordinates();
  const styles = [
    new Style({ geometry: line, stroke: stroke("#fff", 5) }),
    new Style({
      geometry: line,
      stroke: stroke(colour, 2.2),
    }),
  ];
  if (text) {
    styles.push(new Style({ geometry: new Point(line.getCoordinateAt(0.5)), text: label(text, { colour, weight: 600, boxed: true, raised: 20 }) }));
  }
  for (const [end, before] of [
    [points.at(-1), points.at(-2)],
    [points[0], points[1]],
  ]) {
    if (!end || !before) continue;
    styles.push(
      new Style({
        geometry: new Point(end),
        image: new RegularShape({
          points: 3,
          radius: 6,
          fill: fill(colour),
          rotation: Math.atan2(end[0] - before[0], end[1] - before[1]),
          displacement: [0, 0],
        }),
      }),
    );
  }
  return styles;
}

// A point inside the area, at a fifth of its height: the middle is where buildings and their names are.
function lowerPart(feature) {
  const geometry = feature.getGeometry();
  const [, minY, , maxY] = geometry.getExtent();
  const inside = geometry.getInteriorPoint?.() ?? geometry.getInteriorPoints?.().getPoint(0);
  if (!inside) return null;
  const [x, y] = inside.getCoordinates();
  const lower = [x, minY + (maxY - minY) * 0.2];
  return new Point(geometry.intersectsCoordinate(lower) ? lower : [x, y]);
}

function linesOf(geometry) {
  if (geometry instanceof LineString) return [geometry];
  if (geometry instanceof MultiLineString) return geometry.getLineStrings();
  return [];
}

export function styleOf(feature, state) {
  const kind = feature.get("kind");
  const draw = DRAW[kind];
  if (!draw) return null;
  const base = ORDER.indexOf(kind) + 1;
  return draw(feature, state).map((style) => {
    if (style.getZIndex() === undefined) style.setZIndex(base);
    return style;
  });
}

// Zone names and the like lie on top, in a layer of their own, so that they give way to each other.
export function nameOf(feature, resolution) {
  const kind = feature.get("kind");
  const text = feature.get("label");
  if (!text || !["zone", "overlay", "monument"].includes(kind) || resolution > 1.2) return null;
  const colour = { zone: "#6d3f37", overlay: "#0b5563", monument: "#5f1f70" }[kind];
  return new Style({ text: label(text, { colour, weight: 500, size: 12.5, overflow: false }) });
}
