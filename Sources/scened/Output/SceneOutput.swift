import SceneEvents
import Timeline

/// Where the events of a run go: rows of scenes for the person at a terminal; or JSON lines, and a table of
/// scenes on standard error at the end. One user at a time.
final class SceneOutput {
    private let kinds: Set<EventKind>
    private let isForPeople: Bool
    private var lines: LineOutput
    private var writer = EventWriter()
    private var table = SceneTable()
    private var clock = MediaClock.secondsOnly

    /// Opens the output: `path` names a file, nil is standard output. Throws `CommandFailure` (cannot write).
    init(_ arguments: EventArguments, path: String?) throws(CommandFailure) {
        isForPeople = arguments.isForPeople(output: path)
        kinds = isForPeople ? [] : arguments.kinds
        lines = try LineOutput.file(orStandardOutput: path)
    }

    /// Writes what of the next event is shown. Throws `CommandFailure` (cannot write).
    func emit(_ event: Event) throws(CommandFailure) {
        if case .streamStart(let start) = event { clock = start.media.clock }
        if case .scene(let scene) = event {
            let row = table.add(scene, clock: clock)
            if isForPeople { try lines.write(row) }
        }
        if kinds.contains(event.kind) {
            try lines.write(writer.line(event))
        } else {
            writer.skip(event)
        }
    }

    /// The output is complete: a file takes its name.
    ///
    /// - Parameter isQuiet: no table on standard error.
    /// - Throws: `CommandFailure` (cannot write).
    func finish(isQuiet: Bool) throws(CommandFailure) {
        let text = table.text.isEmpty ? SceneTable.empty : table.text
        if isForPeople, table.text.isEmpty { try lines.write(text) }
        try lines.finish()
        if !isQuiet, !isForPeople { Console.write(text) }
    }
}
