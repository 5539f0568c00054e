import ArchiveBatch
import JSONText

/// What a batch says of its films: rows for people, or JSON lines.
enum BatchLines {
    /// What became of a film, in a word.
    static func state(_ report: FilmJob.Report) -> String {
        if report.wasPresent { return report.note?.isDamaged ?? false ? "damaged" : "present" }
        return switch report.ending {
        case .done: "done"
        case .damaged: "damaged"
        case .failedForGood: "failed"
        case .failedForNow: "later"
        case .stopped: "stopped"
        }
    }

    private static func problem(_ ending: ItemEnding) -> (status: Int, message: String)? {
        switch ending {
        case .done, .stopped: nil
        case .damaged(let message): (Int(ExitStatus.damaged.rawValue), message)
        case .failedForGood(let status, let message), .failedForNow(let status, let message):
            (status, message)
        }
    }

    /// One row, with a newline.
    static func row(_ item: BatchItem, _ report: FilmJob.Report) -> String {
        let state = pad(Self.state(report), 8)
        guard let note = report.note else {
            let message = problem(report.ending).map { "  \(MatchTable.shown($0.message))" } ?? ""
            return state + "  " + MatchTable.shown(item.id) + message + "\n"
        }
        let film = Double(note.counts.filmSeconds) / 1_000_000
        let speed = report.seconds > 0 ? "  \(Int((film / report.seconds).rounded()))x" : ""
        let scenes = note.counts.scenes == 1 ? "1 scene" : "\(note.counts.scenes) scenes"
        let problem = note.exportProblem.map { "  \(MatchTable.shown($0))" } ?? ""
        return state + "  " + MatchTable.shown(item.id) + "  " + ClockText.hours(film) + "  " + scenes + speed
            + problem + "\n"
    }

    /// One object, with a newline.
    static func line(_ item: BatchItem, _ report: FilmJob.Report) -> String {
        var line = JSONLine()
        line.field("type", "batch_film")
        line.field("id", item.id)
        line.field("input", item.input)
        line.field("state", state(report))
        let problem = problem(report.ending)
        line.field("status", problem?.status ?? 0)
        line.field("message", problem?.message ?? report.note?.exportProblem)
        line.field("film_seconds", microseconds: report.note?.counts.filmSeconds)
        line.field("scenes", optional: report.note?.counts.scenes)
        line.field("seconds", microseconds: Int64((report.seconds * 1_000_000).rounded()))
        return line.object + "\n"
    }

    /// What is said of files of a folder that do not end as films do, without a newline; nil where there are
    /// none. `endings`: how many files have each ending, which may be empty.
    static func passedOver(_ endings: [String: Int]) -> String? {
        let count = endings.values.reduce(0, +)
        guard count > 0 else { return nil }
        let common = endings.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
        let named = common.map { $0.key.isEmpty ? "\($0.value) with none" : "\($0.value) .\($0.key)" }
        let more = endings.count > named.count ? " and others" : ""
        return
            "skipped \(count) \(count == 1 ? "file" : "files") without the ending of a film (\(named.joined(separator: ", "))\(more)); a list takes films of any name"
    }

    /// The last line of a run.
    ///
    /// - Parameters:
    ///   - counts: how it stands.
    ///   - passedOver: files of a folder that do not end as films do.
    ///   - spent: seconds.
    ///   - status: of the process.
    /// - Returns: one object, with a newline.
    static func end(
        _ counts: BatchQueue.Counts, passedOver: Int, spent: Double, status: Int32
    ) -> String {
        var line = JSONLine()
        line.field("type", "batch_end")
        line.field("films", counts.total)
        line.field("done", counts.done)
        line.field("damaged", counts.damaged)
        line.field("present", counts.present)
        line.field("failed", counts.failedForGood)
        line.field("later", counts.failedForNow)
        line.field("left", counts.total - counts.settled)
        line.field("passed_over", passedOver)
        line.field("film_seconds", microseconds: counts.filmSeconds)
        line.field("seconds", microseconds: Int64((spent * 1_000_000).rounded()))
        line.field("status", status)
        return line.object + "\n"
    }

    /// The same in words, without a newline.
    static func summary(_ counts: BatchQueue.Counts, spent: Double) -> String {
        let hours = Double(counts.filmSeconds) / 1_000_000
        let named = [
            (counts.done, "done"), (counts.present, "done before"), (counts.damaged, "damaged"),
            (counts.failedForGood, "failed"), (counts.failedForNow, "to be tried again"),
            (counts.total - counts.settled, "left"),
        ]
        let told = named.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        let speed =
            counts.done > 0 ? "; \(ClockText.hours(hours)) of film at \(times(hours / max(spent, 1e-3)))" : ""
        return
            "\(counts.total) \(counts.total == 1 ? "film" : "films"): \(told.isEmpty ? "none" : told)\(speed)"
    }

    /// How far it is, for the line that is redrawn.
    static func progress(_ queue: BatchQueue, spent: Double) -> String {
        let counts = queue.counts
        let film = Double(counts.filmSeconds) / 1_000_000
        var text = "\(counts.settled) of \(counts.total) films  \(queue.running.count) running"
        if counts.done > 0 {
            text += "  \(ClockText.hours(film)) of film  \(times(film / max(spent, 1e-3)))"
            let each = spent / Double(counts.done)
            text += "  \(ClockText.short(each * Double(counts.total - counts.settled))) left"
        }
        return text + (queue.stop == nil ? "" : "  stopping")
    }

    /// One line of `failed.jsonl`, with a newline.
    static func failure(_ item: BatchItem, status: Int, message: String) -> String {
        var line = JSONLine()
        line.field("id", item.id)
        line.field("input", item.input)
        line.field("status", status)
        line.field("message", message)
        return line.object + "\n"
    }

    private static func times(_ factor: Double) -> String {
        let tenths = Int((factor * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)x"
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
