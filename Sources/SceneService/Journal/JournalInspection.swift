internal import FoundationEssentials

/// Checks a journal line by line, and mends what can be mended without guessing: `scened journal verify` and `repair`.
package struct JournalInspection: Sendable {
    /// Something that a sound journal does not have.
    package struct Finding: Hashable, Sendable, CustomStringConvertible {
        package enum Kind: Hashable, Sendable {
            /// The last line breaks off: what a crash leaves. Mended by itself at the next start.
            case tornEnd(bytes: Int64)
            /// A line that is no event.
            case damagedLine(number: Int)
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
            case .damagedLine(let number): "\(path): line \(number) is no event"
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

    private let files: any JournalFiles
    private struct Head: Decodable {
        var v: Int
        var type: String
        var seq: Int64
    }

    /// Reads every segment under `directory`: a state directory, or the folder of one feed. Linear time, memory of one piece.
    ///
    /// - Throws: where `directory` cannot be listed or holds no journal.
    package init(directory: String, files: any JournalFiles) throws(JournalFileError) {
        self.files = files
        for layout in try Self.layouts(directory, files) {
            for run in try layout.runs(files) { try inspect(run: run, layout) }
        }
    }

    /// The feeds' folders under `directory`.
    package static func layouts(_ directory: String, _ files: any JournalFiles) throws(JournalFileError)
        -> [JournalLayout]
    {
        let feeds = try JournalLayout.feeds(state: directory, files)
        if !feeds.isEmpty { return feeds.map { JournalLayout(state: directory, feed: $0) } }
        let layout = JournalLayout(directory: directory)
        if try layout.runs(files).isEmpty {
            throw JournalFileError(
                operation: "find a journal in", path: directory, code: 2,
                reason: "it holds neither journal/FEED nor runs of a feed")
        }
        return [layout]
    }

    private mutating func inspect(run: String, _ layout: JournalLayout) throws(JournalFileError) {
        var expected: Int64?
        for segment in try layout.segments(ofRun: run, files) {
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

    private mutating func inspect(_ path: String, expected: inout Int64?) throws(JournalFileError) {
        var (offset, rest, number) = (Int64(0), [UInt8](), 0)
        while true {
            let bytes = try files.read(path, from: offset, count: 1 << 20)
            if bytes.isEmpty { break }
            offset += Int64(bytes.count)
            rest += bytes
            var start = 0
            while let newline = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                number += 1
                check(rest[start..<newline], path: path, number: number, expected: &expected)
                start = newline + 1
            }
            rest.removeFirst(start)
        }
        if !rest.isEmpty { findings.append(Finding(path: path, kind: .tornEnd(bytes: Int64(rest.count)))) }
    }

    private mutating func check(_ line: ArraySlice<UInt8>, path: String, number: Int, expected: inout Int64?)
    {
        guard JournalLine(line) != nil, let head = try? JSONDecoder().decode(Head.self, from: Data(line))
        else {
            findings.append(Finding(path: path, kind: .damagedLine(number: number)))
            if let known = expected { expected = known + 1 }
            return
        }
        events += 1
        if let known = expected, head.seq != known {
            findings.append(
                Finding(path: path, kind: .brokenSequence(number: number, expected: known, found: head.seq)))
        }
        expected = head.seq + 1
    }

    /// Mends what was found, without losing a byte: a damaged segment is kept as `NAME.damaged`, and its whole events are
    /// written anew in its place. Run it while no daemon uses the journal.
    package mutating func repair() throws(JournalFileError) {
        var seen: Set<String> = []
        for finding in findings where seen.insert(finding.path).inserted {
            if case .unreadable = finding.kind { continue }
            if case .brokenSequence = finding.kind, !isDamaged(finding.path) { continue }
            var sound: [UInt8] = []
            var offset: Int64 = 0
            while true {
                let bytes = try files.read(finding.path, from: offset, count: 1 << 20)
                if bytes.isEmpty { break }
                offset += Int64(bytes.count)
                sound += bytes
            }
            let lines = sound.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
            let isTorn = sound.last != UInt8(ascii: "\n")
            let whole = (isTorn ? lines.dropLast() : lines[...]).filter { JournalLine($0) != nil }
            let kept = finding.path + ".damaged"
            try files.replace(kept, with: sound)
            try files.replace(finding.path, with: whole.flatMap { $0 + [UInt8(ascii: "\n")] })
            repairs.append("\(finding.path): kept \(whole.count) events; the file as it was is \(kept)")
        }
    }

    private func isDamaged(_ path: String) -> Bool {
        findings.contains { finding in
            guard finding.path == path else { return false }
            switch finding.kind {
            case .damagedLine, .tornEnd: return true
            case .brokenSequence, .unreadable: return false
            }
        }
    }
}
