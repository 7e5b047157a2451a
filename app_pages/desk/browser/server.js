// The server: is it there, is it the same one, and the way a request goes to it.

const ALIVE_MS = 1000;
const STALE_MS = 3000;
const RELOAD_MS = 1000;

/** Both clocks: a wall clock goes on while the machine sleeps, the other is set by nobody. */
const bothClocks = () => ({ wall: Date.now(), steady: performance.now() });
const silentFor = (seen) => Math.max(Math.abs(Date.now() - seen.wall), performance.now() - seen.steady);

function openServer(desk) {
  let away = false;
  let asking = false;
  let nextAsk = 0;
  let otherBoot = null;
  let stale = null;
  let gone = false;
  let loading = false;
  let portal = null; // how the national portal is
  let seen = bothClocks(); // the last answer of the server or sign of a person

  function met(boot) {
    if (boot) otherBoot = boot === desk.data.boot ? null : boot;
  }

  /** The session is over or locked: no patient may stay on the screen, the form takes its place. */
  function goAway() {
    if (gone || desk.life.over) return;
    gone = true;
    desk.box.keep();
    loadAnew().then((done) => { gone = done; });
  }

  /** Load the page anew from a server that answers now: one that just ended leaves a dead page. */
  async function loadAnew() {
    if (loading) return false;
    loading = true;
    try {
      await fetch("/kiosk/alive", { cache: "no-store", signal: AbortSignal.timeout(2500) });
      if (!gone && desk.box.busy()) return false; // half a scan would be lost
      if (!gone) desk.box.keep();
      location.reload();
      return true;
    } catch {
      away = true;
      return false;
    } finally {
      loading = false;
    }
  }

  async function ask() {
    if (asking || document.hidden) return;
    asking = true;
    let changed = false;
    try {
      const reply = await fetch("/kiosk/alive", { cache: "no-store", signal: AbortSignal.timeout(2500) });
      if (reply.status === 401) goAway();
      if (!reply.ok) throw new Error(String(reply.status));
      const { boot, roles, portal: told, late } = await reply.json();
      if (roles !== desk.data.roles) goAway(); // given or taken away: the page is another one
      met(boot);
      changed = JSON.stringify(told) !== JSON.stringify(portal);
      portal = told;
      desk.portal?.late(late);
      away = false;
      seen = bothClocks();
    } catch {
      away = true;
    }
    asking = false;
    nextAsk = performance.now() + (away ? RELOAD_MS : ALIVE_MS);
    if (desk.life.over) return;
    desk.view.connection(away);
    if (changed) desk.view.showWords();
    desk.pending.check();
  }

  function reloadIfDue() {
    const old = stale && performance.now() - stale.since > STALE_MS;
    const last = memory.read("reloaded", 0);
    // Half a scan in the box would be lost.
    if (!(otherBoot || old) || away || desk.box.busy()) return;
    if (Math.abs(Date.now() - last) < RELOAD_MS) return;
    memory.write("reloaded", Date.now());
    loadAnew();
  }

  function sign() {
    seen = bothClocks();
  }

  desk.life.every(200, () => {
    if (silentFor(seen) > desk.data.idle_s * 1000) return desk.lockAway(); // by jumps early, never late
    if (performance.now() >= nextAsk) ask();
    reloadIfDue();
  });
  for (const type of ["keydown", "pointerdown"]) desk.life.listen(window, type, sign, { capture: true });
  desk.life.listen(document, "visibilitychange", ask);
  desk.life.listen(window, "online", ask);

  /** Post a body; status 0 where no answer came. */
  async function post(path, type, body) {
    const headers = {
      "Content-Type": type,
      "X-Kiosk-Token": desk.data.token,
      "X-Kiosk-Lang": desk.data.lang,
    };
    const token = desk.data.token;
    try {
      const signal = AbortSignal.timeout(20000);
      const reply = await fetch(path, { method: "POST", headers, body, signal });
      if (reply.status === 401) goAway();
      if (reply.status === 403 && token === desk.data.token) {
        stale ??= { token, since: performance.now() };
      }
      const answer = reply.ok ? await reply.json() : {};
      met(answer.boot);
      return { ...answer, status: reply.status };
    } catch {
      nextAsk = 0;
      return { status: 0 };
    }
  }

  return {
    away: () => away,
    /** How the national portal is, as it was told last; null before. */
    portal: () => portal,
    sign,
    ready: () => !away && otherBoot === null,
    usable: () => !away && stale === null,
    /** New data has come: it may bring the boot or the token that was missing. */
    refresh() {
      sign();
      if (otherBoot === desk.data.boot) otherBoot = null;
      if (stale && stale.token !== desk.data.token) stale = null;
    },
    post,
    /** Lock (`khoa`) or end (`ra`) the session; the form takes the page's place. */
    async leave(how) {
      const { status } = await post(`/kiosk/${how}`, "text/plain", "");
      if (status !== 200) return;
      goAway();
      if (how === "ra") memory.forget();
    },
  };
}
