import ArchiveBatch
import FoundationEssentials
import Glibc
import Platform
import SceneEvents
import SceneFormats
import TextFiles

/// One film of a batch, from its notes to its results.
///
/// Programs write into a folder beside that of the results, which only one batch holds at a time. What is
/// whole is moved to its place, `done.json` last: a batch that is killed at any instant leaves nothing
/// half-written.
struct FilmJob {
    let item: BatchItem
    let settings: BatchSettings
    /// Runs a program to its end: its exit status, or 128 and a signal; nil where it is not begun, since the
    /// batch stops.
    let run: (_ words: [String], _ errors: String) -> Int?
    private let files = PosixFiles()

    /// How it went, and what is said of it.
    struct Report {
        var ending: ItemEnding
        /// It was done before.
        var wasPresent = false
        var note: DoneNote?
        /// Why an export cannot be made of it.
        var exportProblem: String?
        var seconds: Double = 0
    }

    init(
        _ item: BatchItem, _ settings: BatchSettings,
        run: @escaping (_ words: [String], _ errors: String) -> Int?
    ) {
        self.item = item
        self.settings = settings
        self.run = run
    }

    private var folder: String { "\(settings.output)/\(item.id)" }

    /// As deep as the results: what a page says of where the film is stays true.
    private var workFolder: String {
        let place = item.id.lastIndex(of: "/").map { item.id.index(after: $0) } ?? item.id.startIndex
        return "\(settings.output)/\(item.id[..<place]).\(item.id[place...]).part"
    }

    /// Does what is to be done. Never throws: what goes wrong is a way to end.
    func report() -> Report {
        if let refusal { return Report(ending: refusal) }
        let identity = InputIdentity(of: item.input)
        do throws(DurableFileError) {
            if let report = try present(identity) {
                sweep()
                return report
            }
            let key = settings.key(of: item, identity)
            let attempts = try attempts()
            var failure: ItemEnding?
            if let attempts, attempts.key == key, attempts.isSpent, !settings.retriesFailed {
                failure = .failedForGood(status: attempts.status, message: attempts.message)
            }
            if let failure, try outdatedNote(identity) == nil {
                sweep()
                return Report(ending: failure)
            }
            try files.createDirectory(workFolder)
            let lock: DurableFileHandle
            do throws(DurableFileError) {
                lock = try files.lock("\(workFolder)/lock")
            } catch {
                guard error.isTaken else { throw error }
                return busy
            }
            defer { files.unlock(lock) }
            // Another batch may just have done it, and taken the folder away.
            guard files.isOpen(lock, at: "\(workFolder)/lock") else { return busy }
            if let report = try present(identity) {
                try clear()
                return report
            }
            if let failure {
                try withdraw(identity)
                try clear()
                return Report(ending: failure)
            }
            let start = WallClock.monotonicSeconds()
            var report = try work(identity)
            report.seconds = WallClock.monotonicSeconds() - start
            try conclude(&report, identity, key, settings.retriesFailed ? nil : attempts)
            try clear()
            return report
        } catch {
            return Report(
                ending: .failedForNow(
                    status: Int(ExitStatus.cannotWrite.rawValue), message: error.description))
        }
    }

    private var busy: Report {
        Report(
            ending: .failedForNow(
                status: Int(ExitStatus.cannotWrite.rawValue), message: "another batch is at work on it"))
    }

    /// Why nothing can be done for the film wherever its results would lie; nil where it can.
    private var refusal: ItemEnding? {
        if let problem = item.problem {
            return .failedForGood(status: Int(ExitStatus.noVideo.rawValue), message: problem)
        }
        // A file may stand where a folder is wanted: the film itself, where results go beside it.
        var place = settings.output
        for part in item.id.split(separator: "/") {
            place += "/\(part)"
            guard let kind = FileKind(path: place) else { return nil }
            guard kind == .folder else {
                return .failedForGood(
                    status: Int(ExitStatus.cannotWrite.rawValue),
                    message:
                        "'\(place)' is not a folder, and the results would lie there; give another --output")
            }
        }
        return nil
    }

    // MARK: what is there

    private func bytes(_ name: String) throws(DurableFileError) -> [UInt8]? {
        let path = "\(folder)/\(name)"
        guard let facts = try files.facts(of: path) else { return nil }
        return try files.read(path, from: 0, count: Int(min(facts.size, 1 << 20)))
    }

    private func attempts() throws(DurableFileError) -> AttemptNote? {
        try bytes(AttemptNote.name).flatMap(AttemptNote.init)
    }

    /// The note of results that are there and whole.
    private func note() throws(DurableFileError) -> DoneNote? {
        try bytes(DoneNote.name).flatMap(DoneNote.init)
    }

    /// Whether the film is the one that the results are of. A copy with another time is; so is one that is
    /// gone.
    private func isSame(_ note: DoneNote, _ identity: InputIdentity?) -> Bool {
        guard let identity, identity.size != nil else { return note.input == item.input }
        if identity == note.identity, note.input == item.input { return true }
        return identity.size == note.identity.size && note.ends != nil
            && InputIdentity.endsDigest(of: item.input) == note.ends
    }

