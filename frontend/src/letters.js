// Letterhead and texts of letters: a preview that follows the form, fields at a click, and the way to a mistake.
// Without this script, the preview opens in a window of its own, and fields are typed.
const PAUSE_MS = 1500;

class LetterPreview {
  constructor(element) {
    this.form = document.getElementById(element.dataset.letterPreview);
    this.status = element.querySelector("[data-letter-status]");
    this.viewer = element.querySelector("[data-plan-viewer]").viewer;
    this.form.addEventListener("input", () => this.later());
    this.form.querySelector("[data-letter-show]").addEventListener("click", (event) => {
      event.preventDefault();
      this.show();
      element.scrollIntoView({ block: "nearest" });
    });
  }

  later() {
    clearTimeout(this.timer);
    this.say("Die Vorschau folgt Ihren Eingaben …");
    this.timer = setTimeout(() => this.show(), PAUSE_MS);
  }

  async show() {
    clearTimeout(this.timer);
    this.request?.abort();
    const request = (this.request = new AbortController());
    this.say("Die Vorschau wird erstellt …");
    try {
      const answer = await fetch(this.form.dataset.letterUrl, {
        method: "POST",
        body: new FormData(this.form),
        headers: { Accept: "application/pdf, application/json" },
        signal: request.signal,
      });
      if (answer.headers.get("Content-Type")?.startsWith("application/pdf")) {
        const data = await answer.arrayBuffer();
        if (request !== this.request) return;
        await this.viewer.open({ data });
        this.say("Gezeigt werden Ihre Eingaben. Sie sind noch nicht gespeichert.");
      } else if (answer.status === 422) {
        const problem = await answer.json();
        this.say(`Noch keine Vorschau: ${problem.message}`);
      } else {
        this.say("Die Vorschau lässt sich gerade nicht erstellen. Ihre Eingaben sind noch da.");
      }
    } catch (error) {
      if (error.name !== "AbortError") this.say("Der Server ist nicht erreichbar. Ihre Eingaben sind noch da.");
    }
  }

  say(text) {
    this.status.textContent = text;
  }
}

function offerFields(form) {
  const areas = [...form.querySelectorAll("textarea")];
  let last = areas[0];
  for (const area of areas) area.addEventListener("focus", () => (last = area));
  for (const chips of form.querySelectorAll("[data-letter-chips]")) chips.hidden = false;
  for (const help of form.querySelectorAll("[data-letter-help]")) help.open = false;
  for (const button of form.querySelectorAll("[data-letter-insert]")) {
    button.addEventListener("click", () => {
      const name = button.dataset.letterInsert;
      const text = "optional" in button.dataset ? `{% if ${name} %}{{ ${name} }}{% endif %}` : `{{ ${name} }}`;
      last.setRangeText(text, last.selectionStart, last.selectionEnd, "end");
      last.dispatchEvent(new Event("input", { bubbles: true }));
      last.focus();
    });
  }
}

function leadToMistakes() {
  for (const link of document.querySelectorAll("[data-letter-goto]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const area = document.getElementById(link.hash.slice(1));
      const lines = area.value.split("\n");
      const before = lines.slice(0, Number(link.dataset.line) - 1).join("\n").length;
      const at = before + (Number(link.dataset.line) > 1 ? 1 : 0) + Number(link.dataset.column) - 1;
      area.focus();
      area.setSelectionRange(at, at + 1);
    });
  }
}

for (const form of document.querySelectorAll("[data-letter-form]")) offerFields(form);
for (const element of document.querySelectorAll("[data-letter-preview]")) new LetterPreview(element);
leadToMistakes();
