package import Platform
internal import FoundationEssentials
internal import Timeline
internal import SceneEvents

/// Checks a journal line by line, and mends what can be mended without guessing: `scened journal verify` and
/// `repair`.
package struct JournalInspection: Sendable {
    /// Something that a sound journal does not have.
    package struct Finding: Hashable, Sendable, CustomStringConvertible {
        package enum Kind: Hashable, Sendable {
            /// The last line breaks off: what a crash leaves. Mended by itself at the next start.
            case tornEnd(bytes: Int64)
            /// A line that is no event.
            case damagedLine(number: Int)
            /// An event whose numbers cannot be right; no later process goes on behind it.
            case implausibleLine(number: Int)
            /// `seq` does not rise by one.
            case brokenSequence(number: Int, expected: Int64, found: Int64)
            /// The file cannot be read.
            case unreadable(reason: String)
        }

        package var path: String
        package var kind: Kind

        /// One line.
        package var description: String {
            switch kind {
            case .tornEnd(let bytes): "\(path): its last line breaks off after \(bytes) bytes"
            case .damagedLine(let number): "\(path): line \(number) is not an event"
            case .implausibleLine(let number): "\(path): line \(number) holds numbers that no event can have"
            case .brokenSequence(let number, let expected, let found):
                "\(path): line \(number) has seq \(found), expected \(expected)"
            case .unreadable(let reason): "\(path): \(reason)"
            }
        }
    }

    package private(set) var findings: [Finding] = []
    package private(set) var events = 0
    package private(set) var segments = 0
    /// What `repair` did, one line each.
    package private(set) var repairs: [String] = []

    private let files: any DurableFiles
    /// What the events of the run come to that is looked at.
    private var record = RunRecord()

    /// Reads every segment under `directory`: a state directory, or the folder of one feed. Linear time,
    /// memory of one piece.
    ///
    /// - Throws: where `directory` cannot be listed or holds no journal.
    package init(directory: String, files: any DurableFiles) throws(DurableFileError) {
        self.files = files
        for layout in try Self.layouts(directory, files) {
            let begun = segments
            do {
                for run in try layout.runs(files) { inspect(run: run, layout, isOldest: segments == begun) }
            } catch {
                note(error)
            }
        }
    }

    private mutating func note(_ error: DurableFileError) {
        findings.append(Finding(path: error.path, kind: .unreadable(reason: error.reason)))
    }

    /// The feeds' folders under `directory`.
    package static func layouts(_ directory: String, _ files: any DurableFiles) throws(DurableFileError)
        -> [JournalLayout]
    {
        let feeds = try JournalLayout.feeds(state: directory, files)
        if !feeds.isEmpty { return feeds.map { JournalLayout(state: directory, feed: $0) } }
        let layout = JournalLayout(directory: directory)
        if try layout.runs(files).isEmpty {
            let isThere = try files.facts(of: directory) != nil
            throw DurableFileError(
                operation: "find a journal in", path: directory, code: 2,
                reason: isThere
                    ? "it holds neither journal/FEED nor runs of a feed" : "there is no such folder")
        }
        return [layout]
    }

    /// The oldest run may have lost its beginning to `FeedJournal.prune`, and no other.
    private mutating func inspect(run: String, _ layout: JournalLayout, isOldest: Bool) {
        var expected: Int64? = isOldest ? nil : 1
        var found: [JournalSegment] = []
        do {
            found = try layout.segments(ofRun: run, files)
        } catch {
            note(error)
        }
        record = RunRecord()
        record.sequence = (found.first?.first ?? 1) - 1
        for segment in found {
            segments += 1
            if let known = expected, known != segment.first {
                findings.append(
                    Finding(
                        path: layout.path(segment),
                        kind: .brokenSequence(number: 1, expected: known, found: segment.first)))
            }
            expected = segment.first
            do {
                try inspect(layout.path(segment), expected: &expected)
            } catch {
                findings.append(Finding(path: layout.path(segment), kind: .unreadable(reason: error.reason)))
                expected = nil
            }
        }
    }

    private mutating func inspect(_ path: String, expected: inout Int64?) throws(DurableFileError) {
        var lines = JournalLines(path, files)
        var number = 0
        while let line = try lines.next() {
            number += 1
            switch line {
            case .whole(let bytes): check(bytes, path: path, number: number, expected: &expected)
            case .tooLong: check([], path: path, number: number, expected: &expected)
            case .torn(let bytes): findings.append(Finding(path: path, kind: .tornEnd(bytes: bytes)))
            }
        }
    }

    private mutating func check(_ line: ArraySlice<UInt8>, path: String, number: Int, expected: inout Int64?)
    {
        // Behind a hole everything is partial.
        record.isPartial = false
        guard let event = JournalLine(line), take(event) || isJSON(event) else {
            findings.append(Finding(path: path, kind: .damagedLine(number: number)))
            if let known = expected { expected = known + 1 }
            return
        }
        events += 1
        if let known = expected, event.sequence != known {
            findings.append(
                Finding(
                    path: path, kind: .brokenSequence(number: number, expected: known, found: event.sequence))
            )
        }
        expected = event.sequence + 1
        if record.isPartial { findings.append(Finding(path: path, kind: .implausibleLine(number: number))) }
    }

    /// Whether the record of the run has read all of the event, and believes it.
    private mutating func take(_ event: JournalLine) -> Bool {
        record.sequence = event.sequence - 1
        record.take(event)
        return !record.isPartial && EventKind(rawValue: event.type) ?? .score != .score
    }

    private func isJSON(_ event: JournalLine) -> Bool {
        guard let fields = try? EventFields(line: event.bytes[...]) else { return false }
        let (version, type, sequence): (Int?, String?, Int64?) =
            (try? fields.get("v"), try? fields.get("type"), try? fields.get("seq"))
        return version != nil && type != nil && sequence == event.sequence
    }

    /// Mends what was found, without losing a byte: a damaged segment is kept as `NAME.damaged`, and its
    /// whole events are written anew in its place. Memory of one line.
    ///
    /// - Parameter lock: that of the state directory; nil where the folder belongs to none. It is held from
    ///   here on.
    /// - Throws: where a service uses the state directory, or the disk refuses.
    package mutating func repair(_ lock: StateLock?) throws(DurableFileError) {
        try lock?.take()
        var seen: Set<String> = []
        for finding in findings where seen.insert(finding.path).inserted {
            guard isDamaged(finding.path) else { continue }
            let (mended, damaged) = (finding.path + ".mended", finding.path + KeptFile.damagedSuffix)
            // What an attempt before this one left.
            try files.remove(mended)
            let count: Int
            do throws(DurableFileError) {
                count = try writeSoundLines(of: finding.path, to: mended)
            } catch {
                // Half of it would keep room that the disk may lack.
                try? files.remove(mended)
                throw error
            }
            try files.rename(finding.path, to: damaged)
            try files.rename(mended, to: finding.path)
            repairs.append("\(finding.path): kept \(count) events; the file as it was is \(damaged)")
        }
        let folders = Set(seen.map { path in path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path })
        for folder in folders { try files.syncDirectory(folder) }
    }

    /// Returns how many there are.
    private func writeSoundLines(of path: String, to target: String) throws(DurableFileError) -> Int {
        let handle = try files.openForAppending(target)
        defer { files.close(handle) }
        var lines = JournalLines(path, files)
        var count = 0
        while let line = try lines.next() {
            guard case .whole(let bytes) = line, JournalLine(bytes) != nil else { continue }
            try files.append(Array(bytes) + [UInt8(ascii: "\n")], to: handle)
            count += 1
        }
        try files.sync(handle)
        return count
    }

    private func isDamaged(_ path: String) -> Bool {
        findings.contains { finding in
            guard finding.path == path else { return false }
            switch finding.kind {
            case .damagedLine, .tornEnd: return true
            case .brokenSequence, .implausibleLine, .unreadable: return false
            }
        }
    }
}
