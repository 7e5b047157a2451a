// Text that comes by keys: whether a person typed it or a scanner, and the one box it lands in.

const SCAN_CHARS = 10;
const SCAN_GAP_MS = 30;
const FIELD_GAP_MS = 50;
const HICCUP_MS = 3000; // A scanner over radio may stall inside a text, but not as long as this.
const PERSON_PAUSE_MS = 250;
const FIRST_PAUSE_MS = 1000;
const MOST_CHARS = 1000000;
const HINT_MS = 150;
const HINT_CHARS = 300;

/** Follow the keys of one text field: its last run of characters, and how fast it came. */
function openTyping(field) {
  let run = null;
  let scanned = false;

  const gap = () => (run && run.count > 1 ? (run.last - run.first) / (run.count - 1) : Infinity);
  const isScan = (limit) => Boolean(run?.pure) && run.count >= SCAN_CHARS && gap() <= limit;

  /** How long a pause may be before what follows counts as something else. */
  function longestPause() {
    if (run.count < 2) return FIRST_PAUSE_MS;
    return gap() <= FIELD_GAP_MS ? HICCUP_MS : PERSON_PAUSE_MS;
  }

  function begin(now) {
    scanned ||= isScan(SCAN_GAP_MS);
    const { value, selectionStart: start, selectionEnd: end } = field;
    run = { value, start, end, first: now, last: now, count: 0, pure: true, method: false };
  }

  function inserted() {
    const before = run.value.slice(0, run.start);
    const after = run.value.slice(run.end);
    const { value } = field;
    const whole = value.length >= before.length + after.length;
    if (!whole || !value.startsWith(before) || !value.endsWith(after)) return value;
    return value.slice(before.length, value.length - after.length);
  }

  return {
    /** A key that makes a character is on its way into the field. */
    key(event) {
      const now = event.timeStamp;
      if (!run || now - run.last > longestPause()) begin(now);
      run.count += 1;
      run.last = now;
      if (event.repeat) run.pure = false;
      if (event.isComposing || event.key === "Process") run.method = true;
    },
    /** A key that changes or leaves what is there; among a scanner's keys an input method sent it. */
    edit(event) {
      if (!run) return;
      scanned ||= isScan(SCAN_GAP_MS);
      if (event.key === "Backspace" && this.running(event.timeStamp)) run.method = true;
      else run.pure = false;
    },
    /** True in the middle of a scanner's burst. */
    running: (now) => Boolean(run) && run.count >= 5 && gap() <= FIELD_GAP_MS && now - run.last <= FIELD_GAP_MS,
    quick: () => Boolean(run) && run.count >= 3 && gap() <= FIELD_GAP_MS,
    lastKey: () => run?.last ?? -Infinity,
    /** The text of a scan that just ended here, else null. */
    scan: (limit) => (isScan(limit) ? inserted() : null),
    before: () => run?.value ?? "",
    get method() {
      return Boolean(run?.method) && run.count >= SCAN_CHARS && gap() <= FIELD_GAP_MS;
    },
    get scanned() {
      return scanned;
    },
    reset(pasted = false) {
      run = null;
      scanned = pasted;
    },
  };
}

function openBox(desk, input) {
  const typing = openTyping(input);
  let hintTimer = 0;
  let asked = 0;

  function clear() {
    input.value = "";
    typing.reset();
    hint();
  }

  function hint(answer = {}) {
    asked += 1;
    clearTimeout(hintTimer);
    desk.view.hint(answer.text ?? "", answer.tone ?? "");
  }

  async function ask() {
    const text = input.value;
    const turn = (asked += 1);
    if (!text.trim() || text.length > HINT_CHARS || !desk.server.usable()) return;
    const answer = await desk.server.post("/kiosk/hint", "text/plain;charset=utf-8", text);
    if (turn === asked && answer.status === 200 && !desk.life.over) hint(answer);
  }

  function changed() {
    asked += 1;
    clearTimeout(hintTimer);
    if (!input.value) hint();
    else if (!typing.quick()) hintTimer = setTimeout(ask, HINT_MS);
  }

  function send(text, source, edited) {
    clear();
    const bytes = new TextEncoder().encode(text.slice(0, MOST_CHARS));
    if (text.trim()) desk.scan(source, [base64(bytes)], edited);
  }

  function enter() {
    const text = typing.scan(SCAN_GAP_MS);
    if (typing.method) desk.say("input_method", "wait");
    if (text !== null) send(text, "scanner", false);
    else send(input.value, "typed", typing.scanned);
  }

  /** Insert at the caret, as a key would. */
  function insert(text) {
    input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
  }

  function paste(event) {
    const field = desk.field();
    if (field && field !== input) return;
    const text = (event.clipboardData?.getData("text") ?? "").slice(0, MOST_CHARS);
    event.preventDefault();
    if (!text) return;
    input.focus();
    // The field would drop line ends, which belong to the text that was copied.
    const whole = input.value ? null : text;
    if (!whole) insert(text);
    if ((whole ?? input.value).length > 9) return send(whole ?? input.value, "typed", false);
    if (whole) insert(text);
    typing.reset(true);
    changed();
  }

  desk.life.listen(input, "input", changed);
  desk.life.listen(window, "paste", paste, { capture: true });
  input.value = memory.read("typed", "");
  memory.write("typed", "");

  return {
    typing,
    clear,
    enter,
    insert,
    focus: () => input.focus({ preventScroll: true }),
    text: () => input.value,
    busy: () => typing.quick() && performance.now() - typing.lastKey() < 400,
    /** Hand what a person has typed over a reload. */
    keep: () => memory.write("typed", typing.quick() ? "" : input.value),
    scan: (text) => send(text, "scanner", false),
  };
}
