// Text that comes by keys: whether a person typed it or a scanner, and the one box it lands in.

const SCAN_CHARS = 6;
const SCAN_GAP_MS = 50; // Scanners take 1 to 35 ms for a character, a fast typist 80 and more.
const SILENCE_MS = 300; // after a text that may be whole
const CUT_SILENCE_MS = 800; // after another one: a scanner over radio, or a busy PC, may stall
const LONGEST_SILENCE_MS = 1500;
const WHOLE = [
  /^\W*(?:\][a-z]\w)?(?:\\\d{6})?\W*(?:\w{10}|\w{12}|\w{15})\W*$/i, // a number, with or without a frame
  /[$#\u00a3\u00a4]\s*$/, // an end sign
  /-\d{4}[|~]?$/, // a check string
  /^(?:[^|~]*[|~]){16}$/, // the last bar of a new card
  /^(?:[^|~]*[|~]){6}\d{8}$/, // a citizen card's last date
];
const HICCUP_MS = 1000;
const PERSON_PAUSE_MS = 250;
const FIRST_PAUSE_MS = 1000;
const LEAST_BY_HAND = 3; // keys, none of them quick
const MOST_CHARS = 1000000;
const HINT_MS = 150;
const HINT_CHARS = 300;

/** Follow the keys of one text field: its last run of characters, and how fast it came. */
function openTyping(field) {
  let run = null;
  let tail = null; // the run since its last key that a person may have pressed
  let scanned = false;

  const gap = () => (run && run.count > 1 ? (run.last - run.first) / (run.count - 1) : Infinity);
  const quick = (count) => Boolean(run) && run.count >= count && gap() <= SCAN_GAP_MS;
  const isScan = () => Boolean(run?.pure) && quick(SCAN_CHARS);

  /** How long a pause may be before what follows counts as something else. */
  function longestPause() {
    if (run.count < 2) return FIRST_PAUSE_MS;
    return gap() <= SCAN_GAP_MS ? Math.max(HICCUP_MS, silence()) : PERSON_PAUSE_MS;
  }

  /** How long nothing must come before a scan counts as ended; one that stalls gets more. */
  function silence() {
    const text = inserted();
    if (WHOLE.some((form) => form.test(text))) return SILENCE_MS;
    return Math.min(Math.max(CUT_SILENCE_MS, 3 * run.stalled), LONGEST_SILENCE_MS);
  }

  function begun(now) {
    const { value, selectionStart: start, selectionEnd: end } = field;
    const none = { count: 0, stalled: 0, fastest: Infinity, pure: true, method: false };
    return { value, start, end, first: now, last: now, ...none };
  }

  function begin(now) {
    scanned ||= isScan();
    run = begun(now);
    tail = null;
  }

  /** A scan may follow a hand's last key sooner than a person's pause: it is a run of its own. */
  function follow(now) {
    const byHand = run.count >= LEAST_BY_HAND && run.fastest > SCAN_GAP_MS;
    if (now - run.last > SCAN_GAP_MS) tail = byHand ? begun(now) : null;
    if (tail && tail.count >= SCAN_CHARS - 1) {
      run = tail;
      tail = null;
    }
  }

  function count(one, now) {
    if (one.count) one.fastest = Math.min(one.fastest, now - one.last);
    one.count += 1;
    one.stalled = Math.max(one.stalled, now - one.last);
    one.last = now;
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
      else follow(now);
      count(run, now);
      if (tail) count(tail, now);
      if (event.repeat) run.pure = false;
      if (event.isComposing || event.key === "Process") run.method = true;
    },
    /** A key that changes or leaves what is there; among a scanner's keys an input method sent it. */
    edit(event) {
      if (!run) return;
      tail = null;
      scanned ||= isScan();
      if (event.key === "Backspace" && this.running(event.timeStamp)) run.method = true;
      else run.pure = false;
    },
    isScan,
    silence: () => (run ? silence() : SILENCE_MS),
    /** True in a scanner's burst, before the silence that ends it. */
    running: (now) => quick(SCAN_CHARS - 1) && now - run.last <= SILENCE_MS,
    quick: () => quick(3),
    /** True while more of a scan may come, or its end. */
    busy: () => quick(3) && performance.now() - run.last < silence() + 100,
    /** True while that is so, and with the first keys of what may be one. */
    begins() {
      return this.busy() || (Boolean(run) && run.count < 3 && performance.now() - run.last < SILENCE_MS);
    },
    /** True once the pace is a person's. */
    byHand: () => !run || (run.count > 1 && gap() > SCAN_GAP_MS),
    lastKey: () => run?.last ?? -Infinity,
    /** The text of a scan that just ended here, else null. */
    scan: () => (isScan() ? inserted() : null),
    before: () => run?.value ?? "",
    get method() {
      return Boolean(run?.method) && quick(SCAN_CHARS);
    },
    get scanned() {
      return scanned;
    },
    reset(pasted = false) {
      run = tail = null;
      scanned = pasted;
    },
    /** Give up the run for the field that takes this one's place, and begin anew. */
    leave() {
      const left = run;
      this.reset();
      return left;
    },
    /** Go on with another field's run; `place` is what stood here and where its text was put. */
    goOn(left, place) {
      run = left && { ...left, ...place };
      tail = null;
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
    desk.pending.check();
  }

  function hint(answer = {}) {
    asked += 1;
    clearTimeout(hintTimer);
    desk.view.hint(answer.text ?? "", answer.tone ?? "");
    repair.put(answer.offer);
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
    desk.pending.check();
    repair.draw();
    if (!input.value) hint();
    else if (!typing.quick()) hintTimer = setTimeout(ask, HINT_MS);
  }

  function send(text, source, edited) {
    const bytes = new TextEncoder().encode(text.slice(0, MOST_CHARS));
    if (text.trim()) desk.scan(source, [base64(bytes)], edited);
    clear();
  }

  function enter() {
    const text = typing.scan();
    if (typing.method) desk.say("input_method", "wait");
    if (text !== null) send(text, "scanner", false);
    else send(input.value, "typed", typing.scanned);
  }

  /** Put a text in place of what stands here. */
  function replace(text) {
    input.value = text;
    typing.reset();
    changed();
  }

  const repair = openRepair(desk, { clear, replace, tell: hint, submit: (text) => send(text, "typed", false) }, input, desk.view.offers);

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
    /** What stands here and is not sent yet: nothing, a scan or the first key of one, a hand's text. */
    coming: () => (!input.value || repair.isTold() ? "" : typing.byHand() ? "typing" : "scan"),
    repair: repair.take,
    retype: repair.show,
    busy: typing.busy,
    /** Hand what a person has typed over a reload. */
    keep: () => memory.write("typed", typing.quick() ? "" : input.value),
    scan: (text) => send(text, "scanner", false),
  };
}
