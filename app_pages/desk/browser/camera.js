// The camera: a live picture, frames posted only while something changes, each card told once.

const LOOK_MS = 100;
const SLOW_MS = 250; // while a card that was told stays in view, and while nothing changes: most frames of a house
const SETTLED_MS = 300; // without a change
const BUSY_MOST_MS = 500;
const RETRY_MS = 5000;
const AFTER_CHANGE_MS = 1000;
const UNREAD_FAST_MS = 10000;
const GONE_MS = 1200;
const GONE_FRAMES = 3;
const ADVICE_MS = 1000;
const OTHER_STEPS = 60; // of 255 in a block: no hand's tremor, a card that comes or goes
const GONE_BEFORE_MS = 500; // without any code: what comes then is another one
const SMALL = { width: 64, height: 36, block: 4 };

const CAMERA_ERRORS = {
  NotAllowedError: "camera_denied",
  SecurityError: "camera_denied",
  NotFoundError: "camera_none",
  NotReadableError: "camera_busy",
  AbortError: "camera_busy",
  OverconstrainedError: "camera_unfit",
};

/** Which camera this desk uses, kept by this browser; a camera that is gone is passed over. */
function openChoice() {
  const name = "desk.chosen_camera";
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  };
  return {
    keep({ deviceId, label }) {
      try {
        localStorage.setItem(name, JSON.stringify({ deviceId, label }));
      } catch {
        // It holds for this page.
      }
    },
    /** Return the camera to ask for: by its id, else, where the browser changed ids, by its name. */
    of(cameras) {
      const kept = read();
      return cameras.find((one) => one.deviceId === kept?.deviceId)
        ?? cameras.find((one) => one.label && one.label === kept?.label) ?? null;
    },
  };
}

async function camerasThere() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((one) => one.kind === "videoinput");
}

function median(values) {
  return Float32Array.from(values).sort()[values.length >> 1];
}

/** Mean brightness of each block of a small RGBA picture. */
function blockMeans(pixels) {
  const across = SMALL.width / SMALL.block;
  const means = new Float32Array((across * SMALL.height) / SMALL.block);
  for (let at = 0; at < SMALL.width * SMALL.height; at += 1) {
    const block = Math.floor(at / (SMALL.width * SMALL.block)) * across
      + Math.floor((at % SMALL.width) / SMALL.block);
    const gray = 0.3 * pixels[4 * at] + 0.59 * pixels[4 * at + 1] + 0.11 * pixels[4 * at + 2];
    means[block] += gray / (SMALL.block * SMALL.block);
  }
  return means;
}

/** Largest and middle difference of two pictures' blocks, the change of the whole light left out. */
function difference(now, before) {
  const steps = now.map((value, at) => value - before[at]);
  const light = median(steps);
  const local = steps.map((step) => Math.abs(step - light));
  return { most: Math.max(...local), middle: median(local) };
}

/** Which sets of payloads are in view: a set is told when it comes, not while it stays. */
function openSight() {
  const seen = new Map();
  const within = (part, whole) => part.every((payload) => whole.includes(payload));

  function miss(frame, now) {
    for (const [name, entry] of seen) {
      if (frame.length && within(entry.payloads, frame)) {
        Object.assign(entry, { at: now, misses: 0 });
      } else {
        entry.misses += 1;
        if (entry.misses >= GONE_FRAMES && now - entry.at >= GONE_MS) seen.delete(name);
      }
    }
  }

  return {
    /** Take the payloads of one posted frame; return true when they are news. */
    isNews(payloads, now) {
      const frame = [...new Set(payloads)].sort();
      miss(frame, now);
      // One code of two that is read alone for a moment is no new patient.
      const known = [...seen.values()].some((entry) => within(frame, entry.payloads));
      if (!frame.length || known) return false;
      seen.set(frame.join("|"), { payloads: frame, at: now, misses: 0 });
      return true;
    },
    /** True while it is not yet sure whether a card has left. */
    unsure: () => [...seen.values()].some((entry) => entry.misses > 0),
  };
}

/**
 * How long a code has been there unread: until a second is over it may still be read, and once it
 * was read it is the one that was read, however it moves, until no code was there for half a second.
 */
function openAppearance() {
  let since = null;
  let served = false;
  let gone = -Infinity;
  return {
    /** Take one look of the camera; return true when the officer is to be told. */
    isUnread(read, unread, now) {
      if (!read && !unread) {
        gone ??= now;
        if (now - gone >= GONE_BEFORE_MS) [since, served] = [null, false];
        return false;
      }
      gone = null;
      since ??= now;
      served ||= read;
      return unread && !read && !served && now - since >= ADVICE_MS;
    },
  };
}

/** When to post: on change, a second longer, and while a code is there but unread. */
function openWatch() {
  let posted = null;
  let previous = null;
  let noise = 0;
  let limit = 0;
  let change = Infinity;
  let changedAt = -Infinity;
  return {
    due(means, now, unread, unsure) {
      if (previous) noise += 0.05 * (Math.min(difference(means, previous).middle, 4) - noise);
      previous = means;
      limit = Math.max(8, 6 * noise);
      change = posted ? difference(means, posted).most : Infinity;
      if (change > limit) changedAt = now;
      return unread || unsure || now - changedAt < AFTER_CHANGE_MS;
    },
    posted(means) {
      posted = means;
    },
    quietFor: (now) => now - changedAt,
    /** True where something came since the last post: beside a card that stays, only another. */
    isOther: (stays) => change > (stays ? OTHER_STEPS : limit),
  };
}

