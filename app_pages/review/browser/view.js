// What the auditor sees: the queue, the case, the forms.

function key(letter) {
  return el("kbd", {}, `Alt ${letter}`);
}

function drawStrip(strip, send, leave) {
  return el("header", { class: "strip" },
    el("strong", { class: "title" }, strip.title),
    el("nav", {}, strip.tabs.map((tab) =>
      button(tab.on ? "tab on" : "tab", () => send(tab.act, tab.act === "tab" ? { value: tab.id } : {}), tab.text))),
    el("span", { class: "quiet counts", title: strip.counts }, strip.counts),
    strip.pages.map((page) => button("plain", () => send("go", { value: page.id }), page.text)),
    el("span", { class: "quiet who" }, strip.who),
    button("plain", () => leave("lock"), strip.lock, key("Q")),
    button("plain", () => leave("leave"), strip.leave));
}

function drawQueue(queue, send) {
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
      queue.filters.map((f) => button(f.on ? "filter on" : "filter", () => send("filter", { value: f.id }), f.text)), rules, outcomes),
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

function drawEvidence(data) {
  const rows = data.rows.map((row) =>
    el("tr", { class: [row.red && "red", row.struck && "struck"].filter(Boolean).join(" ") },
      row.cells.map((cell, at) =>
        el("td", at === 3 && row.pairs.length ? { class: "differs" } : {}, cell, at === 3 ? row.pairs.map(drawPair) : ""))));
  return el("div", { class: "evidence" },
    el("table", {}, el("tr", {}, data.heads.map((head) => el("th", {}, head))), rows));
}

function drawWhy(data) {
  return el("table", { class: "why" },
    el("tr", {}, el("th", { colspan: 2 }, data.why)),
    data.parts.map((part) => el("tr", part.quiet ? { class: "quiet" } : {},
      el("td", {}, el("b", {}, part.rule), ` ${part.text}`), el("td", { class: "points" }, part.points))));
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

function drawCase(data, send) {
  return el("section", { class: "case panel" },
    el("div", { class: "head" },
      el("h1", {}, `${data.title} · ${data.card}`),
      data.show ? button("plain", () => send("show"), data.show, key("H"), data.logged) : "",
      el("span", { class: "quiet about" }, data.about)),
    data.banner ? el("p", { class: `banner ${data.banner.tone}`, role: "status" }, data.banner.text) : "",
    data.timeline ? drawWhole(data) : "",
    el("div", { class: "buttons" }, data.buttons.map((b) =>
      button(b.main ? "do main" : "do", () => send(b.act), key(b.key), b.text))));
}

function drawMenu(menu, send) {
  const enter = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    event.target.form.requestSubmit();
  };
  const fields = menu.fields.map((field) => {
    const input = field.type === "select"
      ? el("select", { name: field.name, on: { keydown: enter } }, field.options.map((o) => el("option", { value: o.value }, o.text)))
      : el("input", { name: field.name, type: field.type, value: field.value ?? "", autocomplete: "off" });
    return el("label", {}, el("span", {}, field.label), input);
  });
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
