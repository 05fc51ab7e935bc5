// Draws buildings onto the map of a site, in step with a form that can do the same without the map.
import Draw from "ol/interaction/Draw.js";
import Modify from "ol/interaction/Modify.js";
import Snap from "ol/interaction/Snap.js";
import Collection from "ol/Collection.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorSource from "ol/source/Vector.js";
import LineString from "ol/geom/LineString.js";
import MultiPolygon from "ol/geom/MultiPolygon.js";
import Polygon from "ol/geom/Polygon.js";
import { Fill, Stroke, Style, Text } from "ol/style.js";
import { getCenter } from "ol/extent.js";
import { MapWidget } from "../map/widget.js";
import { styleOf } from "../map/styles.js";
import { BuildingCard } from "./card.js";
import { crossesItself, length, rectangle, rectangleFromPoints } from "./geometry.js";
import { partsOf } from "./outline.js";
import { digitised, dimensioned, newFeature, readPlan, reshaped, retake, writePlan } from "./plan-file.js";

export class DrawWidget {
  constructor(element) {
    this.root = element.closest("[data-draw]");
    this.crs = element.dataset.crs || "EPSG:25832";
    this.field = document.getElementById(element.dataset.field);
    this.template = this.root.querySelector("template");
    this.cards = this.root.querySelector("[data-draw-cards]");
    this.list = new Map();
    this.source = new VectorSource({ wrapX: false });
    this.widget = new MapWidget(element);
    this.map = this.widget.map;
    this.map.addLayer(new VectorLayer({ source: this.source, zIndex: 2, style: (feature, resolution) => this.style(feature, resolution) }));
    this.addInteractions();
    const { features, kept } = readPlan(this.field.value);
    this.kept = kept;
    for (const feature of features) this.add(feature, { quiet: true });
    this.root.addEventListener("click", (event) => this.command(event.target.closest("[data-draw-command]")));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.draw) this.stop("Zeichnen abgebrochen.");
    });
    this.count();
  }

  addInteractions() {
    this.editable = new Collection();
    const modify = new Modify({ features: this.editable, pixelTolerance: 12 });
    modify.on("modifystart", () => {
      this.before = new Map(this.editable.getArray().map((feature) => [feature, stateOf(feature)]));
    });
    modify.on("modifyend", () => {
      for (const [feature, { revision, parts }] of this.before) {
        if (feature.getGeometry().getRevision() === revision) continue;
        retake(feature, this.byHand());
        this.list.get(feature).tellMissing(reshaped(feature, parts));
      }
      this.changed();
    });
    this.map.addInteraction(modify);
    this.snaps = [new Snap({ source: this.widget.loader.source, pixelTolerance: 8 }), new Snap({ source: this.source, pixelTolerance: 8 })];
    for (const snap of this.snaps) this.map.addInteraction(snap);
  }

  command(button) {
    if (!button) return;
    const { drawCommand } = button.dataset;
    if (drawCommand === "numbers") this.addByNumbers();
    else if (this.draw && this.shape === drawCommand) this.stop("Zeichnen abgebrochen.");
    else this.start(drawCommand);
  }

  start(shape) {
    this.stop("");
    this.shape = shape;
    const three = shape === "rectangle";
    this.draw = new Draw({
      type: "Polygon",
      stopClick: true,
      ...(three ? { maxPoints: 3, minPoints: 3, geometryFunction: rectangleGeometry } : {}),
      style: (feature, resolution) => [sketchStyle, ...edgeLabels(feature.getGeometry(), resolution)],
    });
    this.draw.on("drawend", ({ feature }) => this.drawn(feature));
    // Snapping has to come after drawing to have the first word on where the pointer is.
    for (const snap of this.snaps) this.map.removeInteraction(snap);
    this.map.addInteraction(this.draw);
    for (const snap of this.snaps) this.map.addInteraction(snap);
    this.press();
    this.say(
      three
        ? "Klicken Sie auf zwei Ecken einer Seite, dann auf die gegenüberliegende Seite. Escape bricht ab."
        : "Klicken Sie auf die Ecken. Ein Klick auf die erste Ecke schließt den Umriss. Escape bricht ab.",
    );
  }

  stop(text) {
    if (this.draw) this.map.removeInteraction(this.draw);
    this.draw = null;
    this.shape = null;
    this.press();
    this.say(text);
  }

  drawn(sketch) {
    const ring = sketch.getGeometry().getCoordinates()[0].slice(0, -1);
    // The click that ends a drawing is still on its way through the map.
    setTimeout(() => {
      if (crossesItself(ring)) {
        this.stop("Der Umriss kreuzt sich selbst und wurde nicht übernommen.");
        return;
      }
      this.stop("");
      this.add(newFeature([[ring]], { role: this.nextRole(), ...this.byHand() }), { focus: true });
    });
  }

  byHand() {
    return digitised(this.map.getView().getResolution());
  }

  addByNumbers() {
    this.stop("");
    const [east, north] = this.centre();
    const ring = rectangle({ east: Math.round(east) - 5, north: Math.round(north) - 4, sideA: 10, sideB: 8, angle: 0 });
    this.add(newFeature([[ring]], { role: this.nextRole(), ...dimensioned() }), { focus: true, open: true });
  }

  centre() {
    const site = this.widget.loader.source.getFeatures().filter((feature) => feature.get("kind") === "site");
    return site.length ? getCenter(site[0].getGeometry().getExtent()) : this.map.getView().getCenter();
  }

  nextRole() {
    return [...this.list.keys()].some((feature) => feature.get("role") === "main_building") ? "garage" : "main_building";
  }

  add(feature, { focus = false, open = false, quiet = false } = {}) {
    const card = new BuildingCard({
      template: this.template,
      feature,
      onChange: () => this.changed(),
      onRemove: () => this.remove(feature),
      onShow: () => {
        this.widget.fit([feature]);
        this.widget.element.scrollIntoView({ block: "nearest" });
      },
    });
    this.list.set(feature, card);
    this.source.addFeature(feature);
    this.editable.push(feature);
    this.cards.append(card.element);
    if (open) card.element.querySelector("details").open = true;
    if (!quiet) this.changed();
    if (focus) card.part("role").focus();
  }

  remove(feature) {
    this.list.get(feature).element.remove();
    this.list.delete(feature);
    this.source.removeFeature(feature);
    this.editable.remove(feature);
    this.changed();
    this.say("Entfernt.");
    this.root.querySelector("[data-draw-command]").focus();
  }

  changed() {
    const plan = writePlan([...this.list.keys()], this.crs, this.kept);
    this.field.value = plan.features.length ? JSON.stringify(plan) : "";
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
    this.widget.tell("map:drawn", { geojson: plan });
    this.count();
    this.source.changed();
  }

  count() {
    this.root.querySelector("[data-draw-empty]").hidden = this.list.size > 0;
  }

  press() {
    for (const button of this.root.querySelectorAll("[data-draw-command][aria-pressed]")) {
      button.setAttribute("aria-pressed", String(Boolean(this.draw) && button.dataset.drawCommand === this.shape));
    }
  }

  say(text) {
    this.root.querySelector("[data-draw-help]").textContent = text;
  }

  style(feature, resolution) {
    return [...styleOf(feature, { resolution }), ...edgeLabels(feature.getGeometry(), resolution)];
  }
}

