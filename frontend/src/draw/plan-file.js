// The hidden field: a site plan as GeoJSON, in the coordinates of the authority.
import Feature from "ol/Feature.js";
import { round } from "./geometry.js";
import { carryHeights, geometryOf, partsOf } from "./outline.js";

// `file`: the members of the feature in the file, which are written back as they were.
export function newFeature(parts, { role = "main_building", wall_height_m = null, storeys = null, ...others } = {}, { type = "Polygon", file = {} } = {}) {
  return new Feature({ geometry: geometryOf(parts, type), kind: "plan", role, wall_height_m, storeys, others, file });
}

// How an outline was taken decides how exact lengths can be: a click meets a map to about a pixel of 0.28 mm.
const PIXEL_M = 0.00028;
export const digitised = (resolution) => ({
  capture: "digitised",
  capture_scale: Math.max(1, Math.round(resolution / PIXEL_M)),
  origins: { geometry: { kind: "given", note: "in der Karte gezeichnet" } },
});
export const dimensioned = () => ({
  capture: "dimension_text",
  capture_scale: null,
  origins: { geometry: { kind: "given", note: "nach eingegebenen Maßen" } },
});

// The outline was taken anew.
export function retake(feature, taken) {
  const others = feature.get("others");
  feature.set("others", { ...others, ...taken, origins: { ...others.origins, ...taken.origins } });
}

// A value was typed: what the file said of its origin is no longer true.
export function restate(feature, name) {
  const others = feature.get("others");
  if (!others.origins?.[name]) return;
  const { [name]: _, ...origins } = others.origins;
  feature.set("others", { ...others, origins });
}

// The outline is another one: what belongs to its walls follows. Tells how many walls have no height now.
export function reshaped(feature, before) {
  const heights = carryHeights(feature.get("wall_height_m"), before, partsOf(feature.getGeometry()));
  const unknown = (value) => (Array.isArray(value) ? value.filter((height) => height === null).length : 0);
  const missing = unknown(heights) - unknown(feature.get("wall_height_m"));
  feature.set("wall_height_m", heights);
  return Math.max(0, missing);
}

const filled = (entries) => Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== null && value !== undefined));

// `kept`: members of the plan, and features without an area, that this page does not edit.
export function writePlan(features, crs, { members = {}, untouched = [] } = {}) {
  return {
    ...members,
    type: "FeatureCollection",
    crs: { type: "name", properties: { name: `urn:ogc:def:crs:${crs.replace(":", "::")}` } },
    features: [
      ...features.map((feature) => ({
        ...feature.get("file"),
        type: "Feature",
        properties: { ...feature.get("others"), ...filled({ role: feature.get("role"), wall_height_m: feature.get("wall_height_m"), storeys: feature.get("storeys") }) },
        geometry: { type: feature.getGeometry().getType(), coordinates: rounded(feature.getGeometry().getCoordinates()) },
      })),
      ...untouched,
    ],
  };
}

const rounded = (entry) => (Array.isArray(entry[0]) ? entry.map(rounded) : entry.slice(0, 2).map((value) => round(value)));

const isArea = (feature) => ["Polygon", "MultiPolygon"].includes(feature.geometry?.type);

export function readPlan(text) {
  if (!text.trim()) return { features: [], kept: {} };
  // Boxes are no longer true once an outline has moved.
  const { type: _type, crs: _crs, bbox: _bbox, features = [], ...members } = JSON.parse(text);
  return {
    features: features.filter(isArea).map(({ type: _, bbox: _box, properties, geometry, ...file }) => {
      const polygons = geometry.type === "MultiPolygon" ? geometry.coordinates : [geometry.coordinates];
      const parts = polygons.map((rings) => rings.map((ring) => ring.slice(0, -1)));
      return newFeature(parts, properties ?? {}, { type: geometry.type, file });
    }),
    kept: { members, untouched: features.filter((feature) => !isArea(feature)) },
  };
}
