// The coordinate systems of the authorities: metres, so that lengths on the map are lengths on the ground.
import proj4 from "proj4";
import { get as getProjection } from "ol/proj.js";
import { register } from "ol/proj/proj4.js";

for (const [code, zone] of [
  ["EPSG:25832", 32],
  ["EPSG:25833", 33],
]) {
  proj4.defs(code, `+proj=utm +zone=${zone} +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs +type=crs`);
}
register(proj4);

export function projectionOf(code) {
  const projection = getProjection(code || "EPSG:25832");
  if (!projection || projection.getUnits() !== "m") throw new Error(`Unknown coordinate system ${code}`);
  return projection;
}
