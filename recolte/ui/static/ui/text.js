// The server counts code points, the browser UTF-16 units. They differ by one after every character beyond the first
// plane (an emoji, mostly), so we keep where those are.

const PAIR = /[\ud800-\udbff][\udc00-\udfff]/g;

/** `unit(point)` and `point(unit)` for one text. */
export function offsets(text) {
  const wide = Array.from(text.matchAll(PAIR), (found) => found.index);
  if (!wide.length) return { unit: (point) => point, point: (unit) => unit };
  return {
    unit(point) {
      let before = 0;
      while (before < wide.length && wide[before] - before < point) before += 1;
      return point + before;
    },
    point(unit) {
      let before = 0;
      while (before < wide.length && wide[before] < unit) before += 1;
      return unit - before;
    },
  };
}

/** The last index of `count` ascending values that is not above `limit`; -1 before the first. */
export function lastNotAbove(count, valueAt, limit) {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (valueAt(middle) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