const stateOf = (feature) => ({ revision: feature.getGeometry().getRevision(), parts: partsOf(feature.getGeometry()) });

const sketchStyle = new Style({
  fill: new Fill({ color: "rgba(26, 61, 165, 0.12)" }),
  stroke: new Stroke({ color: "#1a3da5", width: 2, lineDash: [6, 4] }),
});

function rectangleGeometry(coordinates, geometry) {
  const ring = coordinates[0].slice(0, 3);
  const corners = ring.length < 3 ? ring : rectangleFromPoints(...ring);
  const closed = [[...corners, corners[0]]];
  if (geometry) geometry.setCoordinates(closed);
  return geometry ?? new Polygon(closed);
}

// The length of each side, while it is long enough on the screen to carry a figure.
function edgeLabels(geometry, resolution) {
  const polygons = geometry instanceof Polygon ? [geometry] : geometry instanceof MultiPolygon ? geometry.getPolygons() : [];
  const sides = polygons.flatMap((polygon) => polygon.getCoordinates()).flatMap((ring) => ring.slice(1).map((corner, i) => [ring[i], corner]));
  return sides.flatMap(([from, corner]) => {
    const metres = length(from, corner);
    if (metres / resolution < 46) return [];
    const text = `${metres.toLocaleString("de-DE", { minimumFractionDigits: 2, maximumFractionDigits: 2 })} m`;
    return [
      new Style({
        geometry: new LineString([from, corner]),
        text: new Text({
          text,
          placement: "line",
          font: '600 12.5px "Fira Sans", sans-serif',
          fill: new Fill({ color: "#1a3da5" }),
          stroke: new Stroke({ color: "rgba(255, 255, 255, 0.95)", width: 4 }),
          textBaseline: "bottom",
        }),
        zIndex: 95,
      }),
    ];
  });
}

