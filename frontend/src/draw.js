// Drawing a site plan; loaded by pages that draw, instead of map.js.
import { DrawWidget } from "./draw/widget.js";

for (const element of document.querySelectorAll("[data-map][data-mode='draw']")) {
  element.drawing = new DrawWidget(element);
}
