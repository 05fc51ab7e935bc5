// The summary of errors gets the focus, and its links put the focus into the field.
export function focusErrorSummary(root = document) {
  const summary = root.querySelector("[data-error-summary]");
  if (!summary) return;
  if (!document.title.startsWith("Fehler: ")) document.title = `Fehler: ${document.title}`;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    const place = field.closest(".kern-form-input, .kern-form-check, fieldset") ?? field;
    place.scrollIntoView({ block: "start" });
    const target = field.matches("input, select, textarea, button") ? field : field.querySelector("input, select, textarea");
    (target ?? field).focus({ preventScroll: true });
  });
}
