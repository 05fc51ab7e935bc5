// A form is sent once, and a question is asked where a template wants one: <form data-confirm="Wirklich …?">.
const SENT = "baSent";

export function guardForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (form.dataset[SENT]) {
      event.preventDefault();
      return;
    }
    if (question && !window.confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if ((event.submitter?.formTarget || form.target) === "_blank") return;
    form.dataset[SENT] = "true";
    form.setAttribute("aria-busy", "true");
  });
  // Back from the browser's cache: the form may be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-ba-sent]")) {
      delete form.dataset[SENT];
      form.removeAttribute("aria-busy");
    }
  });
}
