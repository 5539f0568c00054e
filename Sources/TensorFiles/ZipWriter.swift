/// Builds a zip archive of STORED entries in memory.
///
/// Equal entries give equal bytes: every entry carries the earliest time the format knows, 1980-01-01 00:00.
struct ZipWriter {
    private var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    /// Throws `tooLarge` where the archive would need zip64 (4 GiB, 65,535 entries).
    mutating func add(name: String, _ content: [UInt8]) throws(TensorFileError) {
        let name = [UInt8](name.utf8)
        precondition(name.count <= 0xffff, "a zip entry's name has at most 65535 bytes")
        let length = bytes.count + 30 + name.count + content.count + directory.count + 46 + name.count + 22
        guard length < 0xffff_ffff, count < 0xffff else {
            throw TensorFileError(
                .tooLarge, "an NPZ file holds less than 4 GiB; write fewer arrays to one file")
        }
        let checksum = content.withUnsafeBytes { ZipArchive.checksum($0) }
        let offset = UInt32(bytes.count)
        // Version 2.0, flag 11 (names are UTF-8), method 0, time 0, date 1980-01-01.
        var common: [UInt8] = []
        for field: UInt16 in [20, 0x0800, 0, 0, 0x21] { common.appendLittleEndian(field) }
        common.appendLittleEndian(checksum)
        common.appendLittleEndian(UInt32(content.count))
        common.appendLittleEndian(UInt32(content.count))
        common.appendLittleEndian(UInt16(name.count))
        common.appendLittleEndian(UInt16(0))

        bytes.appendLittleEndian(ZipSignature.local)
        bytes += common
        bytes += name
        bytes += content

        directory.appendLittleEndian(ZipSignature.central)
        directory.appendLittleEndian(UInt16(20))
        directory += common
        // Comment, disk, internal and external attributes: none.
        for _ in 0..<10 { directory.append(0) }
        directory.appendLittleEndian(offset)
        directory += name
        count += 1
    }

    consuming func finish() -> [UInt8] {
        let offset = UInt32(bytes.count)
        bytes += directory
        bytes.appendLittleEndian(ZipSignature.end)
        for field in [0, 0, UInt16(count), UInt16(count)] { bytes.appendLittleEndian(field) }
        bytes.appendLittleEndian(UInt32(directory.count))
        bytes.appendLittleEndian(offset)
        bytes.appendLittleEndian(UInt16(0))
        return bytes
    }
}

extension [UInt8] {
    mutating func appendLittleEndian<Integer: FixedWidthInteger>(_ value: Integer) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
