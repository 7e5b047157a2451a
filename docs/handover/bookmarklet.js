// Fills a web form of the hospital system (HIS) with the line that the kiosk copied (F3).
//
// Write into FIELDS where each place of the line goes in your form, then make the bookmark:
//   python docs/handover/make_bookmarklet.py docs/handover/bookmarklet.js

void (async () => {
  // `at`: place in the line, from 1. `into`: a CSS selector of the field. `name`: what the message calls it.
  const FIELDS = [
    { at: 1, into: "#ma_the", name: "Số thẻ" },
    { at: 2, into: "#ho_ten", name: "Họ tên" },
    { at: 3, into: "#ngay_sinh", name: "Ngày sinh" },
    { at: 4, into: "#gioi_tinh, input[name=gioi_tinh]", name: "Giới tính" },
    { at: 5, into: "#ma_dkbd", name: "Nơi ĐK KCB ban đầu" },
    { at: 6, into: "#gt_the_tu", name: "Giá trị từ" },
    { at: 7, into: "#gt_the_den", name: "Giá trị đến" },
  ];
  const PLACES = 7; // in the kiosk's template; one more is its note that the portal has not answered
  const CARD = { at: 1, looks: /^([A-Z]{2}\d{13}|\d{10}|)$/ }; // by it and the name a line of the kiosk is known
  const WHO = 2; // the name stands in the message, to be compared with the patient
  // Words that mean the same in a list or beside a round button.
  const SAME = [["1", "nam", "male", "m"], ["2", "nu", "female", "f"], ["3", "chua xac dinh", "other"]];
  const SHOWN_MS = 15000;

  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").trim().toLowerCase();
  const meanings = (text) => SAME.find((words) => words.includes(fold(text))) ?? [fold(text)];
  const isSame = (one, other) => meanings(one).includes(fold(other));
  const isSeen = (node) => node.type === "radio" || node.getClientRects().length > 0;
  const wanting = [];

  /** This page and the frames in it that belong to the same site. */
  function pages(page = window) {
    try {
      return [page.document, ...Array.from(page.frames).flatMap((frame) => pages(frame))];
    } catch {
      return []; // a frame of another site
    }
  }

  /** Say something; what is still to be done by hand stays until it is clicked away. */
  function show(lines, todo = false) {
    document.getElementById("kiosk-bhyt")?.remove();
    const box = document.createElement("div");
    box.id = "kiosk-bhyt";
    box.setAttribute("role", "status");
    box.style.cssText = "position:fixed;z-index:2147483647;top:8px;right:8px;max-width:420px;padding:10px 16px;border-radius:8px;color:#fff;font:16px/1.4 sans-serif;white-space:pre-line";
    box.style.background = todo ? "#7a4b00" : "#0b5c2e";
    box.textContent = lines.join("\n");
    document.body.append(box);
    box.addEventListener("click", ({ target }) => target === box && box.remove());
    if (!todo) setTimeout(() => box.remove(), SHOWN_MS);
    return box;
  }

  /** The line from the clipboard; where the browser does not let a page read it, by Ctrl+V. */
  async function copied() {
    try {
      return await navigator.clipboard.readText();
    } catch {
      return pasted();
    }
  }

  function pasted() {
    const box = show(["Bấm Ctrl+V để dán dòng đã chép ở kiosk (Esc: bỏ)"], true);
    const area = document.createElement("textarea");
    area.rows = 1;
    box.append(document.createElement("br"), area);
    area.focus();
    return new Promise((answer) => {
      const end = (text) => { box.remove(); answer(text); };
      area.addEventListener("paste", (event) => { event.preventDefault(); end(event.clipboardData.getData("text")); });
      area.addEventListener("keydown", (event) => event.key === "Escape" && end(null));
    });
  }

  /** Tell the form as a hand would: frameworks listen to these. */
  function tell(node) {
    const { Event } = node.ownerDocument.defaultView;
    for (const type of ["input", "change", "blur"]) node.dispatchEvent(new Event(type, { bubbles: type !== "blur", composed: true }));
  }

  function put(node, property, value) {
    // Past what a framework has put over the field, as a key does.
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(node), property).set.call(node, value);
    tell(node);
  }

  /** A field for days takes ISO alone, and only a whole day. */
  function asDay(value) {
    const found = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(value);
    if (found) return `${found[3]}-${found[2]}-${found[1]}`;
    return /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : "";
  }

  function pickOption(node, value) {
    const options = [...node.options];
    const found = options.find((one) => one.value === value) ?? options.find((one) => isSame(value, one.value) || isSame(value, one.text));
    const none = options.findIndex((one) => one.value === "");
    put(node, "selectedIndex", value && found ? found.index : none);
    return !value || found ? "" : "không có trong danh sách";
  }

  function pickRound(nodes, value) {
    const called = (node) => [node.value, ...[...(node.labels ?? [])].map((label) => label.textContent)];
    const found = nodes.find((node) => value && called(node).some((word) => isSame(value, word)));
    for (const node of nodes) if (node.checked && node !== found) put(node, "checked", false);
    if (found && !found.checked) found.click();
    return !value || found ? "" : "không có lựa chọn này";
  }

  /** Fill one field, empty it where the kiosk knows nothing: what stood there is another patient's. */
  function fill(nodes, value) {
    const [node] = nodes;
    if (nodes.some((one) => one.disabled || one.readOnly)) return "bị khóa, chưa điền";
    if (node.type === "radio") return pickRound(nodes, value);
    if (nodes.length > 1) return "có hơn một trường, chưa điền";
    if (node.tagName === "SELECT") return pickOption(node, value);
    const written = node.type === "date" ? asDay(value) : value;
    const fits = !(node.maxLength >= 0 && written.length > node.maxLength);
    put(node, "value", fits ? written : "");
    if (!fits) return "trường ngắn quá, chưa điền";
    if (value && !written) return `chỉ biết ${value}, nhập tay`;
    return node.value === written ? "" : "trang đã đổi giá trị, xem lại";
  }

  /** When the same line was filled in before on this site, "" for never: it may be of somebody before. */
  function filledAt(line) {
    const mark = [...line].reduce((sum, sign) => (sum * 31 + sign.codePointAt(0)) % 2147483647, 7); // nobody's data
    try {
      const [before, at] = (sessionStorage.getItem("kiosk-bhyt") ?? "").split(" ");
      sessionStorage.setItem("kiosk-bhyt", `${mark} ${new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" })}`);
      return before === String(mark) ? at : "";
    } catch {
      return ""; // the site keeps nothing
    }
  }

  const line = await copied();
  if (line === null) return;
  const values = line.replace(/[\r\n]+$/, "").split("\t");
  const isOurs = [PLACES, PLACES + 1].includes(values.length) && CARD.looks.test(values[CARD.at - 1]) && values[WHO - 1] !== "";
  if (!isOurs) {
    show(["Không phải dòng chép từ kiosk, chưa điền gì.", "Bấm F3 ở kiosk rồi thử lại."], true);
    return;
  }
  const all = pages();
  for (const { at, into, name } of FIELDS) {
    const nodes = all.flatMap((page) => [...page.querySelectorAll(into)]).filter(isSeen);
    const why = nodes.length ? fill(nodes, values[at - 1]) : "không thấy trên trang";
    if (why) wanting.push(`${name}: ${why}`);
  }
  const before = filledAt(line);
  const note = values[PLACES] ?? "";
  const filled = `Đã điền ${FIELDS.length - wanting.length}/${FIELDS.length}: ${values[WHO - 1]}`;
  const again = before && `Dòng này đã điền lúc ${before}: so lại tên với bệnh nhân`;
  const toSee = [again, ...wanting, note].filter(Boolean);
  show([filled, ...toSee], toSee.length > 0);
})();
