// Comparing a PDF with the record: the checksum is computed here, the file goes nowhere.
const box = document.querySelector("[data-verify-file]");
const expected = document.querySelector("[data-verify-hash]")?.textContent.trim();

if (box && expected && crypto.subtle) {
  const result = box.querySelector("[data-verify-result]");
  const drop = box.querySelector("[data-verify-drop]");

  const compare = async (file) => {
    if (!file) return;
    result.className = "";
    result.textContent = `${file.name} wird geprüft …`;
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const found = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const same = found === expected;
    result.className = `ba-note ba-note--${same ? "success" : "danger"}`;
    result.textContent = same
      ? `${file.name} ist unverändert: Die Prüfsummen stimmen überein.`
      : `${file.name} ist nicht die ausgefertigte Datei: Die Prüfsummen unterscheiden sich.`;
  };

  box.querySelector("input").addEventListener("change", (event) => compare(event.target.files[0]));
  drop.addEventListener("dragover", (event) => event.preventDefault());
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    compare(event.dataTransfer.files[0]);
  });
  box.hidden = false;
}
