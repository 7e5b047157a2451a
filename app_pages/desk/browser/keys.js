// Every key of the page comes here first, and goes nowhere else but to the browser.

const OUR_KEYS = new Set(["F2", "F3", "F4", "F6", "F7", "F8", "F9"]);
const EDIT_KEYS = new Set(["Backspace", "Delete", "ArrowLeft", "ArrowRight", "Home", "End"]);

function openKeys(desk) {
  const typings = new WeakMap();

  /** The run of keys of a field; the box has its own, a menu's field gets one. */
  function typingOf(field) {
    if (!field) return null;
    if (desk.view.isBox(field)) return desk.box.typing;
    if (!typings.has(field)) typings.set(field, openTyping(field));
    return typings.get(field);
  }

  function makesText(event) {
    return [...event.key].length === 1 || event.key === "Process" || event.key === "Unidentified";
  }

  function character(event) {
    if (!desk.field()) desk.box.focus();
    typingOf(desk.field())?.key(event);
  }

  function enter(event) {
    const field = desk.field();
    if (event.isComposing) return;
    if (!field && desk.focused()) return; // A button that was reached by Tab is pressed by Enter.
    event.preventDefault();
    if (event.repeat) return;
    if (!field || desk.view.isBox(field)) return desk.box.enter();
    const typing = typingOf(field);
    const text = typing.scan(FIELD_GAP_MS);
    if (text === null) {
      if (desk.data.menu?.items.length === 1) desk.choose(1);
      return;
    }
    field.value = typing.before();
    typing.reset();
    desk.box.scan(text);
  }

  function tab(event, field) {
    // Inside a scan it is one of the characters, and must not carry the rest elsewhere.
    if (!typingOf(field)?.running(event.timeStamp)) return;
    event.preventDefault();
    typingOf(field).key(event);
    field.setRangeText("\t", field.selectionStart, field.selectionEnd, "end");
  }

  function ours(event, field) {
    const key = OUR_KEYS.has(event.key) && !event.altKey && !event.shiftKey;
    const digit = event.altKey && /^Digit[1-9]$/.test(event.code) && !event.shiftKey;
    const lock = event.altKey && event.code === "KeyK" && !event.shiftKey;
    if (!key && !digit && !lock && event.key !== "Escape") return false;
    event.preventDefault();
    if (event.repeat || typingOf(field)?.running(event.timeStamp)) return true;
    if (lock) desk.server.leave("khoa");
    else if (digit) desk.choose(Number(event.code.slice(5)));
    else if (key) desk.press(event.key);
    else escape();
    return true;
  }

  function escape() {
    if (!desk.data.menu && desk.box.text()) desk.box.clear();
    else desk.press("Escape");
  }

  function down(event) {
    const field = desk.field();
    const graph = event.getModifierState("AltGraph");
    if ((event.ctrlKey || event.metaKey) && !graph) return;
    if (ours(event, field)) return;
    if (event.altKey && !graph) return;
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
}
