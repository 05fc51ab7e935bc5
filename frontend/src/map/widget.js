// One map on one element. See frontend/README.md for its attributes.
import Map from "ol/Map.js";
import View from "ol/View.js";
import VectorLayer from "ol/layer/Vector.js";
import ScaleLine from "ol/control/ScaleLine.js";
import { createEmpty, extend, getCenter, isEmpty } from "ol/extent.js";
import { defaults as defaultInteractions, DragPan, MouseWheelZoom } from "ol/interaction.js";
import { projectionOf } from "./crs.js";
import { ORDER, VERDICTS } from "./kinds.js";
import { ParcelSelection } from "./selection.js";
import { FeatureLoader } from "./source.js";
import { nameOf, styleOf } from "./styles.js";
import { addTools, showLegend } from "./tools.js";

const STATES = {
  loading: "Die Karte wird geladen …",
  ready: "",
  empty: "In diesem Ausschnitt liegt nichts, was die Karte zeigen kann.",
  too_wide: "Der Ausschnitt ist zu groß. Bitte vergrößern Sie die Karte.",
  failed: "Die Karte konnte nicht geladen werden. Alle Angaben stehen auch im Text auf dieser Seite.",
};
const FIT_FIRST = ["site", "plan", "finding", "parcel"];

export class MapWidget {
  constructor(element) {
    this.element = element;
    const { data } = { data: element.dataset };
    this.mode = data.mode || "show";
    this.hidden = new Set();
    this.part = (name) => element.querySelector(`[data-map-${name}]`);
    this.viewport = this.part("view");
    this.loader = new FeatureLoader({
      url: data.src,
      projection: projectionOf(data.crs),
      windowed: data.window === "true",
      onState: (state) => this.say(state),
    });
    this.bounds = data.bounds?.split(",").map(Number);
    this.layers = this.buildLayers();
    this.map = this.buildMap(projectionOf(data.crs));
    this.selection =
      this.mode === "select" &&
      new ParcelSelection({
        field: document.getElementById(data.field),
        list: this.part("selection"),
        onChange: (parcels) => {
          this.redraw();
          this.tell("map:select", { parcels });
        },
      });
    addTools({ tools: this.part("tools"), map: this.map, fit: () => this.fit(), frame: this.part("frame") });
    this.part("retry")?.addEventListener("click", () => this.reload());
    this.listen();
    this.start();
  }

  buildLayers() {
    const visible = (feature) => !this.hidden.has(feature.get("kind"));
    const shapes = new VectorLayer({
      source: this.loader.source,
      declutter: false,
      updateWhileInteracting: true,
      style: (feature, resolution) =>
        visible(feature)
          ? styleOf(feature, {
              resolution,
              selected: this.selection && this.selection.has(feature.get("parcel_id")),
              shown: this.shownCheck !== undefined && this.shownCheck === feature.get("check"),
            })
          : null,
    });
    const names = new VectorLayer({
      source: this.loader.source,
      declutter: true,
      zIndex: 1,
      style: (feature, resolution) => (visible(feature) ? nameOf(feature, resolution) : null),
    });
    return [shapes, names];
  }

