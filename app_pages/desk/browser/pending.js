// Whose answer is on the screen: once somebody else may stand there, it is shown as the last one's.

const ABOUT_ANSWER = new Set(["F2", "F3", "Shift+F3", "F6", "F7", "Shift+F7", "F8", "Shift+F9"]);

function openPending(desk) {
  let gone = -Infinity; // since when no code is in the camera's view, null while one is
  let unread = false; // a code came into view after that and was not read
  let picture = false; // one is being read
  let elsewhere = false; // another window of this desk has scanned
  let last = []; // what the camera told last
  let drawn = "";
  const windows = new BroadcastChannel("desk.scans");

  /** Why the answer shown is not the answer for whoever stands there; "" where it is. */
  function why() {
    const another = picture ? "scan" : desk.scans.another();
    if (another) return another;
    const typed = desk.box.coming() || desk.keys.coming();
    if (typed) return typed;
    if (desk.looking.on()) return "lookup";
    if (unread) return "unread";
    if (desk.server.away()) return "away";
    return elsewhere ? "elsewhere" : "";
  }

  function check() {
    const now = why();
    if (now === drawn) return;
    drawn = now;
    desk.view.showCard();
  }

  function put(values) {
    ({ unread = unread, picture = picture, elsewhere = elsewhere } = values);
    check();
  }

  desk.life.listen(windows, "message", ({ data }) => data === desk.mark && put({ elsewhere: true }));
  desk.life.every(100, check);

  return {
    why: () => drawn,
    check,
    /** A scan of this window takes the place of all that was seen before. */
    scanned(source, payloads) {
      windows.postMessage(desk.mark);
      last = source === "camera" ? payloads : [];
      put({ unread: false, elsewhere: false });
    },
    /** A picture of a card is being read; until a code of it is sent, it is one that is unread. */
    pictured: (begins) => put({ picture: begins, unread: !begins }),
    /** What a look of the camera showed: a code at all, and one that stayed unread. */
    looked(inView, isUnread) {
      const now = performance.now();
      if (!inView) gone ??= now;
      else {
        if (isUnread && gone !== null && now - gone >= GONE_BEFORE_MS) put({ unread: true });
        gone = null;
      }
    },
    /** A code is read again that is no news: the answer comes back if it is the answer to this one. */
    isAnother(payloads) {
      if (!unread || !payloads.length) return false;
      const same = payloads.every((payload) => last.includes(payload));
      if (same) put({ unread: false });
      return !same;
    },
    /** The officer wants the last answer back; false where it is not hers to bring back. */
    dismiss() {
      if (drawn !== "unread" && drawn !== "elsewhere") return false;
      put({ unread: false, elsewhere: false });
      return true;
    },
    /** Tell whether a key would act on an answer that is no longer shown as the current one. */
    refuses(key) {
      // a menu that waits may bring somebody else, too
      const unsure = drawn || desk.menus.waits();
      if (!ABOUT_ANSWER.has(key) || !unsure || !desk.view.answer()) return false;
      if (key === "F3") desk.handover.forget();
      desk.say("pending_key", "wait");
      return true;
    },
    close: () => windows.close(),
  };
}
