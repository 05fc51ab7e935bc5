// The chosen parcels. The form field is the truth: who types a number there sees it on the map, and the other way round.
export class ParcelSelection {
  constructor({ field, list, onChange }) {
    this.field = field;
    this.list = list;
    this.onChange = onChange;
    this.ids = this.read();
    field?.addEventListener("input", () => {
      this.ids = this.read();
      this.changed();
    });
    this.show();
  }

  read() {
    return this.field ? [...new Set(this.field.value.split(/[\s,;]+/).filter(Boolean))] : (this.ids ?? []);
  }

  has(id) {
    return this.ids.includes(id);
  }

  toggle(id) {
    this.ids = this.has(id) ? this.ids.filter((other) => other !== id) : [...this.ids, id];
    if (this.field) {
      this.field.value = this.ids.join("\n");
      this.field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.changed();
    return this.has(id);
  }

  changed() {
    this.show();
    this.onChange(this.ids);
  }

  name(labels) {
    this.labels = labels;
    this.show();
  }

  show() {
    if (!this.list) return;
    this.list.replaceChildren(
      ...this.ids.map((id) => {
        const item = document.createElement("li");
        const text = document.createElement("span");
        const label = this.labels?.get(id);
        text.textContent = label ? `${label} (${id})` : id;
        const remove = document.createElement("button");
        remove.type = "button";
        remove.textContent = "Entfernen";
        remove.setAttribute("aria-label", `Flurstück ${label ?? id} entfernen`);
        remove.addEventListener("click", () => {
          this.toggle(id);
          (this.list.querySelector("button") ?? this.list).focus();
        });
        item.append(text, remove);
        return item;
      }),
    );
    this.list.toggleAttribute("hidden", !this.ids.length);
  }
}