    /// The note of results that are of another film than the one that is there by now. nil where that cannot
    /// be known, as of an address, or of a film that is away: its results stay.
    private func outdatedNote(_ identity: InputIdentity?) throws(DurableFileError) -> DoneNote? {
        guard let note = try note(), let former = note.identity.size, let size = identity?.size else {
            return nil
        }
        if former != size { return note }
        guard let ends = note.ends, let now = InputIdentity.endsDigest(of: item.input) else { return nil }
        return ends == now ? nil : note
    }

    /// What is to be done, given the note of what is there.
    private func left(_ note: DoneNote?, _ identity: InputIdentity?) -> BatchWork {
        BatchWork.least(
            note, for: settings.digests, isSame: note.map { isSame($0, identity) } ?? false,
            keeps: settings.keepsEmbeddings,
            canBeScored: settings.words.canBeScoredAgain && isThere(DoneNote.embeddingsName))
    }

    /// The film is done as it is wanted; nil where it is not.
    private func present(_ identity: InputIdentity?) throws(DurableFileError) -> Report? {
        guard var note = try note(), left(note, identity) == .nothing else { return nil }
        if let identity, identity != note.identity || note.input != item.input {
            (note.identity, note.input) = (identity, item.input)
            try files.replace("\(folder)/\(DoneNote.name)", with: [UInt8](note.text.utf8))
        }
        try forgetFailures()
        return Report(ending: note.damage.map { .damaged($0) } ?? .done, wasPresent: true, note: note)
    }

    // MARK: the work

    private func work(_ identity: InputIdentity?) throws(DurableFileError) -> Report {
        for name in try files.names(in: workFolder) where name != "lock" {
            try files.remove("\(workFolder)/\(name)")
        }
        let note = try note()
        let work = left(note, identity)
        var ending = ItemEnding.done
        var (damage, exportProblem): (String?, String?)
        for words in commands(work) {
            let errors = "\(workFolder)/errors.txt"
            guard let status = run(words, errors) else { return Report(ending: .stopped) }
            ending = ItemEnding(
                status: status, message: Self.lastLine(of: errors), isAddress: item.input.contains("://"),
                isStopping: false)
            // What a format cannot hold takes nothing else with it.
            if words[0] == "export",
                case .failedForGood(Int(ExitStatus.noVideo.rawValue), let message) = ending
            {
                // The file of events is about to move.
                let name = FileName.shown(words[1]) + ": "
                let problem = message.hasPrefix(name) ? String(message.dropFirst(name.count)) : message
                exportProblem = (exportProblem.map { $0 + "; " } ?? "") + problem
                ending = .done
            }
            switch ending {
            case .damaged(let message): damage = message
            case .done: continue
            case .failedForGood, .failedForNow, .stopped: return Report(ending: ending)
            }
        }
        if work != .everything { damage = note?.damage }
        return Report(
            ending: damage.map { .damaged($0) } ?? .done, note: work == .everything ? nil : note,
            exportProblem: exportProblem)
    }

    private func isThere(_ name: String) -> Bool {
        ((try? files.facts(of: "\(folder)/\(name)")) ?? nil) != nil
    }

    /// The programs that do it, each with its words.
    private func commands(_ work: BatchWork) -> [[String]] {
        let (old, new) = (folder, workFolder)
        switch work {
        case .nothing: return []
        case .everything:
            let events = "\(new)/\(DoneNote.eventsName)"
            var words = ["segment", item.input] + settings.words.segmenting + settings.threads
            words += ["--quiet", "--output", events]
            if settings.keepsEmbeddings { words += ["--embeddings", "\(new)/\(DoneNote.embeddingsName)"] }
            if settings.makesReport { words += ["--report", "\(new)/\(DoneNote.reportName)"] }
            return [words] + exports(of: events)
        case .scoring:
            let events = "\(new)/\(DoneNote.eventsName)"
            return [
                ["score", "\(old)/\(DoneNote.embeddingsName)"] + settings.words.comparing
                    + settings.words.scoring + ["--quiet", "--output", events]
            ] + exports(of: events) + reports(of: events)
        case .exports:
            let events = "\(old)/\(DoneNote.eventsName)"
            return exports(of: events) + reports(of: events)
        }
    }

    /// One program for each format: what one cannot hold, others can.
    private func exports(of events: String) -> [[String]] {
        let formats = settings.words.exportFormats.flatMap { try? ExportFormats($0).formats } ?? []
        return formats.map { format in
            var words = ["export", events, "--to", format.name]
            words += ["--output-stem", "\(workFolder)/\(TextFile.stem(item.input))"]
            // Events that were scored again name the embeddings.
            if format.options.contains(.media) { words += ["--media", item.input] }
            return words
        }
    }

