// The desk: its rooms, and what Streamlit hands in at each run.

const HIDE_NUMBER_MS = 10000;
const CLEAR_AGAIN_MS = 10000;
// Streamlit fades what a slow run has not redrawn yet, and binds a header over the page.
const PAGE_CSS = `
[data-stale="true"] { opacity: 1 !important; transition: none !important; }
[data-testid="stHeader"], [data-testid="stToolbar"], [data-testid="stStatusWidget"] { display: none !important; }`;

/** What must leave the screen by itself: the whole number, and the answer. */
function openSecrets(desk) {
  let shown = null;
  let hidden = null;
  let numberTimer = 0;
  let answer = null;
  let tone = null;
  let answerTimer = 0;

  function hideNumber(id) {
    hidden = id;
    desk.view.showCard();
    desk.push("hide_number", { id });
  }

  function clear(id) {
    // What is being chosen or written belongs to this answer: it may stay until that is done.
    if (desk.menus.current() || desk.today.open() || desk.keys.waits() || desk.scans.waiting()) {
      answerTimer = setTimeout(clear, CLEAR_AGAIN_MS, id);
      return;
    }
    desk.view.clear(id);
    desk.push("clear", { id });
  }

  function watchNumber(data) {
    const id = data?.number_full ? data.id : null;
    if (id === shown) return;
    clearTimeout(numberTimer);
    shown = id;
    hidden = null;
    if (id) numberTimer = setTimeout(hideNumber, HIDE_NUMBER_MS, id);
  }

  function watchAnswer(data) {
    const id = data?.id ?? null;
    if (!id) desk.view.clear(null); // it may be called back
    if (id === answer) return;
    const changed = isRevised(answer, id) && tone === data.tone; // the portal's word alone is no sound
    clearTimeout(answerTimer);
    [answer, tone] = [id, data?.tone];
    if (!id) return;
    if (!changed) desk.sound.play(data.tone);
    if (data.clear_after_s) answerTimer = setTimeout(clear, data.clear_after_s * 1000, id);
  }

  return {
    full: (data) => (data.id === hidden ? null : data.number_full),
    watch(data) {
      watchNumber(data);
      watchAnswer(data);
    },
    close() {
      clearTimeout(numberTimer);
      clearTimeout(answerTimer);
    },
  };
}

/** Close Streamlit's own messages (lost connection): they trap the focus, and a scan would be lost. */
function keepClear(desk) {
  const clear = () => {
    for (const box of document.querySelectorAll(".stDialog")) {
      if (box.querySelector('[data-testid="stVerticalBlock"]')) continue;
      box.querySelector('[aria-label="Close"]')?.click();
      setTimeout(() => desk.focused() ?? desk.box.focus());
    }
  };
  const watch = new MutationObserver(clear);
  watch.observe(document.body, { childList: true });
  return watch;
}

