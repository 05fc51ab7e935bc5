// Checking a PDF against the register: the checksum is computed here, the file goes nowhere.
// A library of its own, since browsers offer theirs only to pages that came over https or from this machine.
import { sha256 } from "@noble/hashes/sha2.js";

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// SHA-256 of the whole file, and of its first `size` bytes where it is longer.
const digests = async (file, size) => {
  const whole = sha256.create();
  let done = 0;
  let beginning = null;
  const reader = file.stream().getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const rest = size - done;
    if (rest > 0 && rest < part.value.length) {
      whole.update(part.value.subarray(0, rest));
      beginning = hex(whole.clone().digest());
      whole.update(part.value.subarray(rest));
    } else {
      whole.update(part.value);
      if (rest === part.value.length) beginning = hex(whole.clone().digest());
    }
    done += part.value.length;
  }
  return { whole: hex(whole.digest()), beginning: done > size ? beginning : null };
};

const say = (result, tone, text) => {
  result.className = tone ? `ba-note ba-note--${tone}` : "";
  result.textContent = text;
};

const compare = async (box, file) => {
  const result = box.querySelector("[data-verify-result]");
  const { verifyHash: expected, verifySize: size } = box.dataset;
  const found = await digests(file, Number(size));
  if (found.whole === expected) {
    say(result, "success", `${file.name} ist unverändert: Die Prüfsummen stimmen überein.`);
  } else if (found.beginning === expected) {
    say(
      result,
      "warning",
      `${file.name} enthält die ausgefertigte Datei unverändert, am Ende wurde aber etwas angefügt. ` +
        "Verlassen Sie sich nur auf die ausgefertigte Fassung, oder fragen Sie die Behörde.",
    );
  } else {
    say(result, "danger", `${file.name} ist nicht die ausgefertigte Datei: Die Prüfsummen unterscheiden sich.`);
  }
};

const fillIn = async (box, file) => {
  const result = box.querySelector("[data-verify-result]");
  const field = document.querySelector("[data-verify-field]");
  field.value = (await digests(file, 0)).whole;
  say(result, "info", `Die Prüfsumme von ${file.name} ist berechnet und eingetragen. Wählen Sie jetzt „Prüfsumme prüfen“.`);
  document.querySelector("[data-verify-send]").focus();
};

const box = document.querySelector("[data-verify-file]");
if (box) {
  const act = box.dataset.verifyHash ? compare : fillIn;
  const take = async (file) => {
    if (!file) return;
    const result = box.querySelector("[data-verify-result]");
    say(result, "", `${file.name} wird gelesen …`);
    try {
      await act(box, file);
    } catch {
      say(result, "danger", `${file.name} lässt sich nicht lesen. Bitte wählen Sie die Datei noch einmal.`);
    }
  };
  box.querySelector("input").addEventListener("change", (event) => take(event.target.files[0]));
  // Beside the box, too: else the browser would leave the page and open the file.
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
  box.hidden = false;
}
