import type { Figure } from './figure.ts'
import type { Machine } from './machine.ts'

export interface LeftOut {
  readonly name: string
  readonly reason: string
}

/** Markdown as the README has it. */
export function writeTable(machine: Machine, figures: readonly Figure[], leftOut: readonly LeftOut[]): string {
  const rows = figures.map(({ name, goal, shown, met, ceiling, note }) => [
    `\`${name}\``,
    goal,
    `${met ? '' : '**missed** '}${shown}`,
    ceiling ?? '–',
    note
  ])
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`)
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; commit ${machine.commit}, ${machine.date}; ${versions.join(', ')}.`,
    '',
    ...table(['figure', 'goal', 'measured', 'bare, same run', 'how'], rows),
    ...(leftOut.length > 0 ? ['', ...leftOut.map(({ name, reason }) => `Left out: \`${name}\`, ${reason}.`)] : [])
  ].join('\n')
}

/** A table of Markdown, a line each. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}
