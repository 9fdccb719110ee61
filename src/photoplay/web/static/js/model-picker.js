// Another model brings its own settings: the form is asked for anew, with the prompt kept.

export function attach(list) {
  list.addEventListener("change", (event) => {
    if (event.target.name !== "model") return;
    list.hidePopover();
    const address = new URL("/create", location.href);
    address.searchParams.set("kind", list.dataset.kind);
    address.searchParams.set("model", event.target.value);
    window.htmx.ajax("GET", address.pathname + address.search, { target: "#composer", select: "#composer", swap: "outerHTML" });
  });
}
