/// Values as bytes, for another process or a later one: integers little endian, fixed widths, counted
/// sequences.
package struct WireWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func put(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func put(_ value: Bool) { bytes.append(value ? 1 : 0) }

    package mutating func put(_ value: Double) { put(value.bitPattern) }

    package mutating func put(_ value: Float) { put(value.bitPattern) }

    /// With its length in front.
    package mutating func put(_ blob: [UInt8]) {
        put(UInt32(blob.count))
        bytes.append(contentsOf: blob)
    }

    package mutating func put(_ text: String) { put(Array(text.utf8)) }

    /// Whether there is a value, and the value.
    package mutating func put<Value>(optional value: Value?, _ write: (inout WireWriter, Value) -> Void) {
        put(value != nil)
        if let value { write(&self, value) }
    }

    /// A count, and the values.
    package mutating func put<Value>(list values: [Value], _ write: (inout WireWriter, Value) -> Void) {
        put(UInt32(values.count))
        for value in values { write(&self, value) }
    }
}
