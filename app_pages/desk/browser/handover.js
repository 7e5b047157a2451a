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
  let whose = null; // who waits for a hand
  let answer = () => {};
  let timer = 0;
  let emptied = Promise.resolve(); // no older line is written over by it

  const shown = () => presentedOf(desk.view.answer()?.id);

  function drop(done = false) {
    clearTimeout(timer);
    whose = null;
    part.hidden = true;
    part.replaceChildren();
    answer(done);
    answer = () => {};
  }

  /** The browser lets the page not do it by itself: wait for one key of the officer; false for never. */
  function ask(title, said, node) {
    drop();
    whose = shown();
    part.setAttribute("aria-label", desk.text(title));
    part.append(el("p", {}, desk.text(title)), node);
    part.hidden = false;
    timer = setTimeout(drop, BY_HAND_MS);
    node.focus();
    node.select?.();
    desk.say(said, "wait"); // that it was done is not true
    return new Promise((resolve) => { answer = resolve; });
  }

  async function askToCopy(text, told) {
    const copied = () => setTimeout(drop, 0, true);
    const area = el("textarea", { readonly: true, rows: "1", "aria-label": desk.text("copy_failed"), on: { copy: copied } });
    area.value = text;
    const done = await ask("copy_failed", "copy_refused", area);
    if (done && told) desk.view.toast(told.text, told.tone);
    return done;
  }

  async function askToOpen(address) {
    const open = () => drop(toWindow(address));
    await ask("his_blocked", "his_refused", el("button", { type: "button", class: "key", on: { click: open } }, desk.text("his_open")));
  }

  /** The next patient comes into the same window. */
  function toWindow(address) {
    const his = window.open(address, HIS_WINDOW);
    his?.focus();
    return his !== null;
  }

  async function openVisit(visit) {
    const id = shown();
    const { status, address } = await desk.server.post("/kiosk/mo-his", "text/plain", visit);
    if (status !== 200) desk.say("his_failed", "no");
    else if (desk.pending.why() || shown() !== id) desk.say("his_later", "wait"); // the rest of a scan would go there
    else if (!toWindow(address)) await askToOpen(address);
  }

  async function hand({ text, visit }, told) {
    drop();
    const id = shown();
    await emptied;
    const copied = (await copyText(text)) || (await askToCopy(text, told));
    if (copied && visit && shown() === id) await openVisit(visit);
    if (whose === null && !desk.field()) desk.box.focus();
  }

  return {
    /** Hand over what Python says, once; what waits for a hand goes with its patient. */
    show({ copy, toast }) {
      if (whose !== null && whose !== shown()) drop();
      if (!copy || copy.id === last) return;
      last = copy.id;
      hand(copy, toast);
    },
    /** Copying begins: until it is done, or where it fails, nobody pastes the patient before. */
    forget() {
      const at = desk.focused();
      emptied = copyText(desk.text("copy_nobody"));
      if (!desk.focused()) (at ?? desk.box).focus(); // the old way of copying takes it
    },
    /** Take away what waits for a hand; false where nothing does. */
    dismiss() {
      const waited = whose !== null;
      drop();
      return waited;
    },
    close: () => drop(),
  };
}
