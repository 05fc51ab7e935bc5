// Plane geometry of footprints, in metres. Rings are open lists of [east, north] here, closed in GeoJSON.
export const round = (value, digits = 3) => Number(value.toFixed(digits));

export function length([x1, y1], [x2, y2]) {
  return Math.hypot(x2 - x1, y2 - y1);
}

export function area(ring) {
  return Math.abs(
    ring.reduce((sum, [x1, y1], i) => {
      const [x2, y2] = ring[(i + 1) % ring.length];
      return sum + x1 * y2 - x2 * y1;
    }, 0) / 2,
  );
}

// Direction of the first side in degrees, counter-clockwise from east.
export function rectangle({ east, north, sideA, sideB, angle }) {
  const turn = (angle * Math.PI) / 180;
  const [ux, uy] = [Math.cos(turn), Math.sin(turn)];
  const at = (a, b) => [round(east + a * ux - b * uy), round(north + a * uy + b * ux)];
  return [at(0, 0), at(sideA, 0), at(sideA, sideB), at(0, sideB)];
}

// The base line, and a point that says how deep the house is and on which side of the line it stands.
export function rectangleFromPoints(a, b, c) {
  const sideA = length(a, b);
  if (sideA < 1e-6) return [a, b, c];
  const [ux, uy] = [(b[0] - a[0]) / sideA, (b[1] - a[1]) / sideA];
  const depth = (c[1] - a[1]) * ux - (c[0] - a[0]) * uy;
  const shift = ([x, y]) => [round(x - depth * uy), round(y + depth * ux)];
  return [a.map((v) => round(v)), b.map((v) => round(v)), shift(b), shift(a)];
}

// The measures of a rectangle, or null where the ring is none (corners off by more than a centimetre).
export function measuresOf(ring) {
  if (ring.length !== 4) return null;
  const [a, b, c, d] = ring;
  if (Math.hypot(a[0] - b[0] + c[0] - d[0], a[1] - b[1] + c[1] - d[1]) > 0.01) return null;
  if (Math.abs(length(a, c) - length(b, d)) > 0.01) return null;
  const cross = (b[0] - a[0]) * (d[1] - a[1]) - (b[1] - a[1]) * (d[0] - a[0]);
  // Drawn clockwise: start at the other end of the first side, so that the measures stay positive.
  const [corner, along] = cross >= 0 ? [a, b] : [b, a];
  return {
    east: round(corner[0]),
    north: round(corner[1]),
    sideA: round(length(a, b)),
    sideB: round(length(b, c)),
    angle: round((Math.atan2(along[1] - corner[1], along[0] - corner[0]) * 180) / Math.PI, 2),
  };
}

export function crossesItself(ring) {
  const turn = ([ax, ay], [bx, by], [cx, cy]) => Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
  const count = ring.length;
  for (let i = 0; i < count; i += 1) {
    for (let j = i + 2; j < count; j += 1) {
      if (i === 0 && j === count - 1) continue;
      const [a, b, c, d] = [ring[i], ring[i + 1], ring[j], ring[(j + 1) % count]];
      if (turn(a, b, c) !== turn(a, b, d) && turn(c, d, a) !== turn(c, d, b)) return true;
    }
  }
  return false;
}
