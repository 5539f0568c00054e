internal import CZlib

extension ZipArchive {
    /// The entry's uncompressed bytes, their checksum compared. Memory: the entry's size.
    package func read(_ entry: Entry) throws(TensorFileError) -> [UInt8] {
        let bytes: [UInt8]
        switch entry.compression {
        case .stored: bytes = file.copy(entry.dataRange)
        case .deflated: bytes = try inflate(entry)
        }
        let found = bytes.withUnsafeBytes { Self.checksum($0) }
        guard found == entry.checksum else { throw Self.mismatch(entry) }
        return bytes
    }

    /// Compares the checksum of a stored entry without copying it: O(size).
    package func verify(stored entry: Entry) throws(TensorFileError) {
        precondition(entry.compression == .stored, "only a stored entry can be verified in place")
        let found = file.withBytes(in: entry.dataRange) { Self.checksum($0) }
        guard found == entry.checksum else { throw Self.mismatch(entry) }
    }

    /// CRC-32, going on from that of the bytes before.
    static func checksum(_ bytes: UnsafeRawBufferPointer, after value: UInt32 = 0) -> UInt32 {
        UInt32(
            truncatingIfNeeded: crc32_z(
                UInt(value), bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
    }

    private static func mismatch(_ entry: Entry) -> TensorFileError {
        .damaged("the checksum of entry \(TensorFileError.quoted(entry.name)) is wrong")
    }

    private func inflate(_ entry: Entry) throws(TensorFileError) -> [UInt8] {
        var isWhole = false
        let bytes = file.withBytes(in: entry.dataRange) { source in
            [UInt8](unsafeUninitializedCapacity: entry.size) { destination, count in
                isWhole = Self.inflate(source, into: destination)
                count = isWhole ? entry.size : 0
            }
        }
        guard isWhole else { throw .damaged("entry \(TensorFileError.quoted(entry.name)) does not inflate") }
        return bytes
    }

    /// Inflates raw DEFLATE data; true if it fills `destination` exactly and uses up `source`.
    private static func inflate(
        _ source: UnsafeRawBufferPointer, into destination: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, size) == Z_OK else { return false }
        defer { inflateEnd(&stream) }
        let input = source.bindMemory(to: UInt8.self)
        let chunk = 1 << 30
        var consumed = 0
        var produced = 0
        // One byte of room more than the entry claims, so that a longer stream shows itself.
        var spare: [UInt8] = [0]
        return spare.withUnsafeMutableBufferPointer { spare in
            while true {
                let offered = min(chunk, input.count - consumed)
                let room = min(chunk, destination.count - produced)
                stream.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + consumed) }
                stream.avail_in = UInt32(offered)
                stream.next_out = room > 0 ? destination.baseAddress.map { $0 + produced } : spare.baseAddress
                stream.avail_out = UInt32(max(room, 1))
                let status = CZlib.inflate(&stream, Z_NO_FLUSH)
                let used = offered - Int(stream.avail_in)
                let made = max(room, 1) - Int(stream.avail_out)
                consumed += used
                produced += made
                guard produced <= destination.count else { return false }
                if status == Z_STREAM_END { return produced == destination.count && consumed == input.count }
                guard status == Z_OK, used > 0 || made > 0 else { return false }
            }
        }
    }
}
