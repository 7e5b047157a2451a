// One box: places and codes as somebody types, a person once Enter was pressed.

const AGAIN_MS = 400;
const AWAY_MS = 2000;
const REACH_MS = 6000;
// As the server has it: so many digits in a row are somebody's number or birth date, never a code.
const OF_A_PERSON = /\d(?:[\s.\-_/]*\d){7}/;
const NAME = /\p{L}{2,}\P{L}+\p{L}|\p{L}{3,}/u;

const said = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Plain http and some kiosk browsers have only the old way.
    const area = el("textarea", { style: "position:fixed;opacity:0" });
    const focused = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    focused?.focus();
    return done;
  }
}

function openFinder(parent) {
  const life = openLife();
  let view = null;
  let asking = false; // one question at a time; what is typed meanwhile is asked next
  let entering = false; // Enter was pressed before the answer to what stands in the box
  let again = 0;
  let looks = 0; // the newest look at persons: an older answer is nobody's
  let clearing = 0;
  let ends = 0;
  const label = el("label", { for: "finder-box" });
  const box = el("input", { id: "finder-box", type: "text", autocomplete: "off", spellcheck: "false", maxlength: "400", "aria-describedby": "finder-keys" });
  const keys = el("p", { class: "keys", id: "finder-keys" });
  const ask = el("button", { type: "button", class: "ask", hidden: true, on: { click: () => lookFor() } });
  const line = el("div", { class: "said", role: "status", "aria-live": "polite" });
  const people = el("section", { class: "people", hidden: true });
  const rows = el("ul");
  const found = el("div", {}, rows);
  const root = el("div", { class: "finder" }, label, box, keys, ask, line, people, found);
  parent.append(root);

  function tell(lines, bad = false) {
    line.className = bad ? "said bad" : "said";
    line.replaceChildren(...[lines].flat().filter(Boolean).map((text) => el("p", {}, text)));
  }

  function headers() {
    return { "x-kiosk-token": view.token, "x-kiosk-lang": view.lang, "content-type": "text/plain;charset=utf-8" };
  }

  /** What was typed goes in the body alone: it may be a number of somebody. */
  async function post(path, body) {
    try {
      const signal = AbortSignal.timeout(REACH_MS);
      const reply = await fetch(path, { method: "POST", cache: "no-store", headers: headers(), body, signal });
      const answer = await reply.json().catch(() => ({}));
      if (life.over) return null;
      return { status: reply.status, answer };
    } catch {
      return { status: 0, answer: {} };
    }
  }

  const typed = () => box.value;
  const isNumber = () => OF_A_PERSON.test(typed());
  const isWritten = () => isNumber() || typed().includes("|");
  const isSomebody = () => isWritten() || NAME.test(typed());

  function changed() {
    forget();
    entering = false;
    clearTimeout(again);
    ask.hidden = !(view.may_look && isSomebody());
    if (isWritten()) begin(); // it stands in the box, looked up or not
    found.classList.add("stale"); // of what stood in the box before, until it is answered
    if (isNumber() || !typed().trim()) {
      rows.replaceChildren();
      found.classList.remove("stale");
      return tell(isNumber() ? view.texts[view.may_look ? "enter" : "number_barred"] : "");
    }
    if (!asking) find();
  }

  async function find() {
    const text = typed();
    asking = true;
    const got = await post("/kiosk/tra-cuu", text);
    asking = false;
    if (life.over || !got) return;
    if (isNumber() || !typed().trim()) return; // told already; what came is of nobody's interest now
    if (typed() !== text) return find();
    if (got.status === 200) return draw(got.answer);
    if (got.status === 401) return location.reload();
    const lost = got.status === 0;
    tell(lost ? view.texts.away : got.status === 429 ? view.texts.busy : got.answer.error ?? view.texts.away, true);
    if (lost || got.status === 429 || got.status === 503) again = setTimeout(() => { if (!asking) find(); }, lost ? AWAY_MS : AGAIN_MS);
  }

  function draw(answer) {
    found.classList.remove("stale");
    rows.replaceChildren(...answer.rows.map(drawRow));
    const name = !answer.rows.length && view.may_look && isSomebody();
    tell(name ? [view.texts.enter_name, answer.said] : answer.said);
    if (entering) entered();
  }

  function drawRow(row) {
    const name = said(view.texts.copy, { code: row.code });
    return el("li", { class: row.off ? "off" : "" },
      el("span", { class: "kind" }, row.kind),
      el("div", { class: "what" }, el("b", {}, row.code), row.name,
        row.off ? el("p", { class: "off" }, row.off) : "",
        row.about.length ? el("p", { class: "about" }, row.about.join(" · ")) : ""),
      el("button", { type: "button", class: "copy", on: { click: () => copy(row.code) } }, name));
  }

  /** A person's number is called by its name: the line below the box outlives whom it was of. */
  async function copy(text, code = text) {
    const done = await copied(text);
    tell(said(done ? view.texts.copied : view.texts.not_copied, { code }), !done);
  }

  async function lookFor() {
    const text = typed().trim();
    if (!text) return;
    if (!view.may_look) return tell(view.texts[isNumber() ? "number_barred" : "person_barred"], true);
    forget();
    const mine = ++looks;
    begin(); // whether or not anybody is found
    tell(view.texts.searching);
    const got = await post("/kiosk/tra-cuu/nguoi", text);
    if (life.over || !got || mine !== looks) return;
    if (got.status === 401) return location.reload();
    if (got.status !== 200) return tell(got.status === 429 ? view.texts.busy : got.answer.error ?? view.texts.away, true);
    tell(got.answer.said);
    if (!got.answer.people.length) return;
    rows.replaceChildren(); // a person does not stand among codes
    const left = el("span");
    people.replaceChildren(...got.answer.people.map((one) => drawPerson(one, text, mine)),
      el("div", { class: "foot" }, el("span", {}, view.texts.no_check), left));
    people.hidden = false;
    begin(left);
  }

  /** Nobody stands there longer than so, in the box or below it, whoever left the screen. */
  function begin(left = null) {
    clearInterval(clearing);
    ends = Date.now() + view.shown_ms;
    const tick = () => {
      const seconds = Math.ceil((ends - Date.now()) / 1000);
      if (seconds <= 0) return leave();
      if (left) setText(left, said(view.texts.clears, { seconds }));
    };
    tick();
    clearing = setInterval(tick, 1000);
  }

  /** Take whoever is shown away; what was typed of a person goes too. */
  function leave() {
    const inside = people.contains(root.getRootNode().activeElement);
    box.value = "";
    changed();
    if (inside) box.focus();
  }

  function forget() {
    looks += 1;
    clearInterval(clearing);
    people.hidden = true;
    people.replaceChildren();
  }

  function drawPerson(one, text, mine) {
    const list = el("dl");
    const draw = (shown) => list.replaceChildren(...[...shown, ...one.facts].map((fact) =>
      el("div", {}, el("dt", {}, fact.label), el("dd", {}, fact.text,
        fact.copied ? el("button", { type: "button", class: "copy", "aria-label": said(view.texts.copy, { code: fact.label }), on: { click: () => copy(fact.copied, fact.label) } }, view.texts.copy_it) : ""))));
    const show = el("button", { type: "button", class: "show", on: { click: async () => {
      const got = await post("/kiosk/tra-cuu/so", JSON.stringify({ text, mark: one.mark }));
      if (life.over || !got || mine !== looks) return;
      if (got.status === 401) return location.reload();
      if (!got.answer.numbers) return tell(got.answer.said ?? got.answer.error ?? view.texts[got.status === 429 ? "busy" : "away"], true);
      draw(got.answer.numbers);
      list.querySelector("button")?.focus();
      show.remove();
    } } }, view.texts.show);
    draw(one.numbers);
    return el("article", { class: "person" }, el("h3", {}, el("span", {}, one.name), show), list);
  }

  /** Arrows go from the box through what can be pressed, and back. */
  function move(by) {
    const stops = [box, ...root.querySelectorAll(".person button, li button")];
    const at = stops.indexOf(root.getRootNode().activeElement);
    const next = stops[Math.min(Math.max(at + by, 0), stops.length - 1)];
    next.focus();
    next.closest("li")?.scrollIntoView({ block: "nearest" });
  }

  function entered() {
    entering = !isNumber() && found.classList.contains("stale");
    if (entering || !typed().trim()) return;
    const first = root.querySelector("li button");
    if (isWritten() || (isSomebody() && !first)) return lookFor();
    first?.focus();
  }

  function press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    event.stopPropagation(); // Streamlit has single letters of its own
    const inBox = event.target === box;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Escape" && inBox) leave();
    else if (event.key === "Escape") box.focus();
    else if (event.key === "Enter" && inBox) entered();
    else return;
    event.preventDefault();
  }

  life.listen(box, "input", changed);
  life.listen(root, "keydown", press);
  return {
    show(data) {
      const first = view === null;
      const same = view && view.lang === data.lang && view.may_look === data.may_look;
      view = data;
      setText(label, view.texts.label);
      setText(keys, `${view.texts.keys} ${view.may_look ? view.texts.keys_person : view.texts.person_barred}`);
      setText(ask, view.texts.person);
      box.placeholder = view.texts.hint;
      if (first) post("/kiosk/tra-cuu", ""); // the list is made ready before the first letter
      else if (!same) changed();
    },
    close() {
      life.end();
      clearTimeout(again);
      clearInterval(clearing);
      root.remove();
    },
  };
}

const finders = new WeakMap();

export default function ({ data, parentElement }) {
  if (!finders.has(parentElement)) finders.set(parentElement, openFinder(parentElement));
  finders.get(parentElement).show(data);
  // Streamlit also cleans up after a call that a newer one overtook: only a removed one closes.
  return () => setTimeout(() => {
    if (parentElement.isConnected) return;
    finders.get(parentElement)?.close();
    finders.delete(parentElement);
  });
}
