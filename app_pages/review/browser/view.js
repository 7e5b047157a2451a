// What the auditor sees: the queue, the case, the forms.

function key(letter) {
  return el("kbd", {}, `Alt ${letter}`);
}

function drawStrip(strip, send, leave, lang, counted) {
  const portal = strip.portal;
  return el("header", { class: "strip" },
    el("strong", { class: "title" }, strip.title),
    el("nav", {}, strip.tabs.map((tab) =>
      button(tab.on ? "tab on" : "tab", () => send(tab.act, tab.act === "tab" ? { value: tab.id } : {}), tab.text))),
    el("span", { class: "quiet counts", title: counted ? "" : strip.counts }, counted ? "" : strip.counts),
    strip.pages.map((page) => button("plain", () => send("go", { value: page.id }), page.text)),
    button("plain", () => send("trouble"), strip.trouble, key("G")),
    el("div", { class: "who-portal" },
      el("span", { class: "quiet who", title: strip.who }, strip.who),
      portal && el("span", { class: `of-portal ${portal.tone}`, title: portal[lang] }, portal[lang])),
    button("plain", () => leave("lock"), strip.lock, key("Q")),
    button("plain", () => leave("leave"), strip.leave));
}

function drawQueue(queue, counts, send) {
  const rows = queue.rows.map((row) =>
    button(row.on ? "row on" : "row", () => send("select", { value: row.number }),
      el("b", { class: `score ${row.tone}` }, String(row.score)),
      el("span", { class: "said" }, el("span", {}, `${row.who} · ${row.text}`), el("small", {}, row.about)),
      el("small", { class: "mark" }, row.mark)));
  const rules = el("select", { "aria-label": queue.rules[0].text, on: { change: (e) => send("rule", { value: e.target.value }) } },
    queue.rules.map((rule) => el("option", { value: rule.id, selected: rule.on }, rule.text)));
  const outcomes = queue.outcomes.length
    ? el("select", { "aria-label": queue.outcomes[0].text, on: { change: (e) => send("outcome", { value: e.target.value }) } },
        queue.outcomes.map((one) => el("option", { value: one.id, selected: one.on }, one.text)))
    : "";
  return el("section", { class: "queue panel" },
    el("div", { class: "filters" },
      queue.filters.map((f) => button(f.on ? "filter on" : "filter", () => send("filter", { value: f.id }), f.text)), rules, outcomes,
      el("small", { class: "quiet" }, counts)),
    el("div", { class: "rows" }, rows.length ? rows : el("p", { class: "quiet none" }, queue.empty)),
    el("div", { class: "foot" },
      button("plain", () => send("next"), key("N"), queue.next),
      el("span", { class: "quiet" }, queue.list),
      ["csv", "xlsx"].map((kind) => button("plain", () => send("list", { value: kind }), kind.toUpperCase()))));
}

/** Two values side by side; what the other has otherwise is marked by more than a colour. */
function drawPair(pair) {
  return el("small", { class: "pair" }, `${pair.fact}: `, pair.sides.map(({ label, pieces }) =>
    el("span", {}, `${label} `,
      pieces.map(([text, differs]) => (differs ? el("mark", {}, text) : text)))));
}

/** A part that scrolls by itself, by the keyboard too. */
function scrolls(kind, label, ...children) {
  return el("div", { class: kind, tabindex: 0, role: "region", "aria-label": label }, ...children);
}

function drawEvidence(data) {
  const rows = data.rows.map((row) =>
    el("tr", { class: [row.red && "red", row.struck && "struck"].filter(Boolean).join(" ") },
      row.cells.map((cell, at) =>
        el("td", at === data.named ? { class: row.pairs.length ? "name differs" : "name" } : {}, cell, at === data.named ? row.pairs.map(drawPair) : ""))));
  return scrolls("evidence", data.evidence,
    el("table", {}, el("tr", {}, data.heads.map((head) => el("th", { scope: "col" }, head))), rows));
}

function drawWhy(data) {
  return scrolls("why", data.why,
    el("table", {},
      el("tr", {}, el("th", { colspan: 2, scope: "colgroup" }, data.why)),
      data.parts.map((part) => el("tr", part.quiet ? { class: "quiet" } : {},
        el("td", {}, el("b", {}, part.rule), ` ${part.text}`), el("td", { class: "points" }, part.points)))),
    el("small", { class: "quiet" }, data.scale));
}

