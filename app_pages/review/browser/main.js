// The auditor's desk: events out, pictures in, the keys.

const HIDE_MS = 10000;
const LEAVE_MS = 300;
const TOAST_MS = 6000;
const SCROLLS = [".rows", ".case .whole", ".evidence", ".why"];
const PAGE_CSS = `
[data-stale="true"] { opacity: 1 !important; transition: none !important; }
[data-testid="stHeader"], [data-testid="stToolbar"], [data-testid="stStatusWidget"] { display: none !important; }`;

function giveFile(file) {
  const bytes = Uint8Array.from(atob(file.data), (char) => char.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: file.type }));
  el("a", { href: address, download: file.name }).click();
  setTimeout(() => URL.revokeObjectURL(address), TOAST_MS);
}

function openCaseDesk(parent) {
  const life = openLife();
  const style = el("style", {}, PAGE_CSS);
  document.head.append(style);
  const root = el("div", { class: "review" });
  const toast = el("div", { class: "toast", role: "status", hidden: true });
  parent.append(root, toast);
  let said = 0;
  let given = null;
  let hiding = 0;
  let toasting = 0;
  const desk = { data: null, push: () => {} };
  const acts = openActs(life, (act) => desk.push(act));
  const undo = openUndo(life, root, () => send("refresh"));

  function send(act, more = {}) {
    const { case: open, undo: decided } = desk.data;
    acts.add({
      act, case: open?.number ?? null, proposal: open?.proposal ?? null,
      flags: open?.flags ?? null, undo: decided ?? null, ...more,
    });
  }

  /** Lock or sign out. The page is taken away before it could hear that it is over, so it asks. */
  function leave(act) {
    send(act);
    setInterval(() => fetch("/kiosk/alive", { cache: "no-store" }).then(
      (reply) => { if (reply.status === 401) location.reload(); }, () => {}), LEAVE_MS);
  }

  const beside = () => desk.data.search ?? desk.data.sample;

  /** The keys of the tabs beside the cases. */
  function look(letter) {
    const { search, sample } = desk.data;
    if (letter === "F") return search ? root.querySelector(".box input").focus() : send("tab", { value: "search" });
    if (letter === "I") return search?.more && send("find_more");
    const rows = beside()?.rows ?? [];
    const next = rows[rows.findIndex((row) => row.on) + (letter === "J" ? 1 : -1)];
    if ("JK".includes(letter)) return next && send("visit", { value: next.visit, tab: sample ? "sample" : "search" });
    const found = sample?.visit?.buttons?.find((b) => b.key === letter);
    return found && send(found.act, { visit: sample.visit.number });
  }

  function move(by) {
    const rows = desk.data.queue?.rows ?? [];
    const at = rows.findIndex((row) => row.on);
    const next = rows[at < 0 ? 0 : at + by];
    if (next) send("select", { value: next.number });
  }

  function press(event) {
    if (event.key === "Escape" && desk.data.menu) {
      send(desk.data.menu.acts?.cancel ?? "cancel");
      return draw(desk.data = { ...desk.data, menu: null }); // the next key need not wait for the server
    }
    if (!event.altKey || event.ctrlKey || event.metaKey || event.getModifierState("AltGraph")) return;
    const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
    if (!letter) return;
    const found = desk.data.case?.buttons.find((b) => b.key === letter);
    const tab = beside() ? "FIJKYW" : "F";
    const ours = found || tab.includes(letter) || "NJKHQG".includes(letter) || (letter === "U" && desk.data.undo);
    if (!ours) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (letter === "Q") return leave("lock");
    if (letter === "U" && !event.repeat) return send("undo");
    if (event.repeat || desk.data.menu) return;
    if (letter === "G") return send("trouble");
    if (tab.includes(letter)) return look(letter);
    if (letter === "N") send("next");
    else if (letter === "J") move(1);
    else if (letter === "K") move(-1);
    else if (letter === "H") desk.data.case?.show && send("show");
    else send(found.act);
  }

  // What was typed into the open form, for when it is drawn again: a refused one is to be mended.
  function typed() {
    const form = root.querySelector("form.menu");
    if (!form) return null;
    const at = root.querySelector(".menu :focus")?.name;
    const button = [...form.querySelectorAll("button")].findIndex((one) => one.matches(":focus"));
    return { title: form.querySelector("h2").textContent, fields: new FormData(form), at, button };
  }

  function retype(before, answered) {
    const form = root.querySelector("form.menu");
    const same = before && form?.querySelector("h2").textContent === before.title;
    for (const input of same ? form.querySelectorAll("input, select, textarea") : []) {
      if ((answered && input.type === "password") || !before.fields.has(input.name)) continue;
      if (input.type === "radio") input.checked = input.value === before.fields.get(input.name);
      else input.value = before.fields.get(input.name);
    }
    const buttons = form?.querySelectorAll("button") ?? [];
    if (same && before.button >= 0) return buttons[before.button]?.focus();
    const first = form?.querySelector("input, select, textarea") ?? buttons[0];
    const at = same && before.at ? form.elements[before.at] : null;
    (at instanceof RadioNodeList ? [...at].find((one) => one.checked) ?? at[0] : at ?? first)?.focus();
  }

  function draw(data, answered = true) {
    const before = typed();
    const shown = root.querySelector(".case")?.dataset.number;
    const scrolled = SCROLLS.map((part) => root.querySelector(part)?.scrollTop ?? 0);
    const box = root.querySelector(".box :focus")?.name;
    const opened = root.querySelector(".box");
    const keep = keepBox(root);
    root.replaceChildren(...[
      data.demo ? el("div", { class: "demo" }, data.demo) : "",
      drawStrip(data.strip, send, leave, data.lang, Boolean(data.queue)),
      data.search || data.sample
        ? el("div", { class: "panes beside" }, data.search ? drawSearch(data.search, send) : drawSample(data.sample, send))
      : data.stats
        ? el("div", { class: "panes wide" }, drawStats(data.stats))
        : el("div", { class: "panes" }, drawQueue(data.queue, data.strip.counts, send),
            data.case ? drawCase(data.case, send) : el("section", { class: "case panel quiet" }, data.choose)),
      data.undo ? undo.draw(data.undo, send) : "",
      data.menu ? drawMenu(data.menu, send) : "",
    ].filter(Boolean));
    const same = root.querySelector(".case")?.dataset.number === shown;
    SCROLLS.forEach((part, at) => {
      const found = root.querySelector(part);
      if (found && (same || part === ".rows")) found.scrollTop = scrolled[at];
    });
    retype(before, answered);
    keep();
    if (data.search && !data.menu) root.querySelector(`.box [name="${box ?? (opened ? "" : "text")}"]`)?.focus();
  }

  function tell({ toast: told, download }) {
    if (told.text && told.id !== said) {
      said = told.id;
      toast.textContent = told.text;
      toast.className = told.bad ? "toast bad" : "toast";
      toast.hidden = false;
      clearTimeout(toasting);
      toasting = setTimeout(() => { toast.hidden = true; }, TOAST_MS);
    }
    if (download && download.id !== given && acts.asked(download.id)) {
      given = download.id;
      giveFile(download);
    }
  }

  life.listen(window, "keydown", press, { capture: true });
  return {
    show(data, setTriggerValue) {
      desk.push = (event) => setTriggerValue("event", event);
      const same = JSON.stringify(data) === JSON.stringify(desk.data);
      const answered = JSON.stringify(data.ack) !== JSON.stringify(desk.data?.ack);
      desk.data = data;
      clearTimeout(hiding);
      if (desk.data.case?.shown) hiding = setTimeout(() => send("hide"), HIDE_MS);
      acts.acknowledge(data.ack);
      undo.begin(desk.data);
      if (!same) draw(desk.data, answered);
      tell(desk.data);
    },
    close() {
      life.end();
      clearTimeout(hiding);
      style.remove();
      root.remove();
      toast.remove();
    },
  };
}

const desks = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!desks.has(parentElement)) desks.set(parentElement, openCaseDesk(parentElement));
  desks.get(parentElement).show(data, setTriggerValue);
  // Streamlit also cleans up after a call that a newer one overtook: only a removed desk closes.
  return () => setTimeout(() => {
    if (parentElement.isConnected) return;
    desks.get(parentElement)?.close();
    desks.delete(parentElement);
  });
}