function openCamera(desk, video) {
  const small = el("canvas", { width: SMALL.width, height: SMALL.height });
  const pen = small.getContext("2d", { willReadFrequently: true });
  const full = el("canvas");
  const sight = openSight();
  const watch = openWatch();
  const appearance = openAppearance();
  const choice = openChoice();
  let cameras = [];
  let stream = null;
  let starting = false;
  let posting = false;
  let unread = false;
  let seen = false;
  let pause = LOOK_MS;
  let nextPost = 0;
  let restsUntil = 0;
  let nextTry = 0;
  let cause = { name: "", since: 0 };

  function stop(state) {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
    unread = false;
    seen = false;
    nextTry = performance.now() + RETRY_MS;
    desk.view.camera(state);
  }

  async function start() {
    if (!navigator.mediaDevices?.getUserMedia) return stop("camera_insecure");
    starting = true;
    try {
      const chosen = choice.of(await camerasThere());
      const wanted = { width: { ideal: 1280 }, height: { ideal: 720 } };
      // Chromium passes over `ideal`; a camera unplugged this moment is no longer there at the next try.
      if (chosen?.deviceId) wanted.deviceId = { exact: chosen.deviceId };
      const got = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
      if (desk.life.over || !desk.data.camera) got.getTracks().forEach((track) => track.stop());
      else await live(got);
    } catch (error) {
      stop(CAMERA_ERRORS[error.name] ?? "camera_failed");
    }
    starting = false;
  }

  async function live(got) {
    stream = got;
    desk.life.listen(got.getVideoTracks()[0], "ended", () => stop("camera_ended"));
    video.srcObject = got;
    await video.play();
    desk.view.camera("live");
    await offer();
  }

  const current = () => stream?.getVideoTracks()[0]?.getSettings().deviceId;

  /** Offer the other cameras; their names are known only once one is open. */
  async function offer() {
    cameras = await camerasThere();
    const at = cameras.findIndex((one) => one.deviceId === current());
    desk.view.cameras(cameras.length > 1 ? cameras[at]?.label ?? "" : null);
  }

  /** Take the next camera, and keep it for this desk. */
  function next() {
    const at = cameras.findIndex((one) => one.deviceId === current());
    if (cameras.length < 2 || starting) return;
    choice.keep(cameras[(at + 1) % cameras.length]);
    stop("camera_starting");
    nextTry = 0;
  }

  function thumbnail() {
    pen.drawImage(video, 0, 0, SMALL.width, SMALL.height);
    return blockMeans(pen.getImageData(0, 0, SMALL.width, SMALL.height).data);
  }

  function jpeg() {
    const scale = Math.min(1, 1280 / Math.max(video.videoWidth, video.videoHeight));
    full.width = Math.round(video.videoWidth * scale);
    full.height = Math.round(video.videoHeight * scale);
    full.getContext("2d").drawImage(video, 0, 0, full.width, full.height);
    return new Promise((done) => full.toBlob(done, "image/jpeg", 0.85));
  }

  function look() {
    const now = performance.now();
    const ready = stream && video.readyState >= 2 && video.videoWidth && !document.hidden;
    if (!ready || posting || now < nextPost) return;
    const means = thumbnail();
    if (!watch.due(means, now, unread, sight.unsure()) || !desk.server.usable()) return;
    if (now < restsUntil && !watch.isOther(seen)) return;
    watch.posted(means);
    post(now);
  }

  /** How long to wait from one post to the next where nothing comes, by what the last answer said. */
  function rest(now) {
    if (seen) return SLOW_MS;
    const quiet = watch.quietFor(now);
    // A poster that is never read must not be asked about ten times a second all day.
    if (unread) return quiet > UNREAD_FAST_MS ? 500 : 0;
    return quiet > SETTLED_MS ? SLOW_MS : 0;
  }

  async function post(begun) {
    posting = true;
    const body = await jpeg();
    const answer = body ? await desk.server.post("/kiosk/frame", "image/jpeg", body) : { status: 0 };
    posting = false;
    if (desk.life.over) return;
    took(answer);
    if (answer.status !== 200) return;
    const now = performance.now();
    // A server that let a frame wait is left as long again: fifty desks that all hurry are all slow.
    nextPost = now + Math.min(answer.delayed, BUSY_MOST_MS);
    restsUntil = begun + rest(now) - 10;
  }

  function took(answer) {
    if (answer.status !== 200) {
      const busy = answer.status === 413 || answer.status === 429;
      pause = busy ? Math.min(2000, pause * 2) : pause;
      nextPost = performance.now() + (busy ? pause : 1000);
      return;
    }
    pause = LOOK_MS;
    unread = Boolean(answer.unread);
    const payloads = answer.payloads ?? [];
    seen = payloads.length > 0;
    desk.pending.looked(unread || payloads.length > 0, unread);
    if (sight.isNews(payloads, performance.now()) || desk.pending.isAnother(payloads)) desk.scan("camera", payloads);
    const now = performance.now();
    const what = advice(answer, now);
    const told = appearance.isUnread(payloads.length > 0, unread, now);
    desk.view.aim(payloads.length ? "read" : told ? "unread" : "", told ? what : "");
  }

  /** What to do about a code that stays unread: told when the cause has been the same for a while. */
  function advice(answer, now) {
    const name = answer.unread ? answer.hint ?? "" : "";
    if (cause.name !== name) cause = { name, since: now };
    return now - cause.since >= ADVICE_MS ? name : "";
  }

  function keepUp() {
    const wanted = Boolean(desk.data.camera);
    if (!wanted && stream) stop("");
    if (wanted && !stream && !starting && performance.now() >= nextTry) start();
  }

  desk.life.every(LOOK_MS, look);
  desk.life.every(250, keepUp);
  desk.life.listen(navigator.mediaDevices, "devicechange", () => {
    nextTry = 0;
    if (stream) offer();
  });
  return { close: () => stop(""), next };
}
