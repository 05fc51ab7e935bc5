// Several findings speak of the same area: their figures stand below each other, the gravest first.

const GRAVITY = ["failed", "borderline", "not_assessable"];
const NEAR = 3; // metres between the middles of two areas whose figures would cover each other

const middle = (feature) => {
  const [minX, minY, maxX, maxY] = feature.getGeometry().getExtent();
  return [(minX + maxX) / 2, (minY + maxY) / 2];
};

// Sets `row` of every finding that shows a figure on an area: 0 is the first line.
export function stackFindings(features) {
  const open = features
    .filter((feature) => feature.get("kind") === "finding" && GRAVITY.includes(feature.get("verdict")))
    .filter((feature) => feature.get("label") && feature.getGeometry().getType().endsWith("Polygon"))
    .sort((a, b) => GRAVITY.indexOf(a.get("verdict")) - GRAVITY.indexOf(b.get("verdict")));
  const placed = [];
  for (const feature of open) {
    const [x, y] = middle(feature);
    const row = placed.filter((other) => Math.hypot(other[0] - x, other[1] - y) < NEAR).length;
    feature.set("row", row, true);
    placed.push([x, y]);
  }
}
