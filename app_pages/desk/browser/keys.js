// Every key of the page comes here first, and goes nowhere else but to the browser.

const OUR_KEYS = new Set([
  "F1", "F2", "F3", "Shift+F3", "F4", "F6", "F7", "Shift+F7", "F8", "F9", "Shift+F9", "F10",
]);
const EDIT_KEYS = new Set(["Backspace", "Delete", "ArrowLeft", "ArrowRight", "Home", "End"]);
// A scanner ends a text with these, alone or two of them: CR LF, Enter Tab.
const END_CODES = new Set(["KeyJ", "KeyM", "Enter", "NumpadEnter"]);
const SECOND_END_MS = 250;
const PREFIX_MS = 60; // a scanner's text follows the function key before it sooner than this
const LATE_MS_OF_TIMER = 50;

function openKeys(desk) {
  const typings = new WeakMap();
  let ended = -Infinity; // when the last scan ended
  let prefix = null; // a function key that may be a scanner's
  let pressed = null; // which it is, and for which answer
  let silence = 0;
  let due = 0;

  /** The run of keys of a field; the box has its own, a menu's field gets one. */
  function typingOf(field) {
    if (!field) return null;
    if (desk.view.isBox(field)) return desk.box.typing;
    if (!typings.has(field)) typings.set(field, openTyping(field));
    return typings.get(field);
  }

  const inBurst = (event, field) => Boolean(typingOf(field)?.running(event.timeStamp));
  const isSecondEnd = (event) => event.timeStamp - ended <= SECOND_END_MS;

  function makesText(event) {
    return [...event.key].length === 1 || event.key === "Process" || event.key === "Unidentified";
  }

  function character(event) {
    stopPrefix();
    ended = -Infinity;
    if (!desk.field()) (desk.menus.waits() ? desk.menus.keeper : desk.box).focus();
    const field = desk.field();
    typingOf(field)?.key(event);
    if (field) listen(field, SILENCE_MS);
    desk.pending.check();
  }

  /** Wait for the silence that ends a scan whose scanner sends no key for it. */
  function listen(field, ms) {
    clearTimeout(silence);
    due = performance.now() + ms;
    silence = setTimeout(silent, ms, field);
  }

  function silent(field) {
    const typing = typingOf(field);
    if (!typing.isScan()) return;
    // Only now the field holds the last key's character too, and tells how long to wait.
    const left = typing.lastKey() + typing.silence() - performance.now();
    // A page that was busy may have keys that it has not taken yet.
    const late = performance.now() - due > LATE_MS_OF_TIMER;
    if (left > 1 || late) listen(field, Math.max(left, LATE_MS_OF_TIMER));
    else end(field, performance.now());
  }

  /** A scan has ended in a field: what it typed there goes to the box's way. */
  function end(field, now) {
    clearTimeout(silence);
    ended = now;
    if (desk.view.isBox(field)) return desk.box.enter();
    const typing = typingOf(field);
    const text = typing.scan();
    field.value = typing.before();
    typing.reset();
    return desk.box.scan(text);
  }

  function enter(event) {
    const field = desk.field();
    if (event.isComposing) return;
    if (!field && desk.focused()) return; // A button that was reached by Tab is pressed by Enter.
    event.preventDefault();
    if (event.repeat || isSecondEnd(event)) return;
    if (typingOf(field)?.isScan()) end(field, event.timeStamp);
    else if (!field || desk.view.isBox(field)) desk.box.enter();
    else desk.menus.enter();
  }

  /** By hand it moves the focus; in a scan or behind one it is an end key. */
  function tab(event, field) {
    const burst = inBurst(event, field);
    if (!burst && !isSecondEnd(event)) return;
    event.preventDefault();
    if (burst) end(field, event.timeStamp);
  }

  /** Control codes of a scanner are not the browser's shortcuts; Ctrl+J and Ctrl+M are its line ends. */
  function control(event, field) {
    const burst = inBurst(event, field);
    if (!burst && !isSecondEnd(event)) return;
    event.preventDefault();
    const ends = END_CODES.has(event.code) || ["j", "m"].includes(event.key.toLowerCase());
    if (burst && ends) end(field, event.timeStamp);
  }

  function ours(event, field) {
    const name = event.shiftKey ? `Shift+${event.key}` : event.key;
    const key = OUR_KEYS.has(name) && !event.altKey;
    const digit = event.altKey && /^Digit[0-9]$/.test(event.code) && !event.shiftKey;
    const lock = event.altKey && event.code === "KeyK" && !event.shiftKey;
    if (!key && !digit && !lock && event.key !== "Escape") return false;
    event.preventDefault();
    if (event.repeat || inBurst(event, field)) return true;
    if (!key) flush(); // no scanner's text begins with such a key: what came before it was a person's
    if (lock) desk.server.leave("khoa");
    else if (digit) desk.choose(Number(event.code.slice(5)));
    else if (key) press(name);
    else escape();
    return true;
  }

  /** The key counts for the answer that was there, once it is sure that no text follows it. */
  function press(key) {
    const answer = desk.view.answer()?.id ?? null;
    if (desk.pending.refuses(key)) return;
    stopPrefix();
    ended = -Infinity; // an Enter behind it is a person's, no scanner's second end
    if (key === "F10") desk.today.pressed();
    pressed = [key, answer];
    prefix = setTimeout(flush, PREFIX_MS);
  }

  function flush() {
    clearTimeout(prefix);
    const key = pressed;
    pressed = null;
    if (key) desk.press(...key);
  }

  /** What was pressed was a scanner's, or another key took its place. */
  function stopPrefix() {
    clearTimeout(prefix);
    pressed = null;
    desk.today.forget();
  }

  function escape() {
    if (desk.handover.dismiss()) return desk.box.focus();
    const open = desk.menus.current() || desk.menus.waits();
    if (open) desk.menus.drop();
    if (!open && desk.box.text()) desk.box.clear();
    else if (open || desk.today.open() || !desk.pending.dismiss()) desk.press("Escape");
  }

  function down(event) {
    const field = desk.field();
    const graph = event.getModifierState("AltGraph");
    if ((event.ctrlKey || event.metaKey) && !graph) return control(event, field);
    if (ours(event, field)) return;
    if (event.altKey && !graph) return;
    if (!typingOf(field)?.isScan() && !isSecondEnd(event) && desk.today.takes(event, pressed === null)) return;
    if (event.key === "Enter") enter(event);
    else if (event.key === "Tab") tab(event, field);
    else if (EDIT_KEYS.has(event.key)) typingOf(field)?.edit(event);
    else if (makesText(event)) character(event);
  }

  function first(event) {
    event.stopImmediatePropagation();
    if (event.type === "keydown") down(event);
  }

  for (const type of ["keydown", "keypress", "keyup"]) {
    desk.life.listen(window, type, first, { capture: true });
  }

  /** What is being typed into a field goes on in another one: its text, and how fast it came. */
  function carry(from, into) {
    const text = from.value;
    const left = typingOf(from).leave();
    const { value, selectionStart: start, selectionEnd: end } = into;
    from.value = "";
    if (!text) return;
    into.setRangeText(text, start, end, "end");
    const before = value.slice(0, start);
    const place = left && {
      value: before + left.value + value.slice(end), start: before.length + left.start, end: before.length + left.end,
    };
    typingOf(into).goOn(left, place);
    listen(into, SILENCE_MS);
  }

  return {
    carry,
    /** True where a scan is on its way into a field, or what may be its first keys. */
    begins: (field) => typingOf(field).begins(),
    /** True while a function key waits to be sure that no text follows it. */
    waits: () => pressed !== null,
    /** A menu's field may hold a scan that has not ended; what a hand writes there is no scan. */
    coming(field = desk.field()) {
      return field && !desk.view.isBox(field) && typingOf(field).busy() ? "scan" : "";
    },
    close() {
      clearTimeout(silence);
      clearTimeout(prefix);
    },
  };
}
