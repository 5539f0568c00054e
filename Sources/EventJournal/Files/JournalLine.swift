/// One line of the journal: an event as `EventWriter` wrote it.
package struct JournalLine: Hashable, Sendable {
    /// The event's JSON, without the newline.
    package var bytes: [UInt8]
    /// The `type` field.
    package var type: String
    /// The `seq` field.
    package var sequence: Int64

    /// Longest line in bytes, its newline not counted; whoever reads a journal passes over a longer one. A
    /// day-long shot lists its parts in about 10 MB.
    package static let longest = 64 << 20

    /// Reads the head of a line. Relies on the fixed order of keys: `v`, `type`, `seq` come first.
    ///
    /// Cheap (no JSON parser), and enough to tell an event from what a crash or a bad disk leaves. nil where this is no event.
    ///
    /// - Parameter bytes: a line without its newline.
    package init?(_ bytes: ArraySlice<UInt8>) {
        var head = bytes
        guard Self.take("{\"v\":", from: &head), Self.number(&head) != nil,
            Self.take(",\"type\":\"", from: &head),
            let quote = head.prefix(40).firstIndex(of: UInt8(ascii: "\"")), quote != head.startIndex
        else { return nil }
        let type = head[..<quote]
        head = head[quote...]
        guard Self.take("\",\"seq\":", from: &head), let sequence = Self.number(&head),
            1...JournalCursor.largestSequence ~= sequence, bytes.count <= Self.longest,
            head.first == UInt8(ascii: ",") || head.first == UInt8(ascii: "}"),
            bytes.last == UInt8(ascii: "}"), !bytes.contains(where: { $0 < 0x20 })
        else { return nil }
        self.bytes = Array(bytes)
        self.type = String(decoding: type, as: UTF8.self)
        self.sequence = sequence
    }

    private static func take(_ text: String, from head: inout ArraySlice<UInt8>) -> Bool {
        guard head.starts(with: text.utf8) else { return false }
        head = head.dropFirst(text.utf8.count)
        return true
    }

    private static func number(_ head: inout ArraySlice<UInt8>) -> Int64? {
        let digits = head.prefix(20).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        head = head.dropFirst(digits.count)
        return Int64(String(decoding: digits, as: UTF8.self))
    }
}
