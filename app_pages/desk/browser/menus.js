// Menus: drawn from what the page holds as soon as a key is pressed, kept true by what Python answers.

const A_PAGE = 9; // entries that Alt+1 to Alt+9 choose; Alt+0 turns the page
const NOT_HELD = new Set(["Shift+F7"]); // keys whose menu only the server knows
const CARRY_MS = 50;

function openMenus(desk, root) {
  // What is shown until the server has answered: a menu, none, or the one before while another comes.
  let guess = null;
  let kept = []; // digits and Enter for a menu that is not there yet
  let page = 0;
  let pageOf = null;
  let left = null; // the field of a menu that a key is about to close
  // Text for a menu that is not there yet; a scanner's goes the box's way from here as from any field.
  const keeper = el("input", { type: "text", class: "unseen keeper", tabindex: "-1", autocomplete: "off", "aria-hidden": "true" });
  root.append(keeper);

  const current = () => (guess ? guess.menu : desk.data.menu) ?? null;
  const waits = () => Boolean(guess?.waits);
  const field = () => root.querySelector(".menu .field input");

  function pages(menu) {
    const lines = menu.lines_a_page ? Math.ceil((menu.lines?.length ?? 0) / menu.lines_a_page) : 1;
    return Math.max(1, Math.ceil(menu.items.length / A_PAGE), lines);
  }

  function pageNow() {
    const menu = current();
    if ((menu?.id ?? null) !== pageOf) [page, pageOf] = [0, menu?.id ?? null];
    return page;
  }

  function show(next) {
    guess = next;
    left = null;
    kept = [];
    if (next.waits && !desk.box.busy()) keeper.focus({ preventScroll: true });
    desk.view.showMenu();
  }

  /** A key was sent: draw what it opens. Of somebody who is no longer the current one nothing is known. */
  function opened(key) {
    if (key === "Escape") return show({ menu: null });
    const held = desk.pending.why() || waits() ? null : desk.data.at_hand?.[key];
    if (held && (key === "F4" || key === "F9" || key === "F1" || desk.view.answer())) show({ menu: held });
    else if (key === "F2" && field()?.value.trim()) show({ menu: current(), waits: true });
    else if (NOT_HELD.has(key) || desk.data.at_hand?.[key]) show({ menu: current(), waits: true });
    else if (key === "F2") left = field(); // empty: what comes into it from now on is not for this menu
  }

  /** A menu was drawn anew: what was being typed into the field that is gone goes on in what took its place. */
  function redrawn(old) {
    const follows = old?.value && (old === left || desk.keys.begins(old));
    if (!desk.scans.actWaits()) left = null;
    if (!follows) return;
    const into = field() ?? desk.view.input;
    desk.keys.carry(old, into);
    into.focus({ preventScroll: true });
    desk.pending.check();
  }

  function pick(at, clicked = false) {
    const menu = current();
    const item = menu?.items[at];
    if (!item || waits()) return;
    if (item.link && !clicked && !openBeside(item.link)) return desk.say("window_blocked", "wait");
    if (item.blocked) {
      desk.view.toast(item.blocked, "wait");
      return;
    }
    const value = menu.field ? { value: field()?.value ?? "" } : {};
    desk.push("choice", { of: "menu", id: menu.id, index: at + 1, answer: desk.view.answer()?.id ?? null, ...value, ...(item.another && { another: true }) });
    desk.pending.check();
    if (item.opens) show({ menu: item.opens });
    else show(item.closes ? { menu: null } : { menu, waits: true });
  }

  /** An answer to a question may ask on: the date of a paper. */
  function follows(menu) {
    if (menu) show({ menu });
  }

  function turn() {
    const menu = current();
    if (menu) page = (pageNow() + 1) % pages(menu);
    desk.view.showMenu();
  }

  /** Alt and a digit belong to the topmost menu, there or on its way; false where there is none. */
  function digit(number) {
    if (waits()) kept.push(number);
    else if (!current()) return false;
    else if (number === 0) turn();
    else pick(pageNow() * A_PAGE + number - 1);
    return true;
  }

  function enter() {
    if (waits()) kept.push("Enter");
    else if (current()?.enter) pick(current().enter - 1);
  }

  /** Give what was pressed meanwhile to the menu that came; without one its text is the box's. */
  function carry() {
    if (waits() || desk.life.over) return;
    if (desk.keys.coming(keeper)) {
      setTimeout(carry, CARRY_MS);
      return;
    }
    const into = field() ?? desk.view.input;
    desk.keys.carry(keeper, into);
    if (desk.focused() === keeper) into.focus({ preventScroll: true });
    desk.pending.check();
    for (const key of kept.splice(0)) {
      if (waits()) kept.push(key);
      else if (!current()) return desk.say("menu_gone", "wait");
      else if (key === "Enter") enter();
      else digit(key);
    }
  }

  return {
    current,
    waits,
    written: () => field()?.value ?? "",
    opened,
    redrawn,
    follows,
    pick,
    turn,
    digit,
    enter,
    page: pageNow,
    pages,
    keeps: (input) => input === keeper,
    keeper,
    /** What the server has answered rules, once nothing is on its way to it. */
    settle() {
      if (!guess || desk.scans.actWaits()) return;
      guess = null;
      setTimeout(carry);
    },
    drop() {
      kept = [];
      keeper.value = "";
    },
  };
}

/** Return what a menu shows: its page of entries, its lines, its one field. */
function drawMenu(desk, menu, drawPairs) {
  const { menus } = desk;
  const page = menus.page();
  const key = (name) => el("kbd", {}, name);
  const input = menu.field && el("label", { class: "field" }, menu.field.label,
    el("input", { type: "text", autocomplete: "off", spellcheck: "false", value: menu.field.value ?? "" }));
  const items = menu.items.slice(page * A_PAGE, (page + 1) * A_PAGE).map((item, index) => {
    const said = item.blocked ?? item.hint;
    const inside = [key(`Alt ${index + 1}`), el("span", {}, item.text), said && el("small", {}, said)];
    const entry = item.link
      ? besideLink(item.link, "item", () => menus.pick(page * A_PAGE + index, true), ...inside)
      : button(`item${item.blocked ? " blocked" : ""}`, () => menus.pick(page * A_PAGE + index), ...inside);
    if (item.blocked) entry.setAttribute("aria-disabled", "true");
    return el("li", {}, entry);
  });
  const most = menu.lines_a_page || Infinity;
  const from = menu.lines_a_page ? page * most : 0;
  const lines = (menu.lines ?? []).slice(from, from + most).map((line) => el("li", { class: line.tone },
    line.key ? key(line.key) : el("b", { "aria-hidden": "true" }, LINE_SIGNS[line.tone]), el("span", {}, line.text)));
  const turns = menus.pages(menu) > 1 && button("plain", menus.turn, key("Alt 0"),
    ` ${desk.text("menu_page").replace("{page}", page + 1).replace("{pages}", menus.pages(menu))}`);
  const close = button("plain", () => desk.press("Escape"), key("Esc"), ` ${desk.text("menu_close")}`);
  const kind = menu.lines?.some((line) => line.key) ? "lines keys" : "lines";
  return [el("h2", {}, menu.title), drawPairs(menu.pairs), el("ol", { class: kind }, lines), input,
    el("ul", {}, items), el("p", { class: "menu-foot" }, turns, close)];
}
