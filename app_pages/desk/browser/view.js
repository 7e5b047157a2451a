// Drawing: a fixed skeleton, whose parts are made anew only where their data changed.

const TOAST_MS = 5000;
// Why an answer is the last one's: the word of the band, and its sentence.
const PENDING = {
  scan: ["pending", "pending_scan"],
  chosen: ["pending_chosen", "pending_chosen_one"],
  typing: ["pending_by_hand", "pending_typing"],
  unread: ["pending", "pending_unread"],
  away: ["pending", "pending_away"],
  elsewhere: ["pending", "pending_elsewhere"],
  lookup: ["lookup_title", "pending_lookup"],
};
const ENDLESS = 160; // characters; no name, and no sentence of ours, is longer
const NARROW = "(max-width: 760px)"; // as in desk.css
const LINE_SIGNS = { ok: "✓", no: "✕", wait: "?", plain: "·", struck: "✕" };
// Times on the page are Vietnam's, whatever zone the machine is set to.
const CLOCK = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric",
});

function openView(desk, parent) {
  const key = (name) => el("kbd", {}, name);
  const part = {
    video: el("video", { muted: true, playsinline: true, autoplay: true, "aria-hidden": "true" }),
    still: el("img", { alt: "", hidden: true }),
    aim: el("div", { class: "aim" }),
    aimText: el("p", { class: "aim-text" }),
    cameraTrouble: el("p", { class: "trouble", role: "status" }),
    input: el("input", {
      type: "text", class: "box", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "send",
    }),
    chooser: el("input", { type: "file", class: "unseen", accept: PICTURE_TYPES, tabindex: "-1" }),
    pictureText: el("span"),
    hint: el("p", { class: "hint", role: "status" }),
    offers: el("div", { class: "offers" }),
    banner: el("div", { class: "banner", role: "status" }),
    demo: el("div", { class: "demo" }),
    strip: el("header", { class: "strip" }),
    clock: el("time", { class: "quiet" }),
    mode: el("p", { class: "mode" }),
    recent: el("section", { class: "recent" }),
    card: el("section", { class: "card" }),
    menu: el("section", { class: "menu", role: "dialog" }),
    toast: el("div", { class: "toast", role: "status" }),
    spoken: el("div", { class: "unseen", role: "status", "aria-live": "assertive" }),
  };
  const nextCamera = button("next-camera", () => desk.camera.next());
  nextCamera.hidden = true;
  const cam = el("section", { class: "cam" },
    el("div", { class: "seen-by-camera" }, part.video, part.still, part.aim, nextCamera), part.aimText, part.cameraTrouble);
  const choose = button("picture", () => part.chooser.click(), part.pictureText);
  const entry = el("section", { class: "entry" },
    part.mode, el("div", { class: "line" }, part.input, choose, part.chooser), part.hint, part.offers);
  const left = el("div", { class: "left" }, desk.today.waiting, part.recent);
  const main = el("div", { class: "panes" }, cam, entry, left, el("div", { class: "stage" }, part.card, desk.today.list, part.menu));
  const root = el("div", { class: "desk" }, part.demo, part.strip, part.banner, main, part.toast, part.spoken);
  // Muted as a property too: some browsers play a stream only then.
  part.video.muted = true;
  parent.append(root);

  const drawn = {};
  let cameraState = "";
  let advice = "";
  let cleared = null;
  let toastTimer = 0;

  /** Draw a part again if what it shows has changed. */
  function redraw(name, data, draw) {
    const now = JSON.stringify([data, desk.data.lang, desk.data.texts]);
    if (drawn[name] === now) return;
    drawn[name] = now;
    part[name].replaceChildren(...[draw(data)].flat(3).filter((node) => node != null && node !== ""));
  }

  const answer = () => (desk.data.answer?.id === cleared ? null : desk.data.answer) ?? null;
  const isTrouble = (data) => data.id.startsWith("trouble:");
  const press = (name) => () => desk.press(name);
  const keyButton = (name, text) => button("key", press(name), key(name), text);

  function drawStrip(strip) {
    const portal = strip.portal && { tone: `${strip.portal.tone} of-portal`, text: strip.portal[desk.data.lang] };
    const chips = [...(strip.chips ?? []), ...(portal ? [portal] : [])].map((chip) => el("span", { class: `chip ${chip.tone}`, title: chip.text }, chip.text));
    const other = desk.data.lang === "en" ? "vi" : "en";
    const language = ["vi", "en"].map((lang) =>
      el("span", { class: lang === other ? "" : "on" }, lang.toUpperCase()));
    return [
      el("b", { class: "title" }, strip.title),
      el("span", { class: "quiet place", title: strip.place }, strip.place),
      el("span", { class: "chips" }, chips),
      part.clock,
      button("lang", () => desk.push("lang"), language[0], el("i", {}, "|"), language[1]),
      el("span", { class: "quiet officer", title: strip.officer }, strip.officer),
      keyButton("F9", desk.text("more")),
    ];
  }

  function drawFact(fact) {
    return el("div", { class: `fact ${fact.tone}` },
      el("dt", {}, fact.label), el("dd", { class: size(fact.value, "") }, fact.value, fact.note && el("small", {}, fact.note)));
  }

  /** Two values side by side; what the other has otherwise is marked by more than a colour. */
  function drawPair(pair) {
    const side = ({ label, pieces }) => el("div", {}, el("small", {}, label),
      el("b", endless(pieces.map((piece) => piece.text).join("")),
        pieces.map((piece) => (piece.differs ? el("mark", {}, piece.text) : piece.text))));
    return el("div", { class: "pair" }, el("span", {}, pair.label), pair.sides.map(side));
  }

  function drawPairs(pairs) {
    return pairs?.length ? el("div", { class: "pairs" }, pairs.map(drawPair)) : null;
  }

  function drawNumber(data, why) {
    const number = (why ? null : desk.secrets.full(data)) ?? data.number;
    if (!number) return null;
    return el("div", { class: "number" }, el("span", {}, number),
      data.number_note && button("plain", press("F7"), data.number_note));
  }

  function drawChoice(text, index) {
    return button("choice", () => desk.choose(index + 1), key(`Alt ${index + 1}`), text);
  }

  function drawChoices({ choices = [] }) {
    return choices.length ? el("div", { class: "choices" }, choices.map(drawChoice)) : null;
  }

  function drawNote(note) {
    return el("div", { class: "note" }, el("p", endless(note.text), el("b", {}, note.lead), " ", note.text), drawChoices(note));
  }

  /** A question that decides whether the patient may come in stands in the band, its answers in sight. */
  function drawAsked(note) {
    return el("div", { class: "asked" }, el("p", {}, note.text), drawChoices(note));
  }

  function drawStep(step) {
    return el("li", {}, step.text, " ", step.key && button("plain", press(step.key), key(step.key)));
  }

  /** Long names and sentences take a smaller size instead of a third line. */
  function size(text, base) {
    return `${base}${text.length > 40 ? " longest" : text.length > 26 ? " long" : ""}`;
  }

  /** Received or not is told apart by words and by shape, whatever the colour of the band. */
  function drawStanding({ state, queue }) {
    return state ? el("div", { class: "standing" }, drawQueue(queue),
      el("p", { class: `state${state.done ? " done" : ""}` }, state.text)) : null;
  }

  /** A text longer than any name scrolls in itself, and by keyboard too, so that nothing else is pushed away. */
  function endless(text) {
    return text.length > ENDLESS ? { "data-endless": true, tabindex: "0" } : {};
  }

  function drawBand(data) {
    const { tone, sign, word, sentence, note } = data;
    return el("div", { class: `band ${tone}` }, el("span", { class: "sign", "aria-hidden": "true" }, sign),
      el("div", { class: "says" }, el("p", { class: size(word, "word") }, word), el("p", { class: "sentence", ...endless(sentence) }, sentence)),
      drawStanding(data), note?.in_band ? drawAsked(note) : null);
  }

  function drawPending(why) {
    const [word, sentence] = PENDING[why];
    return drawBand({ tone: "pending", sign: "⋯", word: desk.text(word), sentence: desk.text(sentence) });
  }

  function drawWho(data, why) {
    return el("div", { class: "who" },
      data.name && el("h1", { class: size(data.name, "name"), ...endless(data.name) }, data.name),
      data.about && el("p", { class: "about" }, data.about), drawNumber(data, why));
  }

  function drawRate(rate) {
    return rate && el("div", { class: `rate ${rate.tone}` },
      el("p", { class: "rate-label" }, rate.label), el("p", { class: "rate-value" }, rate.value));
  }

  /** What the rate rests on stands after all that the desk has to say or to ask. */
  function drawFacts({ facts, rate }) {
    if (!facts?.length) return null;
    const basis = rate?.note && drawFact({ label: desk.text("rate_basis"), value: rate.note, tone: `basis ${rate.tone}` });
    return el("dl", { class: "facts" }, facts.map(drawFact), basis);
  }

  function drawAnswer(data, why) {
    const below = data.note?.in_band ? data.note.beside : data.note;
    return [
      why ? drawPending(why) : [drawBand(data), drawPortal(data.portal), drawRooms(data.rooms, drawChoices)],
      el("div", { class: "body", inert: Boolean(why) }, // the person before is nobody's to act on
        el("div", { class: "head" }, drawWho(data, why), drawRate(data.rate)),
        drawPairs(data.pairs), below && drawNote(below), drawFacts(data),
        data.todo?.length ? el("ol", { class: "todo" }, data.todo.map(drawStep)) : null,
        data.other && el("div", { class: "other", lang: data.other.lang }, data.other.lines.map((line) => el("p", {}, line)))),
      el("footer", {}, el("span", { class: "source" }, data.source),
        (data.keys ?? []).map((item) => keyButton(item.key, item.text)),
        el("span", { class: "next" }, desk.text("next_person"))),
    ];
  }

  function drawIdle() {
    const camera = desk.data.camera && ["", "live"].includes(cameraState);
    const ways = camera ? ["way_camera", "way_box", "way_picture"] : ["way_box", "way_picture"];
    return el("div", { class: "idle" },
      el("div", { class: "phone", "aria-hidden": "true" }, el("i")),
      el("h1", {}, desk.text(desk.looking.on() ? "lookup_title" : "idle_title")),
      el("p", { class: "invite" }, desk.text(desk.looking.on() ? "lookup_text" : camera ? "idle_text" : "idle_text_box")),
      el("ul", {}, ways.map((way) => el("li", {}, desk.text(way)))),
      el("p", { class: "idle-keys" }, keyButton("F10", desk.text("list_key")), keyButton("F4", desk.text("undo")), keyButton("F9", desk.text("more"))));
  }

  function drawRecent(recent) {
    if (!recent) return []; // a store that cannot be read does not say that nobody came
    const rows = recent.map((row) => el("li", { class: row.struck ? "struck" : "" }, el("span", {}, row.time),
      el("i", { class: `dot ${row.tone}` }), el("span", { class: "seen" }, drawRowNumber(row), row.who), el("span", { class: "quiet" }, row.right)));
    return [el("h2", {}, desk.text("recent_title")),
      rows.length ? el("ul", {}, rows) : el("p", { class: "quiet" }, desk.text("recent_none"))];
  }

  function showMenu() {
    const menu = desk.menus.current();
    const before = drawn.menu;
    const field = () => part.menu.querySelector(".field input");
    const old = field();
    const written = part.menu.dataset.of === (menu?.id ?? "") ? old?.value : "";
    redraw("menu", [menu, desk.menus.page()], () => (menu ? drawMenu(desk, menu, drawPairs) : []));
    part.menu.hidden = !menu;
    part.menu.classList.toggle("waits", desk.menus.waits());
    part.menu.setAttribute("aria-label", menu?.title ?? "");
    part.menu.dataset.of = menu?.id ?? "";
    if (before === drawn.menu) return desk.menus.redrawn(null);
    if (written && field()) {
      field().value = "";
      desk.keys.carry(old, field());
    }
    desk.menus.redrawn(old);
    if (desk.box.busy() || desk.menus.waits() || desk.menus.keeps(desk.focused())) return;
    // what opened by itself takes no key from a number that is being typed
    if (menu?.id === "unknown" && desk.box.coming()) return;
    if (field()) field().focus();
    else if (before !== undefined) desk.box.focus();
  }

  /** Where the page scrolls, an answer that is news is brought into sight, once. */
  function showNews(data) {
    if (data && data.id !== drawn.shown && !isRevised(drawn.shown, data.id)) view.toast("", ""); // it was about somebody else
    drawn.shown = data?.id;
    const news = data ? `${data.id} ${data.note?.text}` : null;
    if (news && news !== drawn.news && matchMedia(NARROW).matches) root.scrollTop = 0;
    drawn.news = news;
  }

  /** What is read aloud of an answer, once: word, name, whether received, and what to do next. */
  function spoken(data) {
    const asked = data.note?.choices?.length && data.note.text;
    const next = asked || data.todo?.[0]?.text;
    const said = [data.word, data.name, data.state?.text, data.rate?.value, data.sentence, next];
    return said.filter((text) => text && text !== "–").join(". ");
  }

  function showCard() {
    const data = answer();
    const why = data && !isTrouble(data) ? desk.pending.why() : "";
    redraw("card", [data, why, data ? desk.secrets.full(data) : [desk.data.camera, cameraState, desk.looking.on()]], () =>
      (data ? drawAnswer(data, why) : drawIdle()));
    part.card.className = `card ${why ? "pending" : data ? data.tone : "none"}`;
    showNews(data);
    setText(part.spoken, data && !why ? spoken(data) : "");
  }

  function showCamera() {
    cam.hidden = !desk.data.camera && !desk.data.server_camera;
    part.video.hidden = !desk.data.camera;
    part.still.hidden = !desk.data.server_camera;
    const live = cameraState === "live";
    cam.classList.toggle("live", live);
    const aiming = part.aim.classList.contains("unread") ? `aim_${advice || "unread"}` : "aim_here";
    setText(part.aimText, live ? desk.text(aiming) : "");
    setText(part.cameraTrouble, live ? "" : desk.text(cameraState || "camera_starting"));
  }

  function showWords() {
    const { strip, mode_text: modeText } = desk.data;
    const looking = desk.looking.on();
    root.lang = desk.data.lang;
    root.classList.toggle("lookup", looking);
    setText(part.demo, strip.demo ?? "");
    setText(part.mode, looking ? modeText ?? "" : "");
    setText(part.pictureText, desk.text("picture"));
    choose.title = desk.text("picture_help");
    part.chooser.setAttribute("aria-label", desk.text("picture_help"));
    root.classList.toggle("elsewhere", !document.hasFocus());
    part.input.placeholder = desk.text(document.hasFocus() ? "box_short" : "box_elsewhere");
    part.input.setAttribute("aria-label", desk.text("box"));
    root.dataset.drop = desk.text("picture_drop");
    redraw("strip", { ...strip, portal: strip.portal && (desk.server?.portal() ?? strip.portal) }, drawStrip);
    redraw("recent", desk.data.recent ?? null, drawRecent);
  }

  function tick() {
    const at = Object.fromEntries(CLOCK.formatToParts(new Date()).map(({ type, value }) => [type, value]));
    setText(part.clock, `${at.hour}:${at.minute} · ${at.day}/${at.month}/${at.year}`);
    view.connection(Boolean(desk.server?.away()));
    desk.today.tick();
  }

  const view = {
    root,
    video: part.video,
    still: part.still,
    input: part.input,
    chooser: part.chooser,
    offers: part.offers,
    answer,
    isBox: (field) => field === part.input,
    /** Draw what Python sent. */
    show() {
      showWords();
      showCamera();
      showCard();
      showMenu();
      desk.today.show();
    },
    showCard,
    showMenu,
    showWords,
    /** Take an answer off the screen before Python does. */
    clear(id) {
      cleared = id;
      showCard();
    },
    camera(state) {
      cameraState = state;
      if (state !== "live") part.aim.className = "aim";
      showCamera();
      showCard();
    },
    /** Name the camera in use where there is another to change to; null hides it. */
    cameras(label) {
      nextCamera.hidden = label === null;
      setText(nextCamera, desk.text("camera_next"));
      nextCamera.title = label ?? "";
    },
    aim(state, cause = "") {
      advice = cause;
      part.aim.className = `aim ${state}`;
      showCamera();
    },
    hint(text, tone) {
      setText(part.hint, text);
      part.hint.className = `hint ${tone}`;
    },
    connection(away) {
      const waiting = desk.scans?.waiting() ?? 0;
      const more = waiting ? ` ${desk.text("waiting").replace("{n}", waiting)}` : "";
      setText(part.banner, away ? desk.text("server_away") + more : desk.scans?.late() ? more : "");
    },
    dropping: (on) => root.classList.toggle("dropping", Boolean(on)),
    toast(text, tone) {
      clearTimeout(toastTimer);
      setText(part.toast, text);
      part.toast.className = `toast ${tone}`;
      if (text) toastTimer = setTimeout(() => view.toast("", ""), TOAST_MS);
    },
    close: () => root.remove(),
  };
  tick();
  desk.life.every(1000, tick);
  return view;
}
