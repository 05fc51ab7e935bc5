// Maps that show and select. Drawing has an entry of its own, so that nobody loads what a page does not use.
import { MapWidget } from "./map/widget.js";

for (const element of document.querySelectorAll("[data-map]:not([data-mode='draw'])")) {
  element.widget = new MapWidget(element);
}
