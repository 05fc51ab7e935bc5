// Shows a PDF page by page. The link to the file stands beside it and works without this script.
import { getDocument, GlobalWorkerOptions } from "pdfjs-dist";

const STEPS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4, 6];
const MAX_PIXELS = 16_000_000;

class PlanViewer {
  constructor(element) {
    this.element = element;
    this.part = (name) => element.querySelector(`[data-plan="${name}"]`);
    this.canvas = this.part("canvas");
    this.page = 1;
    this.zoom = null; // null: as wide as the frame
    this.turn = 0;
    this.part("previous").addEventListener("click", () => this.go(this.page - 1));
    this.part("next").addEventListener("click", () => this.go(this.page + 1));
    this.part("number").addEventListener("change", (event) => this.go(Number(event.target.value)));
    this.part("in").addEventListener("click", () => this.scale(1));
    this.part("out").addEventListener("click", () => this.scale(-1));
    this.part("fit").addEventListener("click", () => {
      this.zoom = null;
      this.draw();
    });
    this.part("turn").addEventListener("click", () => {
      this.turn = (this.turn + 90) % 360;
      this.draw();
    });
    this.open({ url: element.dataset.src });
  }

  // source: { url } of a PDF on our server, or { data }, its bytes. A page that was looked at stays in view.
  async open(source) {
    const { worker, assets } = this.element.dataset;
    GlobalWorkerOptions.workerSrc = worker;
    const base = new URL(assets, document.baseURI).href;
    this.say("Der Plan wird geladen …");
    try {
      this.pdf = await getDocument({
        ...source,
        cMapUrl: `${base}cmaps/`,
        standardFontDataUrl: `${base}standard_fonts/`,
        iccUrl: `${base}iccs/`,
        wasmUrl: `${base}wasm/`,
        useWasm: false, // the site's security policy allows no compiled code
        enableXfa: false,
        isEvalSupported: false,
      }).promise;
      this.part("count").textContent = `von ${this.pdf.numPages}`;
      this.part("number").max = this.pdf.numPages;
      this.part("bar").hidden = false;
      this.part("frame").hidden = false;
      await this.go(this.page);
    } catch (error) {
      console.warn(error);
      this.part("frame").hidden = true;
      this.say(
        error?.name === "PasswordException"
          ? "Diese Datei ist mit einem Passwort geschützt und lässt sich hier nicht zeigen."
          : "Dieser Plan lässt sich hier nicht zeigen. Bitte laden Sie die Datei herunter.",
      );
    }
  }

  async go(number) {
    this.page = Math.min(Math.max(1, Math.round(number) || 1), this.pdf.numPages);
    await this.draw();
  }

  scale(direction) {
    const now = this.shown ?? 1;
    const next = direction > 0 ? STEPS.find((step) => step > now * 1.01) : STEPS.findLast((step) => step < now * 0.99);
    if (!next) return;
    this.zoom = next;
    this.draw();
  }

  async draw() {
    this.task?.cancel();
    const page = await this.pdf.getPage(this.page);
    const rotation = (page.rotate + this.turn) % 360;
    const natural = page.getViewport({ scale: 96 / 72, rotation });
    this.shown = this.zoom ?? Math.min(this.part("frame").clientWidth / natural.width, 4);
    const sharp = Math.min(devicePixelRatio || 1, Math.sqrt(MAX_PIXELS / (natural.width * natural.height)) / this.shown);
    const viewport = page.getViewport({ scale: (96 / 72) * this.shown * sharp, rotation });
    this.canvas.width = Math.floor(viewport.width);
    this.canvas.height = Math.floor(viewport.height);
    this.canvas.style.width = `${natural.width * this.shown}px`;
    this.task = page.render({ canvas: this.canvas, viewport });
    try {
      await this.task.promise;
    } catch (error) {
      if (error?.name === "RenderingCancelledException") return;
      throw error;
    }
    await this.update(page);
  }

  async update(page) {
    this.part("number").value = this.page;
    this.part("previous").disabled = this.page === 1;
    this.part("next").disabled = this.page === this.pdf.numPages;
    const { items } = await page.getTextContent();
    const text = items.map((item) => item.str + (item.hasEOL ? "\n" : "")).join("").trim();
    this.part("text").textContent = text || "Diese Seite enthält keinen Text, nur Bilder oder Zeichnungen.";
    this.say(`Seite ${this.page} von ${this.pdf.numPages}, ${Math.round(this.shown * 100)} Prozent`);
    this.element.dispatchEvent(new CustomEvent("plan:drawn", { bubbles: true, detail: { page: this.page } }));
  }

  say(text) {
    this.part("status").textContent = text;
  }
}

for (const element of document.querySelectorAll("[data-plan-viewer]")) element.viewer = new PlanViewer(element);
