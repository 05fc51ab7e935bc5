// Partial updates: say what changed, show that something is under way, and say so when the server cannot be reached.
import { focusErrorSummary } from "./errors.js";

export function announce(text) {
  const region = document.getElementById("ba-live");
  if (!region || !text) return;
  region.textContent = "";
  // A new text node in a later frame is what screen readers announce, also for the same sentence twice.
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}

export function announceUpdates() {
  const bar = document.querySelector(".ba-progressbar");
  document.body.addEventListener("htmx:beforeRequest", () => bar?.classList.add("htmx-request"));
  document.body.addEventListener("htmx:afterRequest", () => bar?.classList.remove("htmx-request"));
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    announce(target.querySelector("[data-announce]")?.dataset.announce ?? target.dataset.announce);
    focusErrorSummary(target);
  });
  const failed = () => announce("Das hat nicht geklappt. Bitte laden Sie die Seite neu und versuchen Sie es noch einmal.");
  document.body.addEventListener("htmx:sendError", failed);
  document.body.addEventListener("htmx:responseError", failed);
}
