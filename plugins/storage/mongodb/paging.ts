/** Filter for what comes after this position in a list by (createdAt, id). */
export function afterOldest(position: readonly string[] | null): object {
  if (!position) return {}
  const [createdAt, id] = position
  return { createdAt: { $gte: createdAt }, $or: [{ createdAt: { $gt: createdAt } }, { _id: { $gt: id } }] }
}
