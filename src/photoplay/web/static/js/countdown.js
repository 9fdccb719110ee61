// Counts down to the moment when an order leaves: until then it can be taken back.

export function attach(element) {
  const end = performance.now() + Number(element.dataset.seconds) * 1000;
  const show = () => {
    const left = Math.ceil((end - performance.now()) / 1000);
    element.textContent = left > 0 ? `Leaves in ${left} s` : "Leaving";
    if (left > 0 && element.isConnected) setTimeout(show, 250);
  };
  show();
}
