// F1 opens the page's part of the manual beside it, and the browser's own help stays away.

const NOTE_MS = 20000;
let manualNote = null;

function noteBlocked({ address, blocked }) {
  manualNote?.remove();
  const close = () => note.remove();
  const note = besideLink(address, "kiosk-manual-blocked", close, blocked);
  note.style = "position:fixed;z-index:9999;top:8px;left:50%;transform:translateX(-50%);padding:10px 16px;"
    + "border-radius:8px;background:#7a4f00;color:#fff;font:600 16px system-ui,sans-serif";
  document.body.append(note);
  manualNote = note;
  setTimeout(close, NOTE_MS);
}

/** Listen to F1; end it by the function that is returned. */
function keepManualKey(manual) {
  const press = (event) => {
    if (event.key !== "F1" || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!event.repeat && !openBeside(manual.address)) noteBlocked(manual);
  };
  const { dataset } = document.documentElement; // says that it listens, and what it opens
  window.addEventListener("keydown", press, { capture: true });
  dataset.manual = manual.address;
  return () => {
    window.removeEventListener("keydown", press, { capture: true });
    if (dataset.manual === manual.address) delete dataset.manual;
  };
}
