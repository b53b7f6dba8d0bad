import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** The oldest that the newest packages take. */
const oldest = [3, 11] as const
const commands = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11']

/** There is no Python to run such programs with; the message says in one line what to do. */
export class PythonMissing extends Error {}

export interface PythonEnvironment {
  readonly python: string
  /** A program that a package brought. */
  program(name: string): string
  /** By package; `python` for Python itself. */
  readonly versions: ReadonlyMap<string, string>
}

/** What the file pins. @throws {Error} for a line that is not `name==version` */
export function readRequirements(text: string): Map<string, string> {
  const pins = new Map<string, string>()
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const [, name, version] = /^([A-Za-z0-9][\w.-]*)==(\d[\w.]*)$/.exec(line) ?? []
    if (!name || !version) throw new Error(`Not a package at one version: ${line}`)
    pins.set(name, version)
  }
  return pins
}

/**
 * A virtual environment, made once for each Python and requirements file below the user's cache folder.
 * @param name of the folder, before a digest of what it holds
 * @throws {PythonMissing}
 */
export async function preparePython(
  name: string,
  requirementsFile: string,
  say: (line: string) => void
): Promise<PythonEnvironment> {
  const requirements = await readFile(requirementsFile, 'utf8')
  const pins = readRequirements(requirements)
  const { command, version } = await findPython()
  const key = createHash('sha256').update(`${version}\n${requirements}`).digest('hex').slice(0, 16)
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const folder = join(cache, 'integration-host', `${name}-${key}`)
  const program = (command: string) => join(folder, 'bin', command)
  const python = program('python')
  // Written last: without it the folder was left half made.
  const complete = join(folder, 'complete')
  if (!(await readFile(complete).catch(() => undefined))) {
    say(`installs ${pins.size} Python packages into ${folder}, once`)
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    await run(command, ['-m', 'venv', folder]).catch(() => {
      throw new PythonMissing(
        `${command} cannot make virtual environments: install its venv module (Debian and Ubuntu: python3-venv).`
      )
    })
    const options = ['--quiet', '--no-input', '--disable-pip-version-check', '--no-deps']
    await run(python, ['-m', 'pip', 'install', ...options, '--requirement', requirementsFile]).catch(failure => {
      throw new PythonMissing(`pip could not install the packages: ${lastLine(failure.stderr) ?? failure.message}`)
    })
    await writeFile(complete, '')
  }
  return { python, program, versions: new Map([...pins, ['python', version]]) }
}

async function findPython(): Promise<{ command: string; version: string }> {
  const found: string[] = []
  for (const command of commands) {
    const version = await run(command, ['-c', 'import platform; print(platform.python_version())'])
      .then(({ stdout }) => stdout.trim())
      .catch(() => undefined)
    if (!version) continue
    if (isNewEnough(version)) return { command, version }
    found.push(`${command} is ${version}`)
  }
  throw new PythonMissing(
    `Python ${oldest.join('.')} or newer is needed as python3: install it (${found.join(', ') || 'none is there'}).`
  )
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}

const lastLine = (text: string | undefined) => text?.trim().split('\n').at(-1)
