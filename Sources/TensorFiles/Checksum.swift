/// CRC-32 (ISO 3309, as zip and `zlib.crc32` of Python compute it): finds damage, not intent.
package struct Checksum: Hashable, Sendable {
    package private(set) var value: UInt32 = 0

    package init() {}

    /// Goes on with `bytes`. Linear time.
    package mutating func add(_ bytes: [UInt8]) {
        value = bytes.withUnsafeBytes { ZipArchive.checksum($0, after: value) }
    }

    /// Of `bytes` alone.
    package static func of(_ bytes: [UInt8]) -> UInt32 {
        var checksum = Checksum()
        checksum.add(bytes)
        return checksum.value
    }

    /// A value in eight hexadecimal digits.
    package static func text(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
