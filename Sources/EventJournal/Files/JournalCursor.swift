internal import SceneEvents

/// A place in a feed's journal: right after the event `sequence` of `run`. Written `run:seq`.
package struct JournalCursor: Hashable, Sendable, CustomStringConvertible {
    /// Identity of the run (ULID): sorts by time.
    package var run: String
    /// `seq` of the last event that was taken; 0: none of this run yet.
    package var sequence: Int64

    /// The largest `seq`: what is beyond is damage.
    package static let largestSequence = EventLimits.largestCount

    package init(run: String, sequence: Int64) {
        self.run = run
        self.sequence = sequence
    }

    /// Reads `run:seq`; nil where `text` is none.
    package init?(_ text: some StringProtocol) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let run = text[..<colon]
        guard Self.isRun(run), let sequence = Int64(text[text.index(after: colon)...]),
            0...Self.largestSequence ~= sequence
        else { return nil }
        self.init(run: String(run), sequence: sequence)
    }

    package var description: String { "\(run):\(sequence)" }

    /// Whether `text` can name a run: 26 digits and capital letters, so that it is safe as part of a path,
    /// and the first at most 7, since the time in it has 48 bits.
    static func isRun(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 26 && text.utf8.first.map { $0 <= UInt8(ascii: "7") } ?? false
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            }
    }
}

extension JournalCursor: Comparable {
    /// By age.
    package static func < (left: JournalCursor, right: JournalCursor) -> Bool {
        (left.run, left.sequence) < (right.run, right.sequence)
    }
}
