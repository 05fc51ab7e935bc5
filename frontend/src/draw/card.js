// One building as a form: what it is, how high, where and how large. Everything that drawing can do goes here as well.
import { ROLES } from "../map/kinds.js";
import { measuresOf, rectangle } from "./geometry.js";
import { formatArea, formatNumber, parseNumber } from "./numbers.js";
import { areaOf, formatHeights, formatParts, geometryOf, isPlain, parseHeights, parseParts, partsOf, wallsOf } from "./outline.js";
import { dimensioned, reshaped, restate, retake } from "./plan-file.js";

const DRAWN_ROLES = ["main_building", "garage", "ancillary_building", "parking", "driveway", "terrace", "underground", "existing_building", "to_be_demolished", "balcony", "bay_window", "roof_overhang", "entrance_canopy"];
const MEASURES = [
  ["east", "Ecke: Ostwert", "m", 3],
  ["north", "Ecke: Nordwert", "m", 3],
  ["sideA", "Seite a", "m", 3],
  ["sideB", "Seite b", "m", 3],
  ["angle", "Richtung von Seite a gegen Osten", "°", 2],
];
let counter = 0;

export class BuildingCard {
  constructor({ template, feature, onChange, onRemove, onShow }) {
    this.feature = feature;
    this.onChange = onChange;
    this.element = template.content.firstElementChild.cloneNode(true);
    counter += 1;
    this.number = counter;
    for (const node of this.element.querySelectorAll("[id]")) node.id = `${node.id}-${counter}`;
    for (const name of ["for", "aria-describedby", "aria-labelledby"]) {
      for (const node of this.element.querySelectorAll(`[${name}]`)) node.setAttribute(name, `${node.getAttribute(name)}-${counter}`);
    }
    this.part = (name) => this.element.querySelector(`[data-card="${name}"]`);
    this.fillRoles();
    this.buildMeasures();
    this.listen({ onRemove, onShow });
    this.show();
  }

  fillRoles() {
    const role = this.part("role");
    role.replaceChildren(...DRAWN_ROLES.map((id) => new Option(ROLES[id], id)));
    role.value = this.feature.get("role");
    this.part("storeys").value = formatNumber(this.feature.get("storeys"), 0);
  }

  buildMeasures() {
    this.fields = {};
    this.part("measures").replaceChildren(
      ...MEASURES.map(([name, label, unit]) => {
        const box = document.createElement("div");
        box.className = "kern-form-input";
        const id = `measure-${name}-${this.number}`;
        box.innerHTML = `<label class="kern-label" for="${id}"></label><input class="kern-form-input__input" id="${id}" inputmode="decimal" autocomplete="off">`;
        box.firstElementChild.textContent = `${label} (${unit})`;
        this.fields[name] = box.lastElementChild;
        this.fields[name].addEventListener("change", () => this.takeMeasures());
        return box;
      }),
    );
  }

  listen({ onRemove, onShow }) {
    this.part("role").addEventListener("change", (event) => this.set("role", event.target.value));
    this.part("height").addEventListener("change", (event) => this.takeHeights(event.target));
    this.part("storeys").addEventListener("change", (event) => this.takeStoreys(event.target));
    this.part("corners").addEventListener("change", (event) => this.takeCorners(event.target.value));
    this.part("remove").addEventListener("click", onRemove);
    this.part("show").addEventListener("click", onShow);
    this.feature.on("change", () => this.show());
    this.feature.on("change:wall_height_m", () => this.showHeights());
  }

  set(name, value) {
    this.feature.set(name, value);
    restate(this.feature, name);
    this.title();
    this.onChange();
  }

  takeHeights(input) {
    try {
      const heights = parseHeights(input.value, wallsOf(partsOf(this.feature.getGeometry())));
      this.error("");
      this.set("wall_height_m", heights);
    } catch (error) {
      this.error(error.message, input);
    }
  }

  takeStoreys(input) {
    const value = input.value.trim() === "" ? null : parseNumber(input.value);
    if (input.value.trim() !== "" && (value === null || value <= 0 || value > 200)) {
      this.error("Die Zahl der Geschosse muss eine Zahl über 0 sein, zum Beispiel 2.", input);
      return;
    }
    this.error("");
    this.set("storeys", value);
  }

  takeMeasures() {
    const values = Object.fromEntries(MEASURES.map(([name]) => [name, parseNumber(this.fields[name].value)]));
    const wrong = MEASURES.find(([name]) => values[name] === null || (name.startsWith("side") && values[name] <= 0));
    if (wrong) {
      this.error(`„${wrong[1]}“ muss eine Zahl${wrong[0].startsWith("side") ? " über 0" : ""} sein.`, this.fields[wrong[0]]);
      return;
    }
    this.take([[rectangle(values)]]);
  }

  takeCorners(text) {
    try {
      this.take(parseParts(text));
    } catch (error) {
      this.error(error.message, this.part("corners"));
    }
  }

  take(parts) {
    const geometry = this.feature.getGeometry();
    const before = partsOf(geometry);
    retake(this.feature, dimensioned());
    this.feature.setGeometry(geometryOf(parts, geometry.getType()));
    this.tellMissing(reshaped(this.feature, before));
    this.onChange();
  }

  // Walls that came with a new outline are as high as somebody says.
  tellMissing(count) {
    const walls = count === 1 ? "Für eine Wand fehlt" : `Für ${count} Wände fehlt`;
    this.error(count ? `${walls} jetzt die Wandhöhe. Bitte ersetzen Sie „?“ durch die Höhe.` : "", count ? this.part("height") : undefined);
  }

  error(text, input) {
    for (const field of this.element.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    this.part("error").hidden = !text;
    this.part("error-text").textContent = text;
    input?.setAttribute("aria-invalid", "true");
  }

  title() {
    this.part("title").textContent = `${ROLES[this.feature.get("role")]}, ${formatArea(areaOf(partsOf(this.feature.getGeometry())))}`;
  }

  show() {
    const parts = partsOf(this.feature.getGeometry());
    const measures = isPlain(parts) ? measuresOf(parts[0][0]) : null;
    this.part("measures").hidden = !measures;
    this.part("no-rectangle").hidden = Boolean(measures);
    for (const [name, , , digits] of MEASURES) this.fields[name].value = measures ? formatNumber(measures[name], digits) : "";
    this.part("corners").value = formatParts(parts);
    this.part("sections").hidden = isPlain(parts);
    this.title();
    this.showHeights();
  }

  showHeights() {
    const heights = this.feature.get("wall_height_m");
    this.part("height").value = formatHeights(heights);
    this.part("height-hint").hidden = !Array.isArray(heights);
    this.part("height").inputMode = Array.isArray(heights) ? "text" : "decimal";
  }
}
