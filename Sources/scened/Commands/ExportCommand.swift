internal import Platform
import ArgumentParser
import FoundationEssentials
import Glibc
import SceneEvents
import SceneFormats
import TextFiles
import Timeline

/// One format or several, commas between: `webvtt,edl`.
struct ExportFormats {
    var formats: [ExportFormat]

    /// For an option's `transform`: the error is one line with all names.
    init(_ argument: String) throws {
        var formats: [ExportFormat] = []
        for name in CommaList.items(argument) {
            guard let format = ExportFormat(name: name) else {
                throw ValidationError("'\(name)' is not a format; give \(Self.names.joined(separator: ", "))")
            }
            if !formats.contains(format) { formats.append(format) }
        }
        self.formats = formats
    }

    static let names = ExportFormat.all.map(\.name)

    /// One line for each format, for help texts.
    static let table = ExportFormat.all.map { format in
        "  " + format.name + String(repeating: " ", count: 15 - format.name.count) + format.summary
    }.joined(separator: "\n")
}

/// `scened export`: from events to chapters and cut lists.
struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turn the events of a run into chapters, edit lists, markers and tables.",
        discussion: """
            Formats:
            \(ExportFormats.table)

            Examples:
              scened segment film.mp4 | scened export - --to webvtt > film.vtt
              scened export film.jsonl --to matroska,edl,otio --media film.mp4 --output lists/
              scened segment udp://:5000 | scened export - --to hls --live --output scenes.m3u8part

            With one format, standard output or --output FILE. With several, a folder or --output-stem: each file is \
            named after the film, with the ending of its format. An option that no chosen format uses is refused.

            Times for players count from the start of the file and are rounded up, so that none lies before its \
            picture. YouTube's are whole seconds, rounded down. Frames and timecodes count from the first picture. \
            Formats that count frames need a constant frame rate, or --rate.

            Exit status: 0 done, even if no scene is final yet (a line says so); 64 wrong usage; 65 the input is \
            not an event stream, or the format cannot express it; 66 the input cannot be opened; 73 the output \
            cannot be written; 141 the reader of the output closed it.
            """)

    @Argument(help: "A file of JSON lines as segment writes them, or - for standard input.")
    var events: String

    @Option(
        help: ArgumentHelp("One format or several, such as webvtt,edl.", valueName: "format"),
        completion: .list(ExportFormats.names), transform: ExportFormats.init)
    var to: ExportFormats

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Write to this file, or into this folder (a name that ends in /). Default: standard output.",
            valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Begin the names of the files like this: out/film gives out/film.vtt, out/film.cmx.edl.",
            valueName: "path"))
    var outputStem: String?

    @Flag(help: "Follow events as they come, and replace the files after each final scene.")
    var live = false

    @OptionGroup(title: "Contents of the files")
    var choices: ExportArguments

    func validate() throws {
        guard output == nil || outputStem == nil else {
            throw ValidationError("--output and --output-stem name two places; give one")
        }
        guard to.formats.count == 1 || outputStem != nil || output.map(Self.isFolder) ?? false else {
            throw ValidationError(
                "\(to.formats.count) formats need a folder or a beginning of names; give --output FOLDER/ or "
                    + "--output-stem PATH")
        }
        guard !live || output != nil || outputStem != nil else {
            throw ValidationError("--live replaces files; give --output FILE")
        }
        if live, let format = to.formats.first(where: { !$0.isLive }) {
            throw ValidationError("\(format.name) needs the end of the stream; leave out --live")
        }
        try check(choices.options(events: nil))
    }

    func run() throws {
        if live {
            try follow()
            return
        }
        // Refused before anything is read.
        var files = FileRoles()
        files.read(events)
        if let output, !Self.isFolder(output) { files.write(output) }
        if output == nil, outputStem == nil { files.write(nil) }
        try files.check()
        let log = try EventLogInput.read(events)
        try write(log, checks: true)
    }

    /// Writes all files, or standard output. `checks`: that none is the input or another output.
    private func write(_ log: EventLog, checks: Bool) throws {
        let options = try choices.options(events: log, formats: to.formats)
        let result: ExportFormat.Files
        do throws(ExportError) {
            result = try ExportFormat.files(of: log, in: to.formats, options, stem: stem(of: log))
        } catch {
            throw CommandFailure(status: .noVideo, message: "\(events): \(error.description)")
        }
        // All of them, or none: the command can be given again without what cannot be.
        guard result.refusals.isEmpty else {
            let reasons = result.refusals.map(\.description).joined(separator: "; ")
            throw CommandFailure(status: .noVideo, message: "\(events): \(reasons)")
        }
        try write(result.files, checks: checks)
    }

    private func write(_ made: [ExportedFile], checks: Bool) throws {
        guard let paths = paths(of: made) else {
            guard made.count == 1 else {
                throw CommandFailure(
                    status: .usage,
                    message: "\(to.formats[0].name) needs \(made.count) files here; give --output FILE")
            }
            var output = LineOutput.standardOutput()
            try output.write(made[0].bytes)
            try output.finish()
            return
        }
        if checks {
            var files = FileRoles()
            files.read(events)
            if let output, Self.isFolder(output) { try OutputFolder.make(output) }
            if let slash = outputStem?.lastIndex(of: "/"), let outputStem {
                try OutputFolder.make(String(outputStem[...slash]))
            }
            for path in paths { files.write(path, option: outputStem == nil ? "--output" : "--output-stem") }
            try files.check()
        }
        for (path, file) in zip(paths, made) {
            var output = try LineOutput.file(path)
            try output.write(file.bytes)
            try output.finish()
        }
    }

    /// Reads events as they come, and writes after each that adds an entry.
    private func follow() throws {
        var input = try LineInput(path: events, longestLine: EventLimits.longestLine)
        var reader = EventLogReader(keepsLines: to.formats.contains(.cloudEvents))
        let listsShots =
            choices.of == .shots || choices.of == nil && to.formats.contains { $0.subject == .shots }
        var isFirst = true
        func take(_ log: EventLog) throws {
            try write(log, checks: isFirst)
            isFirst = false
        }
        do {
            while let line = try input.next() {
                try reader.push(line: line[...])
                switch reader.lastKind {
                case .streamStart, .scene, .gap, .streamEnd: try take(reader.finish())
                case .shot where listsShots: try take(reader.finish())
                default: break
                }
            }
            let log = try reader.finish()
            for warning in log.warnings { Console.say("\(events): \(warning)") }
            try take(log)
        } catch let error as ExportError {
            throw CommandFailure(status: .noVideo, message: "\(events): \(error.description)")
        }
    }

    private func check(_ options: ExportOptions) throws {
        do {
            try options.check(for: to.formats)
        } catch {
            throw ValidationError(error.description)
        }
    }

    // MARK: Names

    private static func isFolder(_ path: String) -> Bool {
        path.hasSuffix("/") || FileKind(path: path) == .folder
    }

    /// What files are called after: the film, or else the file of events.
    private func stem(of log: EventLog) -> String {
        if let outputStem { return String(outputStem.split(separator: "/").last ?? "scenes") }
        let input = choices.media ?? log.start.input
        for name in [input, events] where name != "-" && !name.contains("://") {
            let name = name.split(separator: "/").last.map(String.init) ?? ""
            let stem =
                name == events.split(separator: "/").last.map(String.init)
                ? TextFile.stem(name).replacing(".events", with: "") : TextFile.stem(name)
            if !stem.isEmpty { return stem }
        }
        return "scenes"
    }

    /// Where the files go; nil for standard output. The first file of one format has the name that
    /// --output gives.
    private func paths(of files: [ExportedFile]) -> [String]? {
        if let outputStem {
            let folder = outputStem.lastIndex(of: "/").map { String(outputStem[...$0]) } ?? ""
            return files.map { folder + $0.name }
        }
        guard let output else { return nil }
        if Self.isFolder(output) {
            return files.map { (output.hasSuffix("/") ? output : output + "/") + $0.name }
        }
        return files.indices.map { part in
            guard part > 0 else { return output }
            let name = output.split(separator: "/").last ?? ""
            let dot = name.lastIndex(of: ".").flatMap { $0 == name.startIndex ? nil : $0 }
            let end = dot ?? output.endIndex
            return output[..<end] + "-\(part + 1)" + output[end...]
        }
    }
}
