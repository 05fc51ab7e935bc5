// Buttons and legend. Every movement of the map has a button of its own: nobody has to drag (WCAG 2.5.7).
import { KINDS, ORDER } from "./kinds.js";

const ICONS = {
  in: "M10 4v12M4 10h12",
  out: "M4 10h12",
  fit: "M3 8V3h5M12 3h5v5M17 12v5h-5M8 17H3v-5",
  left: "M12 4l-6 6 6 6",
  right: "M8 4l6 6-6 6",
  up: "M4 12l6-6 6 6",
  down: "M4 8l6 6 6-6",
  full: "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4M7.500 7.500h5v5h-5z",
};

export function button(icon, text, action) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "ba-map__button";
  element.setAttribute("aria-label", text);
  element.title = text;
  element.innerHTML = `<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${ICONS[icon]}"/></svg>`;
  element.addEventListener("click", action);
  return element;
}

const calm = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200);

export function addTools({ tools, map, fit, frame }) {
  const view = map.getView();
  const zoom = (by) => view.animate({ zoom: view.getZoom() + by, duration: calm() });
  const pan = (x, y) => {
    const [width, height] = map.getSize();
    const [east, north] = view.getCenter();
    const step = view.getResolution() * 0.35;
    view.animate({ center: [east + x * width * step, north + y * height * step], duration: calm() });
  };
  const group = (name, ...buttons) => {
    const element = document.createElement("div");
    element.role = "group";
    element.setAttribute("aria-label", name);
    element.append(...buttons);
    return element;
  };
  tools.append(
    group("Maßstab", button("in", "Vergrößern", () => zoom(0.75)), button("out", "Verkleinern", () => zoom(-0.75)), button("fit", "Auf das Grundstück zoomen", fit)),
    group(
      "Ausschnitt verschieben",
      button("left", "Nach Westen", () => pan(-1, 0)),
      button("up", "Nach Norden", () => pan(0, 1)),
      button("down", "Nach Süden", () => pan(0, -1)),
      button("right", "Nach Osten", () => pan(1, 0)),
    ),
  );
  if (frame.requestFullscreen) {
    tools.append(
      group("Größe", button("full", "Ganzer Bildschirm an oder aus", () => (document.fullscreenElement ? document.exitFullscreen() : frame.requestFullscreen()))),
    );
  }
}

export function showLegend({ legend, kinds, hidden, redraw }) {
  if (!legend) return;
  const list = legend.querySelector("ul");
  list.replaceChildren(
    ...ORDER.filter((kind) => kinds.has(kind)).map((kind) => {
      const item = document.createElement("li");
      const label = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = !hidden.has(kind);
      box.addEventListener("change", () => {
        if (box.checked) hidden.delete(kind);
        else hidden.add(kind);
        redraw();
      });
      const sample = document.createElement("span");
      sample.className = `ba-map__sample ba-map__sample--${KINDS[kind].sample}`;
      sample.ariaHidden = "true";
      label.append(box, sample, KINDS[kind].label);
      item.append(label);
      return item;
    }),
  );
  legend.hidden = !kinds.size;
}
