/// Reads what `WireWriter` wrote, from a side that may be hostile: nothing is believed, nothing allocated
/// before its bytes are there.
package struct WireReader {
    private var rest: ArraySlice<UInt8>
    /// PTS that an instant may have.
    let instants: ClosedRange<Int64>

    /// Ticks and counts beyond this are damage; sums of a few of them do not overflow.
    package static let farthest = MediaClock.farthest

    /// - Parameters:
    ///   - bytes: what was written.
    ///   - instants: PTS that an instant may have, where the stream's clock is known
    ///     (`MediaClock.plausible`).
    package init(_ bytes: ArraySlice<UInt8>, instants: ClosedRange<Int64> = -farthest...farthest) {
        rest = bytes
        self.instants = instants
    }

    private func fail(_ what: String) -> WireError { WireError(reason: what) }

    package mutating func integer<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(WireError)
        -> Value
    {
        let size = Value.bitWidth / 8
        guard rest.count >= size else { throw fail("it breaks off") }
        var value: Value = 0
        for byte in rest.prefix(size).reversed() { value = (value << 8) | Value(truncatingIfNeeded: byte) }
        rest = rest.dropFirst(size)
        return value
    }

    package mutating func bool() throws(WireError) -> Bool {
        switch try integer(UInt8.self) {
        case 0: return false
        case 1: return true
        default: throw fail("a truth value is neither true nor false")
        }
    }

    package mutating func double() throws(WireError) -> Double { Double(bitPattern: try integer()) }

    package mutating func float() throws(WireError) -> Float { Float(bitPattern: try integer()) }

    /// At most `limit` bytes.
    package mutating func blob(limit: Int) throws(WireError) -> [UInt8] {
        let count = Int(try integer(UInt32.self))
        guard count <= limit, count <= rest.count else { throw fail("a length is beyond its limit") }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// At most `limit` bytes; what is no UTF-8 is replaced.
    package mutating func text(limit: Int) throws(WireError) -> String {
        String(decoding: try blob(limit: limit), as: UTF8.self)
    }

    package mutating func optional<Value>(_ read: (inout WireReader) throws(WireError) -> Value)
        throws(WireError)
        -> Value?
    {
        try bool() ? try read(&self) : nil
    }

    /// At most `limit` values; each takes at least a byte.
    package mutating func list<Value>(limit: Int, _ read: (inout WireReader) throws(WireError) -> Value)
        throws(WireError)
        -> [Value]
    {
        let count = Int(try integer(UInt32.self))
        guard count <= limit, count <= rest.count else { throw fail("a count is beyond its limit") }
        var values: [Value] = []
        for _ in 0..<count { values.append(try read(&self)) }
        return values
    }

    /// A word of a fixed vocabulary, by its position.
    package mutating func choice<Value: CaseIterable>(_: Value.Type = Value.self) throws(WireError) -> Value {
        let all = Array(Value.allCases)
        let index = Int(try integer(UInt8.self))
        guard index < all.count else { throw fail("a word is unknown") }
        return all[index]
    }

    /// Nothing may be left.
    package func end() throws(WireError) {
        guard rest.isEmpty else { throw fail("it is longer than its content") }
    }
}

/// Bytes from another process that cannot be right.
package struct WireError: Error, Hashable {
    /// A clause: what is wrong with the message.
    package var reason: String

    package init(reason: String) { self.reason = reason }
}
