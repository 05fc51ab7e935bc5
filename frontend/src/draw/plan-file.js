// The hidden field: a site plan as GeoJSON, in the coordinates of the authority.
import Feature from "ol/Feature.js";
import Polygon from "ol/geom/Polygon.js";
import { round } from "./geometry.js";

export const ringOf = (feature) => feature.getGeometry().getCoordinates()[0].slice(0, -1);
export const polygonOf = (ring) => new Polygon([[...ring, ring[0]]]);

export function newFeature(ring, { role = "main_building", wall_height_m = null, storeys = null, ...others } = {}) {
  return new Feature({ geometry: polygonOf(ring), kind: "plan", role, wall_height_m, storeys, others });
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

export function writePlan(features, crs) {
  const filled = (entries) => Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== null && value !== undefined));
  return {
    type: "FeatureCollection",
    crs: { type: "name", properties: { name: `urn:ogc:def:crs:${crs.replace(":", "::")}` } },
    features: features.map((feature) => ({
      type: "Feature",
      properties: filled({
        ...feature.get("others"),
        role: feature.get("role"),
        wall_height_m: feature.get("wall_height_m"),
        storeys: feature.get("storeys"),
      }),
      geometry: {
        type: "Polygon",
        coordinates: feature.getGeometry().getCoordinates().map((ring) => ring.map((corner) => corner.slice(0, 2).map((v) => round(v)))),
      },
    })),
  };
}

export function readPlan(text) {
  if (!text.trim()) return [];
  const plan = JSON.parse(text);
  return (plan.features ?? [])
    .filter((feature) => feature.geometry?.type === "Polygon")
    .map((feature) => newFeature(feature.geometry.coordinates[0].slice(0, -1), feature.properties));
}
