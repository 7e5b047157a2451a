// A scanner types into whatever has the focus: on a page that takes no cards it presses no button.

const SCAN_GAP_MS = 50; // no hand is as quick for so many characters
const SCAN_LEAST = 8;
const SCAN_NOTE_MS = 8000;
const SCAN_FIELD = "input:not([type=checkbox], [type=radio], [type=button]), textarea, [contenteditable=true]";

function noteScan(text) {
  const id = "kiosk-scan-away";
  const note = document.getElementById(id) ?? el("div", { id, role: "alert" });
  note.style = "position:fixed;z-index:9999;top:8px;left:50%;transform:translateX(-50%);padding:10px 16px;"
    + "border-radius:8px;background:#7a4f00;color:#fff;font:600 16px system-ui,sans-serif";
  if (!note.isConnected) {
    note.textContent = text;
    document.body.append(note);
  }
  clearTimeout(noteScan.ends);
  noteScan.ends = setTimeout(() => note.remove(), SCAN_NOTE_MS);
}

function inField() {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return Boolean(node?.matches?.(SCAN_FIELD));
}

/** Swallow what a scanner types outside of a field, and say so; end it by the function that is returned. */
function keepScansAway(text) {
  let count = 0;
  let last = -Infinity;
  const swallow = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const down = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing || event.repeat || inField()) {
      count = 0;
      return;
    }
    if (event.timeStamp - last > SCAN_GAP_MS) count = 0;
    last = event.timeStamp;
    if (event.key.length === 1) count += 1;
    if (count < SCAN_LEAST) return;
    swallow(event);
    noteScan(text);
  };
  const up = (event) => {
    if (event.key === " " && count >= SCAN_LEAST) swallow(event); // it is this that presses a button
  };
  window.addEventListener("keydown", down, { capture: true });
  window.addEventListener("keyup", up, { capture: true });
  return () => {
    window.removeEventListener("keydown", down, { capture: true });
    window.removeEventListener("keyup", up, { capture: true });
  };
}
