/** The first so many of all rows offered, whatever their order: a heap with the last of those kept on top. */
export const firsts = (limit: number, isBefore: (row: number, other: number) => boolean) => {
  const heap: number[] = []
  const at = (place: number) => heap[place] ?? 0
  const swap = (place: number, other: number) => { [heap[place], heap[other]] = [at(other), at(place)] }
  const rise = (place: number) => {
    for (let parent = (place - 1) >> 1; place > 0 && isBefore(at(parent), at(place)); parent = (place - 1) >> 1) {
      swap(place, parent)
      place = parent
    }
  }
  const sink = () => {
    for (let place = 0, child = 1; child < heap.length; child = 2 * place + 1) {
      if (child + 1 < heap.length && isBefore(at(child), at(child + 1))) child++
      if (!isBefore(at(place), at(child))) return
      swap(place, child)
      place = child
    }
  }
  return {
    offer(row: number): void {
      if (heap.length < limit) {
        heap.push(row)
        rise(heap.length - 1)
      } else if (isBefore(row, at(0))) {
        heap[0] = row
        sink()
      }
    },
    inOrder: (): number[] => heap.toSorted((row, other) => isBefore(row, other) ? -1 : 1),
  }
}
