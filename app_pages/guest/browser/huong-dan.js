// Asked for by `?in=1` alone: the page is otherwise without a script.
window.addEventListener("load", () => document.fonts.ready.then(() => window.print()));
