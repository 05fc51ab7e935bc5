// Features from our server: all at once, or window by window as the map is moved.
import GeoJSON from "ol/format/GeoJSON.js";
import VectorSource from "ol/source/Vector.js";
import { stackFindings } from "./findings.js";

const GRID = 250; // metres; windows snap to it, so that small moves ask for nothing new

export class FeatureLoader {
  constructor({ url, projection, windowed, onState }) {
    this.url = url;
    this.windowed = windowed;
    this.onState = onState;
    this.format = new GeoJSON({ dataProjection: projection, featureProjection: projection });
    this.source = new VectorSource({ wrapX: false });
    this.loaded = null;
    this.running = null;
  }

  async load(extent) {
    const box = this.windowed && extent ? snapped(extent) : null;
    if (this.loaded && (!box || contains(this.loaded, box))) return false;
    this.running?.abort();
    this.running = new AbortController();
    this.onState("loading");
    try {
      const address = new URL(this.url, document.baseURI);
      if (box) address.searchParams.set("bbox", box.join(","));
      const response = await fetch(address, {
        headers: { Accept: "application/geo+json, application/json" },
        signal: this.running.signal,
      });
      if (response.status === 400) {
        this.onState("too_wide");
        return false;
      }
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const features = this.format.readFeatures(await response.json());
      stackFindings(features);
      this.source.clear(true);
      this.source.addFeatures(features);
      this.loaded = box ?? [-Infinity, -Infinity, Infinity, Infinity];
      this.onState(features.length ? "ready" : "empty");
      return true;
    } catch (error) {
      if (error.name === "AbortError") return false;
      console.warn(error);
      this.onState("failed");
      return false;
    }
  }

  forget() {
    this.loaded = null;
  }
}

function snapped([minX, minY, maxX, maxY]) {
  const down = (value) => Math.floor((value - GRID / 2) / GRID) * GRID;
  const up = (value) => Math.ceil((value + GRID / 2) / GRID) * GRID;
  return [down(minX), down(minY), up(maxX), up(maxY)];
}

function contains(outer, inner) {
  return outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3];
}