  buildMap(projection) {
    this.viewport.tabIndex = 0;
    const hasFocus = () => this.viewport.contains(document.activeElement) || Boolean(document.fullscreenElement);
    return new Map({
      target: this.viewport,
      keyboardEventTarget: this.viewport,
      layers: this.layers,
      controls: [new ScaleLine({ units: "metric", minWidth: 80 })],
      // The page keeps scrolling under the map until somebody has put the focus into it; one finger scrolls, two move.
      interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false, dragPan: false, mouseWheelZoom: false }).extend([
        new DragPan({
          condition(event) {
            const touch = event.originalEvent.pointerType === "touch";
            return !touch || this.getPointerCount() === 2 || Boolean(document.fullscreenElement);
          },
        }),
        new MouseWheelZoom({ condition: (event) => hasFocus() || event.originalEvent.ctrlKey }),
      ]),
      view: new View({ projection, center: [550000, 5800000], resolution: 1, minResolution: 0.01, maxResolution: 20, enableRotation: false }),
    });
  }

  async start() {
    if (this.bounds?.length === 4) this.map.getView().fit(this.bounds, { padding: [24, 24, 24, 24] });
    const extent = this.loader.windowed ? this.map.getView().calculateExtent(this.map.getSize()) : null;
    if (await this.loader.load(extent)) this.loaded(true);
    this.tell("map:ready", {});
    if (this.loader.windowed) {
      this.map.on("moveend", async () => {
        if (await this.loader.load(this.map.getView().calculateExtent(this.map.getSize()))) this.loaded(false);
      });
    }
  }

  async reload() {
    this.loader.forget();
    if (await this.loader.load(this.map.getView().calculateExtent(this.map.getSize()))) this.loaded(true);
  }

  loaded(first) {
    const features = this.loader.source.getFeatures();
    showLegend({
      legend: this.part("legend"),
      kinds: new Set(features.map((feature) => feature.get("kind")).filter((kind) => ORDER.includes(kind))),
      hidden: this.hidden,
      redraw: () => this.redraw(),
    });
    if (this.selection) {
      this.selection.name(new globalThis.Map(features.filter((f) => f.get("parcel_id")).map((f) => [f.get("parcel_id"), f.get("label")])));
    }
    if (first && !this.loader.windowed) this.fit();
  }

  listen() {
    this.map.on("singleclick", (event) => this.pick(event.pixel));
    this.viewport.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.pick(this.map.getSize().map((side) => side / 2));
    });
    this.map.on("pointermove", (event) => {
      if (event.dragging) return;
      this.viewport.style.cursor = this.at(event.pixel, this.pickable()) ? "pointer" : "";
    });
    for (const link of document.querySelectorAll("[data-map-show]")) {
      link.addEventListener("click", () => this.show(link.dataset.mapShow));
    }
  }

  pickable() {
    return this.mode === "select" ? ["parcel"] : ["finding"];
  }

  at(pixel, kinds) {
    return this.map.forEachFeatureAtPixel(pixel, (feature) => (kinds.includes(feature.get("kind")) ? feature : undefined), {
      layerFilter: (layer) => layer === this.layers[0],
      hitTolerance: 4,
    });
  }

  pick(pixel) {
    const feature = this.at(pixel, this.pickable());
    if (!feature) return;
    if (this.selection) {
      const id = feature.get("parcel_id");
      const chosen = this.selection.toggle(id);
      this.announce(`Flurstück ${feature.get("label") ?? id} ${chosen ? "gewählt" : "abgewählt"}. Gewählt: ${this.selection.ids.length}.`);
      return;
    }
    const text = document.querySelector(`[data-map-finding="${CSS.escape(feature.get("check"))}"]`);
    text?.scrollIntoView({ block: "nearest" });
    const verdict = VERDICTS[feature.get("verdict")]?.label ?? "";
    this.announce([text?.querySelector("h3, h4")?.textContent, verdict, feature.get("label")].filter(Boolean).join(", "));
  }

  show(check) {
    this.shownCheck = check;
    this.redraw();
    this.fit(this.loader.source.getFeatures().filter((feature) => feature.get("check") === check));
    this.element.scrollIntoView({ block: "nearest" });
  }

  fit(features) {
    const all = this.loader.source.getFeatures();
    const wanted = [this.element.dataset.fit, ...FIT_FIRST].filter(Boolean);
    const chosen = this.selection?.ids?.length ? all.filter((feature) => this.selection.has(feature.get("parcel_id"))) : [];
    const first = wanted.map((kind) => all.filter((feature) => feature.get("kind") === kind)).find((found) => found.length);
    const shown = features?.length ? features : chosen.length ? chosen : (first ?? all);
    const extent = shown.reduce((box, feature) => extend(box, feature.getGeometry().getExtent()), createEmpty());
    if (isEmpty(extent) || !extent.every(Number.isFinite)) {
      if (!shown.length && this.bounds) this.map.getView().fit(this.bounds);
      return;
    }
    this.map.getView().fit(extent, { padding: [48, 48, 56, 48], minResolution: features ? 0.015 : 0.05 });
    if (!isFinite(getCenter(extent)[0])) throw new Error("Features without finite coordinates");
  }

  redraw() {
    for (const layer of this.layers) layer.changed();
  }

  say(state) {
    this.element.dataset.state = state;
    const status = this.part("status");
    if (status) status.textContent = STATES[state];
    const retry = this.part("retry");
    if (retry) retry.hidden = state !== "failed";
  }

  announce(text) {
    const live = this.part("live");
    if (live) live.textContent = text;
  }

  tell(name, detail) {
    this.element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}
