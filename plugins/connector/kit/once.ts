/** Asks each question once, for as long as `asked` is kept: whoever comes while it is under way gets the same answer. */
export function once<T>(asked: Map<string, Promise<T>>, key: string, question: () => Promise<T>): Promise<T> {
  const answer = asked.get(key) ?? question()
  asked.set(key, answer)
  return answer
}