/** How the case stands, and the other cases of the card: number, outcome, day; a click opens one. */
function drawStanding({ about, earlier }, send) {
  return el("p", { class: "earlier quiet" }, el("span", { class: "about" }, about),
    earlier ? el("span", {}, earlier.title) : "",
    earlier ? earlier.cases.map((one) => button("link", () => send("select", { value: one.number }), one.text)) : "");
}

function drawWhole(data) {
  return [
    el("div", { class: "picture" }, drawTimeline(data.timeline),
      data.timeline.more ? el("small", { class: "quiet" }, data.timeline.more) : ""),
    el("div", { class: "two" }, drawEvidence(data), drawWhy(data)),
    el("div", { class: "panels" }, data.panels.map((panel) =>
      el("div", panel.red ? { class: "red" } : {}, el("h2", {}, panel.title), el("ul", {}, panel.lines.map((line) => el("li", {}, line)))))),
  ];
}

function drawButtons(data, send) {
  const of = (group) => data.buttons.filter((b) => b.group === group).map((b) =>
    button(`do ${group}`, () => send(b.act), key(b.key), b.text));
  const decisions = of("decide");
  return el("div", { class: "buttons" }, of("main"),
    decisions.length ? el("div", { class: "decisions", role: "group", "aria-label": data.decide }, decisions) : "",
    el("div", { class: "others" }, of("other")));
}

function drawCase(data, send) {
  return el("section", { class: "case panel", "data-number": data.number },
    el("div", { class: "head" },
      el("h1", {}, `${data.title} · ${data.card}`),
      data.show ? button("plain", () => send("show"), data.show, key("H"), data.logged) : ""),
    drawStanding(data, send),
    data.banner ? el("p", { class: `banner ${data.banner.tone}`, role: "status" }, data.banner.text) : "",
    el("div", { class: "whole", tabindex: 0 }, data.timeline ? drawWhole(data) : ""),
    drawButtons(data, send));
}

/** One of several by a digit, an arrow or a click; none is chosen beforehand. */
function drawChoice(field) {
  const pick = (event) => {
    const at = Number(/^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1]) - 1;
    const found = event.currentTarget.querySelectorAll("input")[at];
    if (!found || event.altKey || event.ctrlKey) return;
    event.preventDefault();
    found.checked = true;
    found.focus();
  };
  return el("fieldset", { on: { keydown: pick } }, el("legend", {}, field.label),
    field.options.map((o, at) => el("label", { class: "choice" },
      el("input", { type: "radio", name: field.name, value: o.value, required: true }), el("kbd", {}, String(at + 1)), el("span", {}, o.text))));
}

/** Enter sends a form; in words of several lines Ctrl+Enter does. */
function sends(event) {
  if (event.key !== "Enter" || event.isComposing || (event.target.tagName === "TEXTAREA" && !event.ctrlKey)) return;
  event.preventDefault();
  event.target.form.requestSubmit();
}

function drawField(field) {
  const listens = { on: { keydown: sends } };
  if (field.type === "choice") return drawChoice(field);
  const input = field.type === "select"
    ? el("select", { name: field.name, ...listens }, field.options.map((o) => el("option", { value: o.value }, o.text)))
    : field.type === "textarea"
      ? el("textarea", { name: field.name, rows: 4, maxlength: 500, required: true, ...listens })
      : el("input", { name: field.name, type: field.type, value: field.value ?? "", maxlength: 500, autocomplete: "off" });
  return el("label", {}, el("span", {}, field.label), input);
}

function drawMenu(menu, send) {
  const fields = menu.fields.map(drawField);
  const submit = (event) => {
    event.preventDefault();
    send(menu.acts?.submit ?? "submit", { fields: Object.fromEntries(new FormData(event.target)), ...menu.acts?.more });
  };
  return el("div", { class: "over" },
    el("form", { class: "menu", on: { submit } },
      el("h2", {}, menu.title), menu.text ? el("p", { class: "quiet" }, menu.text) : "", fields,
      el("div", { class: "buttons" },
        el("button", { type: "submit", class: "do main" }, menu.save),
        button("do", () => send(menu.acts?.cancel ?? "cancel"), menu.cancel),
        menu.release ? button("do", () => send("release"), menu.release) : "")));
}
