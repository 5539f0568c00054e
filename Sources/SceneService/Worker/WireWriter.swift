/// Bytes of one message between a feed and its worker: integers little endian, fixed widths, counted sequences.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func put(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func put(_ value: Double) { put(value.bitPattern) }

    mutating func put(_ value: Float) { put(value.bitPattern) }

    /// With its length in front.
    mutating func put(_ blob: [UInt8]) {
        put(UInt32(blob.count))
        bytes.append(contentsOf: blob)
    }

    mutating func put(_ text: String) { put(Array(text.utf8)) }

    /// Whether there is a value, and the value.
    mutating func put<Value>(optional value: Value?, _ write: (inout WireWriter, Value) -> Void) {
        put(value != nil)
        if let value { write(&self, value) }
    }

    /// A count, and the values.
    mutating func put<Value>(list values: [Value], _ write: (inout WireWriter, Value) -> Void) {
        put(UInt32(values.count))
        for value in values { write(&self, value) }
    }
}
