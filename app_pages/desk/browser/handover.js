// What F3 gives to the hospital system (HIS): a line to paste there, and the visit in a window of its own.

const HIS_WINDOW = "his"; // one window for all patients: it is used again
const BY_HAND_MS = 60000;

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Plain http and some kiosk browsers have only the old way.
    const area = el("textarea", { style: "position:fixed;opacity:0" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function openHandover(desk) {
  const part = el("section", { class: "by-hand", role: "dialog", hidden: true });
  desk.view.root.append(part);
  let last = null; // what was handed over, never twice
  let whose = null; // whose line waits for a hand
  let timer = 0;

  const shown = () => presentedOf(desk.view.answer()?.id);

  function drop() {
    clearTimeout(timer);
    whose = null;
    part.hidden = true;
    part.replaceChildren();
  }

  /** The browser lets the page do nothing by itself: one key or one click of the officer does it. */
  function ask(title, node) {
    whose = shown();
    part.append(el("p", {}, desk.text(title)), node);
    part.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(drop, BY_HAND_MS);
    node.focus();
    node.select?.();
  }

  function askToCopy(text) {
    const copied = () => setTimeout(() => {
      drop();
      desk.say("copied_by_hand", "ok");
      desk.box.focus();
    });
    const area = el("textarea", { readonly: true, rows: "2", "aria-label": desk.text("copy_failed"), on: { copy: copied } });
    area.value = text;
    ask("copy_failed", area);
    desk.say("copy_refused", "wait"); // what was said before, that it is copied, is not true
  }

  function askToOpen(address) {
    const open = () => {
      drop();
      toWindow(address);
      desk.box.focus();
    };
    ask("his_blocked", el("button", { type: "button", class: "key", on: { click: open } }, desk.text("his_open")));
    desk.say("his_refused", "wait");
  }

  /** The page keeps its hold on the window, so that the next patient comes into the same one. */
  function toWindow(address) {
    const his = window.open(address, HIS_WINDOW);
    his?.focus();
    return his !== null;
  }

  async function openVisit(visit) {
    const id = shown();
    const { status, address } = await desk.server.post("/kiosk/mo-his", "text/plain", visit);
    if (status !== 200) desk.say("his_failed", "no");
    else if (shown() === id && !toWindow(address)) askToOpen(address);
  }

  async function hand({ text, visit }) {
    drop();
    if (!(await copyText(text))) askToCopy(text);
    if (visit) await openVisit(visit);
    if (part.hidden && !desk.field()) desk.box.focus();
  }

  return {
    /** Hand over what Python says, once; what waits for a hand goes with its patient. */
    show(copy) {
      if (whose !== null && whose !== shown()) drop();
      if (!copy || copy.id === last) return;
      last = copy.id;
      hand(copy);
    },
    /** Take away what waits for a hand; false where nothing does. */
    dismiss() {
      const waited = whose !== null;
      drop();
      return waited;
    },
    close: drop,
  };
}