    private func reports(of events: String) -> [[String]] {
        guard settings.makesReport else { return [] }
        return [
            [
                "report", events, "--video", item.input, "--quiet", "--output",
                "\(workFolder)/\(DoneNote.reportName)",
            ]
        ]
    }

    // MARK: the results

    /// Moves what is whole to its place and writes the note; or notes the failure.
    private func conclude(
        _ report: inout Report, _ identity: InputIdentity?, _ key: String, _ attempts: AttemptNote?
    ) throws(DurableFileError) {
        switch report.ending {
        case .stopped: return
        case .failedForGood(let status, let message), .failedForNow(let status, let message):
            var isFinal = false
            if case .failedForGood = report.ending { isFinal = true }
            let note = AttemptNote.after(
                attempts, key: key, isFinal: isFinal, status: status, message: message)
            try files.createDirectory(folder)
            try files.replace("\(folder)/\(AttemptNote.name)", with: [UInt8](note.text.utf8))
            try withdraw(identity)
            if note.isSpent { report.ending = .failedForGood(status: status, message: message) }
        case .done, .damaged: report.note = try publish(report, identity)
        }
    }

    private func publish(_ report: Report, _ identity: InputIdentity?) throws(DurableFileError) -> DoneNote {
        let made = try files.names(in: workFolder).filter { !["lock", "errors.txt"].contains($0) }
        let earlier = try note()
        // What stays of results that were there: all that was not to be made anew.
        let kept =
            report.note == nil
            ? []
            : [DoneNote.eventsName, DoneNote.embeddingsName].filter { !made.contains($0) && isThere($0) }
        try files.createDirectory(folder)
        // From here on until the new note the film counts as not done.
        try files.remove("\(folder)/\(DoneNote.name)")
        for name in made { try files.rename("\(workFolder)/\(name)", to: "\(folder)/\(name)") }
        for name in earlier?.files ?? [] where !made.contains(name) && !kept.contains(name) {
            try files.remove("\(folder)/\(name)")
        }
        try files.syncDirectory(folder)
        let events = try files.read("\(folder)/\(DoneNote.eventsName)", from: 0, count: eventsSize())
        let run = RunFacts(events)
        var damage: String?
        if case .damaged(let reason) = report.ending { damage = reason }
        let note = DoneNote(
            id: item.id, input: item.input, identity: identity ?? InputIdentity(size: nil, modified: nil),
            ends: InputIdentity.endsDigest(of: item.input), digests: settings.digests,
            program: Version.number,
            damage: damage, exportProblem: report.exportProblem, files: made + kept, counts: run.counts,
            hasCues: run.hasCues,
            seconds: Int64((report.seconds * 1_000_000).rounded()))
        try files.replace("\(folder)/\(DoneNote.name)", with: [UInt8](note.text.utf8))
        try forgetFailures()
        return note
    }

    /// Takes away results of another film than the one that is there by now, which failed: they must not pass
    /// for its own. The note goes first, so that nobody takes the rest for whole.
    private func withdraw(_ identity: InputIdentity?) throws(DurableFileError) {
        guard let note = try outdatedNote(identity) else { return }
        try files.remove("\(folder)/\(DoneNote.name)")
        for name in note.files { try files.remove("\(folder)/\(name)") }
        try files.syncDirectory(folder)
    }

    /// Takes the note of failures away, also one that was being written.
    private func forgetFailures() throws(DurableFileError) {
        for suffix in ["", PosixFiles.freshSuffix] {
            let path = "\(folder)/\(AttemptNote.name)\(suffix)"
            if try files.facts(of: path) != nil { try files.remove(path) }
        }
    }

    private func eventsSize() throws(DurableFileError) -> Int {
        Int(try files.facts(of: "\(folder)/\(DoneNote.eventsName)")?.size ?? 0)
    }

    /// Takes the work folder away; the lock last.
    private func clear() throws(DurableFileError) {
        for name in try files.names(in: workFolder) where name != "lock" {
            try files.remove("\(workFolder)/\(name)")
        }
        try files.remove("\(workFolder)/lock")
        try files.removeDirectory(workFolder)
    }

    /// Takes a work folder away that a killed batch left of a film that is settled; leaves one alone that a
    /// batch is at work in. What it cannot take away does no harm: the results are beside it.
    private func sweep() {
        guard ((try? files.facts(of: workFolder)) ?? nil) != nil,
            let lock = try? files.lock("\(workFolder)/lock")
        else { return }
        defer { files.unlock(lock) }
        if files.isOpen(lock, at: "\(workFolder)/lock") { try? clear() }
    }

    /// What a program said last, without its name.
    private static func lastLine(of path: String) -> String {
        guard let bytes = try? PosixFiles().read(path, from: 0, count: 1 << 16) else { return "" }
        let line =
            bytes.split(separator: UInt8(ascii: "\n")).last.map { String(decoding: $0, as: UTF8.self) } ?? ""
        return line.hasPrefix("scened: ") ? String(line.dropFirst(8)) : line
    }
}