function openDesk(parent, data) {
  memory.own(data.mark);
  const life = openLife();
  const style = el("style", {}, PAGE_CSS);
  document.head.append(style);
  let lastToast = null;

  const desk = {
    data,
    life,
    mark: data.mark,
    send: () => {},
    text: (name) => desk.data.texts?.[name] ?? name,
    say: (name, tone) => desk.view.toast(desk.text(name), tone),
    push: (kind, fields) => desk.scans.push(kind, fields),
    scan(source, payloads, edited = false) {
      desk.server.sign();
      desk.today.hide();
      desk.push("scan", { source, payloads, text_edited: edited, look: desk.looking.take() });
      desk.pending.scanned(source, payloads);
    },
    press(key, answer = desk.view.answer()?.id ?? null) {
      if (key === "F3") desk.handover.forget();
      if (desk.today.refuses(key) || desk.pending.refuses(key)) return;
      const field = desk.menus.current()?.field ? { value: desk.menus.written() } : {};
      desk.push("key", { key, answer, ...field });
      desk.menus.opened(key);
      if (key === "F10") desk.today.sent();
    },
    focused: () => parent.activeElement,
    field: () => (parent.activeElement?.matches("input[type=text]") ? parent.activeElement : null),
    choose,
    lockAway,
  };
  desk.today = openToday(desk);
  desk.view = openView(desk, parent);
  desk.menus = openMenus(desk, desk.view.root);
  desk.secrets = openSecrets(desk);
  desk.sound = openSound(life);
  desk.server = openServer(desk);
  desk.looking = openLooking(desk);
  desk.box = openBox(desk, desk.view.input);
  desk.scans = openScans(desk);
  desk.keys = openKeys(desk);
  desk.slip = openSlip(desk);
  desk.sheet = openSheet(desk);
  desk.handover = openHandover(desk);
  desk.pending = openPending(desk);
  openElsewhere(desk);
  desk.portal = openPortal(desk);
  openCopay(desk);
  desk.camera = openCamera(desk, desk.view.video);
  openServerCamera(desk, desk.view.still);
  openPicture(desk, desk.view.chooser);
  keepFocus(desk);
  const clearing = keepClear(desk);

  /** Alt and a digit, or a click on an answer: the menu's where one is open, else the question's. */
  function choose(index) {
    if (desk.menus.digit(index) || desk.today.chooses(index)) return;
    const answer = desk.view.answer();
    if (index && desk.box.repair(index)) return;
    const asked = askedOf(answer);
    if (index && index <= (asked?.choices.length ?? 0) && !desk.pending.refuses("F2")) {
      const { value } = asked; // names the question, where another one may have taken its place
      desk.push("choice", { of: "note", id: answer.id, index, ...(value && { value }) });
      desk.menus.follows(asked.opens?.[index - 1]);
    }
  }

  function tell({ toast }) {
    if (toast && toast.id !== lastToast) desk.view.toast(toast.text, toast.tone);
    lastToast = toast?.id ?? lastToast;
  }

  function close() {
    life.end();
    clearing.disconnect();
    desk.camera.close();
    desk.keys.close();
    desk.pending.close();
    desk.looking.close();
    desk.today.close();
    desk.sound.close();
    desk.slip.close();
    desk.handover.close();
    desk.secrets.close();
    desk.view.close();
    style.remove();
  }

  /** Nobody is there and no server that would lock: the page does; what is unsent stays kept. */
  function lockAway() {
    desk.box.keep();
    close();
    parent.append(el("div", { class: "desk away", role: "alert" },
      el("h1", {}, desk.text("away_locked")), el("p", {}, desk.text("away_locked_more"))));
    const ask = () => fetch("/kiosk/alive", { cache: "no-store", signal: AbortSignal.timeout(2500) })
      .then(() => location.reload(), () => {});
    setInterval(ask, ALIVE_MS);
  }

  /** Another session began under this page: nothing of the first may reach it. */
  function beginAnew(mark) {
    close();
    memory.own(mark);
    location.reload();
  }

  return {
    show(given, setTriggerValue) {
      if (life.over) return;
      if (given.mark !== desk.mark) {
        beginAnew(given.mark);
        return;
      }
      desk.data = given;
      desk.send = (event) => setTriggerValue("event", event);
      desk.server.refresh();
      desk.scans.acknowledge(given.ack);
      desk.menus.settle();
      desk.secrets.watch(given.answer);
      desk.looking.watch();
      desk.pending.check();
      desk.view.show();
      desk.portal.follow();
      desk.box.retype(given.retype);
      tell(given);
      desk.slip.show(given.slip);
      desk.sheet.show(given.sheet);
      desk.handover.show(given);
      if (given.leave) desk.server.leave(given.leave);
    },
    close,
  };
}

/** Leave the caret in the box whenever nothing else needs it; a phone's keyboard stays down. */
function keepFocus(desk) {
  if (matchMedia("(pointer: coarse)").matches) return;
  const home = () => {
    const selecting = !getSelection().isCollapsed;
    if (!desk.focused() && !selecting) desk.box.focus();
  };
  desk.life.listen(window, "focus", home);
  desk.life.listen(window, "pointerup", () => setTimeout(home));
  home();
}

const desks = new WeakMap();

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  if (!desks.has(parentElement)) desks.set(parentElement, openDesk(parentElement, data));
  desks.get(parentElement).show(data, setTriggerValue);
  // Streamlit also cleans up after a call that a newer one overtook: only a removed desk closes.
  return () => setTimeout(() => {
    if (parentElement.isConnected) return;
    desks.get(parentElement)?.close();
    desks.delete(parentElement);
  });
}
