// Who waits at this desk, always in sight, and the list of a day that F10 opens over the answer.

const FIND_MS = 250;
const COMING_MS = 5000; // F10 was pressed and its list is not here yet
const OVER_ANSWER = new Set(["F2", "F3", "Shift+F3", "F6", "F7", "Shift+F7", "F8", "Shift+F9"]);
const COLUMNS = ["list_head_time", "list_head_name", "list_head_number", "list_head_verdict", "list_head_rate", "list_head_state"];

function openToday(desk) {
  const part = {
    head: el("div", { class: "list-head" }),
    totals: el("p", { class: "totals" }),
    label: el("span"),
    search: el("input", { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false" }),
    // It scrolls, so a keyboard must reach it; a click leaves the focus in the search.
    rows: el("div", { class: "list-rows", role: "group", tabindex: "0", on: { mousedown: (event) => event.preventDefault() } }),
    foot: el("div", { class: "list-foot" }),
  };
  const list = el("section", { class: "today", role: "dialog" }, part.head, part.totals,
    el("label", { class: "field" }, part.label, part.search), part.rows, part.foot);
  const waiting = el("section", { class: "waiting" });
  const queued = el("p", { class: "queued" });
  list.hidden = true;

  let drawn = "";
  let drawnWaiting = "";
  let at = 0;
  let page = "";
  let wasOpen = false;
  let hidden = false; // a scan took its place, or Escape; the server knows it soon
  let coming = -Infinity; // when F10 was pressed
  let wanted = false; // Enter came before F10 was on its way
  let opening = null; // a row was asked for and is not on the screen yet
  let timer = 0;

  const data = () => desk.data.today ?? null;
  const open = () => Boolean(data()) && !hidden;
  const row = () => data()?.rows[at] ?? null;
  const act = (id, value = "", index = 0) => desk.push("today", { id, value, index });
  const key = (name) => el("kbd", {}, name);

  // ---- who waits, in the left column

  function drawWaitingRow(one) {
    return el("li", {}, button("", () => openRow({ ...one, waits: true }), el("span", {}, one.time),
      el("i", { class: `dot ${one.tone}` }), el("span", { class: "seen" }, one.who), el("span", { class: "quiet" }, one.right)));
  }

  function showWaiting() {
    const shown = desk.data.waiting;
    const now = JSON.stringify([shown, desk.data.lang]);
    if (now === drawnWaiting) return;
    drawnWaiting = now;
    waiting.hidden = !shown;
    waiting.classList.toggle("some", Boolean(shown?.count));
    if (!shown) return;
    waiting.replaceChildren(
      el("h2", {}, shown.title,
        shown.verify && button("to-verify", () => desk.press("F10"), shown.verify), button("plain", () => desk.press("F10"), key("F10"), ` ${desk.text("list_key")}`)),
      el("ul", {}, shown.rows.map(drawWaitingRow)),
      ...[shown.more, shown.call].filter(Boolean).map((text) => el("p", { class: "quiet" }, text)), queued);
  }

  // ---- the list

  function drawHead(shown) {
    part.head.replaceChildren(el("h2", {}, shown.title), el("b", {}, shown.where),
      button("choice", () => act("desks"), shown.other),
      button("choice", () => act("before"), `‹ ${desk.text("list_before")}`),
      ...(shown.later ? [button("choice", () => act("after"), `${desk.text("list_after")} ›`)] : []),
      button("choice close", close, key("F10"), desk.text("list_close")));
    part.totals.replaceChildren(...shown.totals.map(({ tone, text }) =>
      el("span", {}, tone && el("i", { class: `dot ${tone}` }), text)));
    setText(part.label, desk.text("list_search"));
  }

  function drawRow(one, index) {
    const line = el("tr", { class: [index === at && "at", one.struck && "struck", one.waits && "waits", one.verify && "verify"].filter(Boolean).join(" ") },
      el("td", {}, one.time), el("td", { class: "seen" }, drawRowNumber(one), one.name),
      el("td", { class: "digits" }, one.number),
      el("td", {}, el("i", { class: `dot ${one.tone}` }), one.verdict), el("td", {}, one.answer),
      el("td", {}, one.state, one.desk && el("small", {}, ` · ${one.desk}`)));
    line.addEventListener("click", () => (index === at ? openRow(one) : move(index)));
    return line;
  }

  function drawRows(shown) {
    const heads = COLUMNS.map((name) => el("th", { scope: "col" }, desk.text(name)));
    part.rows.replaceChildren(shown.rows.length
      ? el("table", {}, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, shown.rows.map(drawRow)))
      : el("p", { class: "quiet" }, desk.text("list_none")));
    part.rows.querySelector("tr.at")?.scrollIntoView({ block: "nearest" });
  }

  /** What can be done with the row that is marked, by key and by mouse. */
  function drawFoot(shown) {
    const one = row();
    const does = (name, text, press) => button("choice", press, key(name), text);
    const aside = shown.aside.map(({ act: why, text }, place) => does(`Alt ${place + 1}`, text, () => act(why, one.id)));
    const acts = one ? [does("Enter", desk.text("list_open"), () => openRow(one)), ...(one.waits ? aside : []),
      ...(one.undoable ? [does("F4", desk.text("list_undo"), () => act("undo", one.id))] : [])] : [];
    const pages = desk.text("list_page").replace("{page}", shown.page).replace("{pages}", shown.pages);
    const turn = (to, name) => button("choice", () => act("page", "", to), key(name));
    part.foot.replaceChildren(...acts, el("span", { class: "pages" }, `${shown.found} · ${pages}`),
      ...(shown.page > 1 ? [turn(shown.page - 1, "PageUp")] : []),
      ...(shown.page < shown.pages ? [turn(shown.page + 1, "PageDown")] : []));
  }

  function draw(shown) {
    const now = JSON.stringify([shown, at, desk.data.lang]);
    if (now === drawn) return;
    drawn = now;
    [list, part.rows].forEach((node) => node.setAttribute("aria-label", shown.title));
    drawHead(shown);
    drawRows(shown);
    drawFoot(shown);
  }

  function move(to) {
    at = to;
    draw(data());
  }

  /** One row up or down; past the end of a page comes the next one. */
  function step(by) {
    const { rows, page: now, pages } = data();
    if (at + by >= 0 && at + by < rows.length) move(at + by);
    else if (now + by >= 1 && now + by <= pages) act("page", "", now + by);
  }

  function find() {
    clearTimeout(timer);
    if (open() && part.search.value.trim() !== data().search.trim()) act("find", part.search.value);
  }

  /** Whoever waits is known by the name of their answer, so F2 may follow at once. */
  function openRow(one) {
    opening = { id: one.waits ? one.id : null };
    act("open", one.id);
  }

  function newest() {
    opening = { id: desk.data.waiting?.rows[0]?.id ?? null };
    act("newest");
  }

  function close() {
    hidden = true;
    show();
    act("close");
  }

  function begin() {
    at = 0;
    part.search.value = "";
    coming = -Infinity;
  }

  function show() {
    showWaiting();
    if (opening && !desk.scans?.waiting()) opening = null;
    const shown = data();
    if (!shown) hidden = false;
    if (open() && !wasOpen) begin();
    if (open()) {
      const now = JSON.stringify([shown.title, shown.where, shown.page, shown.search]);
      if (now !== page) at = 0;
      page = now;
      at = Math.max(0, Math.min(at, shown.rows.length - 1));
      draw(shown);
    }
    list.hidden = !open();
    const elsewhere = desk.menus.current() || desk.box?.text() || list.contains(desk.focused());
    if (open() && !elsewhere) part.search.focus({ preventScroll: true });
    else if (wasOpen && !open() && !desk.menus.current()) desk.box.focus();
    wasOpen = open();
  }

  desk.life.listen(part.search, "input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, FIND_MS);
  });

  function enter() {
    if (part.search.value.trim() !== data().search.trim()) find();
    else if (row()) openRow(row());
  }

  const KEYS = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    PageDown: () => data().page < data().pages && act("page", "", data().page + 1),
    PageUp: () => data().page > 1 && act("page", "", data().page - 1),
    Enter: enter,
  };

  return {
    list,
    waiting,
    show,
    open,
    /** Take the list away: somebody is scanned, and their answer must be seen. */
    hide() {
      hidden = Boolean(data());
      if (hidden) show();
    },
    /** What waits in this browser while the server is away belongs to those who wait. */
    tick() {
      const count = desk.server?.away() ? desk.scans?.scans() ?? 0 : 0;
      setText(queued, count ? desk.text("waiting_queued").replace("{n}", count) : "");
    },
    /** F10 was pressed: Enter may follow before its list is here. */
    pressed() {
      coming = open() ? -Infinity : performance.now();
      wanted = false;
    },
    /** F10 is on its way, and Enter behind it if it was pressed already. */
    sent() {
      if (wanted) newest();
      if (wanted) coming = -Infinity;
      wanted = false;
    },
    /** No F10: text of a scanner followed it. */
    forget() {
      coming = -Infinity;
      wanted = false;
    },
    /** Take a key of the list; Enter right behind F10 means whoever waits and came last. */
    takes(event, sent) {
      if (event.isComposing || desk.menus.current() || desk.menus.waits() || desk.box.text() || !Object.hasOwn(KEYS, event.key)) return false;
      if (open()) KEYS[event.key]();
      else if (event.key === "Enter" && performance.now() - coming < COMING_MS) {
        if (sent) newest();
        wanted = !sent;
        if (sent) coming = -Infinity;
      } else return false;
      event.preventDefault();
      return true;
    },
    /** Take a key that would act on the answer below, or one that acts on a row. */
    refuses(name) {
      if (opening && OVER_ANSWER.has(name)) {
        if (opening.id) desk.push("key", { key: name, answer: opening.id });
        else desk.say("pending_key", "wait");
        return true;
      }
      if (!open() || desk.menus.current()) return false;
      if (name === "F4" && row()) act("undo", row().id);
      else if (OVER_ANSWER.has(name)) desk.say("list_first", "wait");
      return name === "F4" || OVER_ANSWER.has(name);
    },
    /** Take Alt and a digit: why the row that waits waits no more. */
    chooses(index) {
      if (!open() || desk.menus.current()) return false;
      const why = row()?.waits && data().aside[index - 1];
      if (why) act(why.act, row().id);
      return true;
    },
    close: () => clearTimeout(timer),
  };
}
